"""Quick exchanges: people who take turns faster than conversations do. Nothing where speakers are not told apart."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from video_pipeline.core.posterior import Curve, Values
from video_pipeline.highlights.base import HOP_S, Evidence

_WINDOW_S = 20.0
_FROM_PER_MIN = 9.0
"""Changes of speaker a minute where the strength leaves 0: relaxed talk has a turn every seven seconds or so."""
_FULL_PER_MIN = 24.0
"""... and where it is 1: a turn every two and a half seconds."""
_PAUSE_S = 2.0
"""Who speaks after a longer pause answers nobody."""


class Exchange:
    opening_s = None

    def curve(self, evidence: Evidence) -> Curve:
        said = sorted((one for one in evidence.segments if one.speaker), key=lambda one: one.start_s)
        changes = np.zeros(evidence.frames(), np.float32)
        for before, after in pairwise(said):
            frame = int(after.start_s / HOP_S)
            if before.speaker != after.speaker and after.start_s - before.end_s < _PAUSE_S and frame < len(changes):
                changes[frame] += 1
        return Curve(_strength(_per_min(changes)), HOP_S)


def _per_min(changes: Values) -> Values:
    """Changes a minute in the window around each frame."""
    half = round(_WINDOW_S / HOP_S / 2)
    sums = np.concatenate([[0.0], np.cumsum(changes, dtype=np.float64)])
    at = np.arange(len(changes))
    within = sums[np.minimum(at + half, len(changes))] - sums[np.maximum(at - half, 0)]
    return np.asarray(within * (60 / _WINDOW_S), np.float32)


def _strength(per_min: Values) -> Values:
    return np.asarray(np.clip((per_min - _FROM_PER_MIN) / (_FULL_PER_MIN - _FROM_PER_MIN), 0.0, 1.0), np.float32)
