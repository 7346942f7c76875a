"""What an audience does: each kind of reaction is a signal that can earn a clip."""

from __future__ import annotations

import math
from typing import ClassVar

from video_pipeline.core.labels import Sound
from video_pipeline.core.posterior import Curve
from video_pipeline.core.span import Span
from video_pipeline.highlights.base import Evidence
from video_pipeline.highlights.curves import painted


class _Reaction:
    """The probability of one sound while it lasts; of a long one each second counts less, so that it counts by the root of its
    length: four seconds of laughter are twice as good as one. A canned laugh has a low score and counts so."""

    earns = True
    opening_s = None
    sound: ClassVar[Sound]

    def curve(self, evidence: Evidence) -> Curve:
        found = [event for event in evidence.events if event.label is self.sound]
        return painted(evidence.frames(), [(event, event.score * _share(event)) for event in found])


def _share(span: Span) -> float:
    return 1 / math.sqrt(max(1.0, span.duration_s))


class Laughter(_Reaction):
    sound = Sound.LAUGHTER


class Applause(_Reaction):
    sound = Sound.APPLAUSE


class Cheer(_Reaction):
    sound = Sound.CHEER
