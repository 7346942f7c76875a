"""What an audience does: one signal per label of `REACTIONS`."""

from __future__ import annotations

import math
from typing import ClassVar

from video_pipeline.core.labels import Sound
from video_pipeline.core.posterior import Curve
from video_pipeline.core.span import Span
from video_pipeline.highlights.base import Evidence
from video_pipeline.highlights.curves import painted


class _ReactionSignal:
    """The score of the events of one label while they last.

    The strength falls with the root of an event's length, so that its integral grows with the root: four seconds of laughter are
    twice as good as one. A canned laugh counts less because its event has a lower score.
    """

    opening_s = None
    sound: ClassVar[Sound]

    def curve(self, evidence: Evidence) -> Curve:
        found = [event for event in evidence.events if event.label is self.sound]
        return painted(evidence.frames(), [(event, event.score * _share(event)) for event in found])


def _share(span: Span) -> float:
    """1 up to one second, so that a short laugh is not better than its score."""
    return 1 / math.sqrt(max(1.0, span.duration_s))


class Laughter(_ReactionSignal):
    sound = Sound.LAUGHTER


class Applause(_ReactionSignal):
    sound = Sound.APPLAUSE


class Cheer(_ReactionSignal):
    sound = Sound.CHEER
