"""What an audience does: each kind of reaction is a signal that can earn a clip."""

from __future__ import annotations

from typing import ClassVar

from video_pipeline.core.labels import Sound
from video_pipeline.core.posterior import Curve
from video_pipeline.highlights.base import Evidence, painted


class _Reaction:
    """The probability of one sound while it lasts."""

    earns = True
    sound: ClassVar[Sound]

    def curve(self, evidence: Evidence) -> Curve:
        return painted(evidence.frames(), [(event, event.score) for event in evidence.events if event.label is self.sound])


class Laughter(_Reaction):
    sound = Sound.LAUGHTER


class Applause(_Reaction):
    sound = Sound.APPLAUSE


class Cheer(_Reaction):
    sound = Sound.CHEER
