"""One person against several: each answers the one, and the one answers each. Nothing where fewer than three are told apart."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from video_pipeline.core.posterior import Curve
from video_pipeline.highlights.base import HOP_S, Evidence

_WINDOW_S = 30.0
_STEP_S = 1.0
_PAUSE_S = 2.0
"""Who speaks after a longer pause answers nobody."""
_LEAST_OTHERS = 2
_FROM_SHARE = 0.8
"""Share of the changes of speaker that the one is a part of, where the strength leaves 0: of three who talk in turn each has two
thirds, and four of five in a window that begins and ends with the same two."""
_FROM_PER_MIN = 6.0
"""Changes of speaker a minute where the strength leaves 0 ..."""
_FULL_PER_MIN = 14.0
"""... and where it is 1: an answer every four seconds."""


class OneAgainstMany:
    opening_s = None

    def curve(self, evidence: Evidence) -> Curve:
        said = sorted((one for one in evidence.segments if one.speaker), key=lambda one: one.start_s)
        changes = [
            (after.start_s, frozenset((before.speaker or "", after.speaker or "")))
            for before, after in pairwise(said)
            if before.speaker != after.speaker and after.start_s - before.end_s < _PAUSE_S
        ]
        frames, per_step = evidence.frames(), round(_STEP_S / HOP_S)
        values = np.zeros(frames, np.float32)
        for first in range(0, frames if changes else 0, per_step):
            middle_s = (first + per_step / 2) * HOP_S
            a, b = (
                bisect_left(changes, at_s, key=lambda one: one[0])
                for at_s in (middle_s - _WINDOW_S / 2, middle_s + _WINDOW_S / 2)
            )
            values[first : first + per_step] = _strength([pair for _, pair in changes[a:b]])
        return Curve(values, HOP_S)


def _strength(pairs: Sequence[frozenset[str]]) -> float:
    """Of the changes of speaker in one window: who speaks before and after each."""
    if not pairs:
        return 0.0
    one, times = Counter(name for pair in pairs for name in sorted(pair)).most_common(1)[0]
    others = {name for pair in pairs if one in pair for name in pair} - {one}
    if len(others) < _LEAST_OTHERS:
        return 0.0
    share = (times / len(pairs) - _FROM_SHARE) / (1 - _FROM_SHARE)
    speed = (len(pairs) * 60 / _WINDOW_S - _FROM_PER_MIN) / (_FULL_PER_MIN - _FROM_PER_MIN)
    return min(1.0, max(0.0, share)) * min(1.0, max(0.0, speed))
