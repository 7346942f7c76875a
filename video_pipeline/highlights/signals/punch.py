"""Laughter that answers a sentence: it begins just as somebody stops speaking."""

from __future__ import annotations

import bisect

from video_pipeline.core.labels import Sound
from video_pipeline.core.posterior import Curve
from video_pipeline.core.span import Span
from video_pipeline.highlights.base import Evidence
from video_pipeline.highlights.curves import painted
from video_pipeline.highlights.sentences import sentences

_EARLY_S = 0.5
"""A laugh may begin this long before a sentence's end, over its last syllables."""
_PROMPT_S = 0.7
"""Up to this delay a laugh counts fully: it usually follows the punchline by 0.2 to 0.5 s."""
_LATE_S = 1.5
"""From this delay on a laugh answers something else."""
_LASTS_S = 1.0
"""Only the first second of a laugh counts: this signal is about its start."""


class Punch:
    opening_s = None

    def curve(self, evidence: Evidence) -> Curve:
        ends_s = sorted(sentence.end_s for sentence in sentences(evidence.segments))
        laughs = [event for event in evidence.events if event.label is Sound.LAUGHTER]
        spans = [
            (Span(laugh.start_s, min(laugh.end_s, laugh.start_s + _LASTS_S)), laugh.score * _closeness(laugh.start_s, ends_s))
            for laugh in laughs
        ]
        return painted(evidence.frames(), spans)


def _closeness(laugh_s: float, ends_s: list[float]) -> float:
    """1 if a sentence has just ended or is about to, falling to 0 if the last one ended long before."""
    k = bisect.bisect_right(ends_s, laugh_s + _EARLY_S) - 1
    if k < 0:
        return 0.0
    delay_s = laugh_s - ends_s[k]
    return min(1.0, max(0.0, (_LATE_S - delay_s) / (_LATE_S - _PROMPT_S)))
