"""Music where there usually is none: advertisements and jingles are rarely wanted, and songs may be blocked for copyright."""

from __future__ import annotations

import numpy as np

from video_pipeline.core.labels import Sound
from video_pipeline.core.posterior import Curve
from video_pipeline.highlights.base import Evidence
from video_pipeline.highlights.curves import painted


class Music:
    """As strong as the share of the video that has no music: in a show over a bed of music it means little."""

    opening_s = None

    def curve(self, evidence: Evidence) -> Curve:
        found = [(event, event.score) for event in evidence.events if event.label is Sound.MUSIC]
        heard = painted(evidence.frames(), found)
        if not len(heard.values):
            return heard
        return Curve((heard.values * np.float32(1 - np.mean(heard.values > 0))).astype(np.float32), heard.hop_s)
