"""What a person asked for: peaks of a curve of their own, and words of their own."""

from __future__ import annotations

import math
from typing import ClassVar

from video_pipeline.core.posterior import Curve
from video_pipeline.highlights.base import Asked, Evidence
from video_pipeline.highlights.curves import painted


class _AskedSignal:
    """The score of the marks of one label; the longer a mark, the less each second counts, as in reactions."""

    opening_s = None
    label: ClassVar[Asked]

    def curve(self, evidence: Evidence) -> Curve:
        found = [mark for mark in evidence.marks if mark.label is self.label]
        return painted(evidence.frames(), [(mark, mark.score / math.sqrt(max(1.0, mark.duration_s))) for mark in found])


class OwnCurve(_AskedSignal):
    label = Asked.CURVE


class OwnPhrases(_AskedSignal):
    label = Asked.PHRASES
