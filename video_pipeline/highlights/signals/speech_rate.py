"""Speech that is faster than usual in its video: excitement."""

from __future__ import annotations

import statistics

from video_pipeline.core.posterior import Curve
from video_pipeline.core.transcript import Segment
from video_pipeline.highlights.base import Evidence
from video_pipeline.highlights.curves import painted

_FROM_RATIO = 1.15
"""Of the median rate of the video's speech in the same language, where the strength leaves 0: within normal variation."""
_FULL_RATIO = 1.75
"""... and where it is 1."""
_LEAST_S = 1.0
"""Shorter segments are single exclamations, whose rate says nothing."""
_LEAST_SEGMENTS = 5
"""Segments of one language that a median needs."""


class SpeechRate:
    opening_s = None

    def curve(self, evidence: Evidence) -> Curve:
        spans: list[tuple[Segment, float]] = []
        said = [segment for segment in evidence.segments if segment.text.strip() and segment.duration_s >= _LEAST_S]
        for language in {segment.language for segment in said}:
            same = [segment for segment in said if segment.language is language]
            if len(same) >= _LEAST_SEGMENTS:
                usual = statistics.median(_letters_per_s(segment) for segment in same)
                spans += [(segment, _strength(_letters_per_s(segment) / usual)) for segment in same]
        return painted(evidence.frames(), spans)


def _letters_per_s(segment: Segment) -> float:
    """Counts letters, not tokens: engines cut words into tokens differently."""
    return sum(not letter.isspace() for letter in segment.text) / segment.duration_s


def _strength(ratio: float) -> float:
    return min(1.0, max(0.0, (ratio - _FROM_RATIO) / (_FULL_RATIO - _FROM_RATIO)))
