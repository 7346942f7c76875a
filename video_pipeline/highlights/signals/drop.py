"""Music that holds back and then sets in with full force: a drop, an entrance, the hit of a trailer."""

from __future__ import annotations

import numpy as np

from video_pipeline.core.labels import Sound
from video_pipeline.core.posterior import Curve
from video_pipeline.core.span import Span, merged
from video_pipeline.highlights.base import HOP_S, Evidence
from video_pipeline.highlights.curves import levels_on_hop, painted

_FROM_DB = 6.0
"""How much louder the music gets, where the strength leaves 0: more than a verse and its chorus differ."""
_FULL_DB = 14.0
"""... and where it is 1."""
_BEFORE_S = 3.0
"""Of music that is held back, before."""
_HOLDS_S = 3.0
"""For how long it stays loud afterwards at least."""
_LASTS_S = 4.0
"""What of the time after it belongs to the moment."""
_GAP_S = 4.0
"""The detector of music may lose a quiet bridge of this length."""
_APART_S = 15.0
"""Nearer to each other, only the greatest counts: the rest is rhythm."""


class Drop:
    opening_s = None

    def curve(self, evidence: Evidence) -> Curve:
        frames = evidence.frames()
        if evidence.level is None or not frames:
            return Curve(np.zeros(frames, np.float32), HOP_S)
        level_db = levels_on_hop(evidence.level, frames)
        music = merged([event for event in evidence.events if event.label is Sound.MUSIC], gap_s=_GAP_S)
        found = [(Span(at_s, at_s + _LASTS_S), strength) for span in music for at_s, strength in _drops(level_db, span)]
        return painted(frames, found)


def _drops(level_db: np.ndarray, music: Span) -> list[tuple[float, float]]:
    """Times and strengths of the drops of one stretch of music."""
    first, last = round(music.start_s / HOP_S), min(len(level_db), round(music.end_s / HOP_S))
    before, holds = round(_BEFORE_S / HOP_S), round(_HOLDS_S / HOP_S)
    if last - first < before + holds:
        return []
    windows = np.lib.stride_tricks.sliding_window_view(level_db[first:last], before + holds)
    rises_db = np.percentile(windows[:, before:], 20, axis=1) - np.percentile(windows[:, :before], 80, axis=1)
    drops: list[tuple[float, float]] = []
    for k in np.argsort(-rises_db, kind="stable").tolist():
        strength = min(1.0, (float(rises_db[k]) - _FROM_DB) / (_FULL_DB - _FROM_DB))
        if strength <= 0:
            break
        at_s = (first + k + before) * HOP_S
        if all(abs(at_s - other_s) >= _APART_S for other_s, _ in drops):
            drops.append((at_s, strength))
    return drops
