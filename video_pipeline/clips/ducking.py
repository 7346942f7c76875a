"""The volume of music over time: low under speech and reactions, higher elsewhere, always with smooth changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from video_pipeline.clips.reel_options import MusicOptions
from video_pipeline.core.span import Span

_STEP_S = 0.02
"""Time resolution of the gain."""
_ATTACK_S = 0.25
"""Music is lowered this long before speech begins."""
_RELEASE_S = 0.8
"""Music is raised more slowly than it is lowered, so that it does not pump."""
_FADE_IN_S = 0.6
_FADE_OUT_S = 1.5

Times = NDArray[np.float64]


def music_gain(duration_s: float, audible: Sequence[Span], options: MusicOptions) -> Callable[[Times], Times]:
    """A function from times to gain factors; `audible` are the speech and reactions of the programme."""
    times_s = np.arange(0.0, duration_s + 2 * _STEP_S, _STEP_S)
    target_db = np.full(len(times_s), options.level_db)
    for span in audible:  # lowered before it begins
        target_db[(times_s >= span.start_s - _ATTACK_S) & (times_s < span.end_s)] = options.ducked_db
    gains_db = _glide(target_db, (options.level_db - options.ducked_db) * _STEP_S)
    ends = np.minimum(times_s / _FADE_IN_S, np.maximum(0.0, duration_s - times_s) / _FADE_OUT_S)
    gains = 10 ** (gains_db / 20) * np.clip(ends, 0.0, 1.0)
    return lambda at_s: np.interp(at_s, times_s, gains)


def _glide(target_db: Times, span_db: float) -> Times:
    """Follow the target with limited slopes: `span_db` within the attack and release times."""
    down, up = span_db / _ATTACK_S, span_db / _RELEASE_S
    out, level = np.empty_like(target_db), target_db[0]
    for k, target in enumerate(target_db):
        level = max(target, level - down) if target < level else min(target, level + up)
        out[k] = level
    return out
