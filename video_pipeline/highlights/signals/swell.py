"""A crowd that grows louder for seconds before it cheers: an attack before the goal."""

from __future__ import annotations

import numpy as np

from video_pipeline.core.labels import Sound
from video_pipeline.core.posterior import Curve
from video_pipeline.core.span import Span
from video_pipeline.highlights.base import HOP_S, Evidence
from video_pipeline.highlights.curves import levels_on_hop, painted

_RISES_S = 5.0
"""Before the cheer, during which the sound grows."""
_FROM_DB = 4.0
"""How much it grows, where the strength leaves 0: a commentator who raises the voice."""
_FULL_DB = 12.0
"""... and where it is 1."""
_STEADY = 0.6
"""Of the steps that go up at least: a shout is one step."""
_LARGEST_STEP = 0.6
"""Of the rise that a single step makes at most: a cheer that begins at once is no swell."""
_STEP_FRAMES = round(0.5 / HOP_S)


class Swell:
    opening_s = None

    def curve(self, evidence: Evidence) -> Curve:
        frames = evidence.frames()
        if evidence.level is None or not frames:
            return Curve(np.zeros(frames, np.float32), HOP_S)
        level_db = levels_on_hop(evidence.level, frames)
        cheers = [event for event in evidence.events if event.label in (Sound.CHEER, Sound.APPLAUSE)]
        found = [(Span(max(0.0, one.start_s - _RISES_S), one.start_s), one.score * _strength(level_db, one)) for one in cheers]
        return painted(frames, found)


def _strength(level_db: np.ndarray, cheer: Span) -> float:
    last = min(len(level_db), round(cheer.start_s / HOP_S))
    first = last - round(_RISES_S / HOP_S)
    if first < 0:
        return 0.0
    steps = np.diff(level_db[first:last].reshape(-1, _STEP_FRAMES).mean(axis=1))
    rise_db = float(steps.sum())
    if rise_db <= _FROM_DB or (steps > 0).mean() < _STEADY or steps.max() > _LARGEST_STEP * rise_db:
        return 0.0
    return min(1.0, (rise_db - _FROM_DB) / (_FULL_DB - _FROM_DB))
