"""What an audience does: one signal per label of `REACTIONS`."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import ClassVar

from video_pipeline.core.labels import Sound
from video_pipeline.core.posterior import Curve
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import AudioEvent
from video_pipeline.highlights.base import Evidence
from video_pipeline.highlights.ceremony import Ceremonies
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
        kept = self._kept(evidence)
        return painted(evidence.frames(), [(event, event.score * _share(event) * kept(event)) for event in found])

    def _kept(self, evidence: Evidence) -> Callable[[AudioEvent], float]:
        """The share of its strength that an event keeps."""
        return lambda event: 1.0


def _share(span: Span) -> float:
    """1 up to one second, so that a short laugh is not better than its score."""
    return 1 / math.sqrt(max(1.0, span.duration_s))


class Laughter(_ReactionSignal):
    sound = Sound.LAUGHTER


class _ClappingSignal(_ReactionSignal):
    """Applause that opens a show, welcomes somebody or says goodbye counts little."""

    def _kept(self, evidence: Evidence) -> Callable[[AudioEvent], float]:
        return Ceremonies(evidence).share


class Applause(_ClappingSignal):
    sound = Sound.APPLAUSE


class Cheer(_ClappingSignal):
    sound = Sound.CHEER
