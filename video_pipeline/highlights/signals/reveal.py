"""A held silence between words and a reaction that is not far: the pause before a name, a number, a punchline."""

from __future__ import annotations

import bisect
from itertools import pairwise

import numpy as np

from video_pipeline.core.posterior import Curve
from video_pipeline.core.span import Span, merged
from video_pipeline.highlights.base import HOP_S, Evidence
from video_pipeline.highlights.curves import painted

_FROM_S = 0.8
"""Length of a pause where the strength leaves 0: people breathe in less."""
_FULL_S = 1.8
"""... and where it is 1."""
_MOST_S = 5.0
"""A longer one is an interruption."""
_QUIET_DB = 10.0
"""The pause is at least this far below the speech around: nobody laughs, and no music fills it."""
_WITHIN_S = 5.0
"""After the pause, within which somebody speaks and the audience reacts."""
_AFTER_S = 2.0
"""What of the time after the pause belongs to the moment."""


class Reveal:
    opening_s = None

    def curve(self, evidence: Evidence) -> Curve:
        starts_s = [reaction.start_s for reaction in evidence.reactions()]
        sounding = merged([*evidence.segments, *evidence.reactions()])
        found = []
        for before, after in pairwise(sounding):
            pause = Span(before.end_s, after.start_s)
            k = bisect.bisect_left(starts_s, pause.end_s)
            prompt = k < len(starts_s) and starts_s[k] <= pause.end_s + _WITHIN_S
            if _FROM_S < pause.duration_s <= _MOST_S and prompt and _is_quiet(evidence.level, pause, before, after):
                strength = min(1.0, (pause.duration_s - _FROM_S) / (_FULL_S - _FROM_S))
                found.append((Span(pause.start_s, pause.end_s + _AFTER_S), strength))
        return painted(evidence.frames(), found)


def _is_quiet(level: Curve | None, pause: Span, *around: Span) -> bool:
    if level is None:
        return False
    inside = _levels_db(level, Span(pause.start_s + HOP_S, pause.end_s - HOP_S))
    outside = np.concatenate([_levels_db(level, span) for span in around])
    return bool(len(inside) and len(outside) and np.median(inside) <= np.median(outside) - _QUIET_DB)


def _levels_db(level: Curve, span: Span) -> np.ndarray:
    return level.values[int(span.start_s / level.hop_s) : max(0, int(span.end_s / level.hop_s))]
