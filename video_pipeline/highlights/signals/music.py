"""Music: a clip with a jingle or a song is rarely wanted, and may be blocked for copyright."""

from __future__ import annotations

from video_pipeline.core.labels import Sound
from video_pipeline.core.posterior import Curve
from video_pipeline.highlights.base import Evidence
from video_pipeline.highlights.curves import painted


class Music:
    opening_s = None

    def curve(self, evidence: Evidence) -> Curve:
        found = [(event, event.score) for event in evidence.events if event.label is Sound.MUSIC]
        return painted(evidence.frames(), found)
