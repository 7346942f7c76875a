"""Passages that a language model finds strong. Off unless asked for; it raises scores and never earns a clip."""

from __future__ import annotations

from video_pipeline.core.posterior import Curve
from video_pipeline.highlights.base import Evidence
from video_pipeline.highlights.curves import painted


class OpinionSignal:
    opening_s = None

    def curve(self, evidence: Evidence) -> Curve:
        return painted(evidence.frames(), [(view, view.strength) for view in evidence.views])
