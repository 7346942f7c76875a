"""No speech and no other sound: viewers leave a clip that starts with silence."""

from __future__ import annotations

import numpy as np

from video_pipeline.core.posterior import Curve
from video_pipeline.core.span import merged
from video_pipeline.highlights.base import HOP_S, Evidence
from video_pipeline.highlights.curves import painted

_PAUSE_S = 0.6
"""Pauses up to this length belong to speech."""


class Silence:
    opening_s = 3.0

    def curve(self, evidence: Evidence) -> Curve:
        sounding = merged([*evidence.segments, *evidence.events], gap_s=_PAUSE_S)
        filled = painted(evidence.frames(), [(span, 1.0) for span in sounding])
        return Curve((1 - np.clip(filled.values, 0, 1)).astype(np.float32), HOP_S)
