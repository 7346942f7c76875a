"""Louder than people speak around that time: a big laugh, a shout."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from video_pipeline.core.posterior import Curve
from video_pipeline.core.span import merged
from video_pipeline.highlights.base import HOP_S, Evidence
from video_pipeline.highlights.curves import painted

Levels = npt.NDArray[np.float32]

_FROM_DB, _FULL_DB = 3.0, 12.0
"""Over the local level of speech: from a stressed word to more than twice as loud to the ear."""
_SMOOTH = round(0.5 / HOP_S)
_BLOCK = round(10.0 / HOP_S)
_AROUND = round(30.0 / HOP_S)
_LEAST = round(2.0 / HOP_S)
"""Frames of speech from which its level is known."""


class Loudness:
    opening_s = None

    def curve(self, evidence: Evidence) -> Curve:
        frames = evidence.frames()
        if evidence.level is None or not frames:
            return Curve(np.zeros(frames, np.float32), HOP_S)
        level_db = _on_hop(evidence.level, frames)
        over_db = level_db - _speech_level_db(level_db, _spoken(evidence))
        strength = np.clip((over_db - _FROM_DB) / (_FULL_DB - _FROM_DB), 0.0, 1.0)
        return Curve(strength.astype(np.float32), HOP_S)


def _on_hop(level: Curve, frames: int) -> Levels:
    """Smoothed by power over half a second, on the common hop."""
    power = 10 ** (level.values.astype(np.float64) / 10)
    every = max(1, round(HOP_S / level.hop_s))
    whole = np.pad(power, (0, max(0, frames * every - len(power))), mode="edge" if len(power) else "constant")
    mean = whole[: frames * every].reshape(frames, every).mean(axis=1)
    padded = np.pad(mean, (_SMOOTH // 2, _SMOOTH - 1 - _SMOOTH // 2), mode="edge")
    smooth = np.convolve(padded, np.ones(_SMOOTH) / _SMOOTH, "valid")
    return (10 * np.log10(smooth + 1e-12)).astype(np.float32)


def _spoken(evidence: Evidence) -> npt.NDArray[np.bool_]:
    """Where somebody speaks and nobody reacts."""
    frames = evidence.frames()
    speech = painted(frames, [(span, 1.0) for span in merged(evidence.segments)]).values
    reactions = painted(frames, [(span, 1.0) for span in merged(evidence.reactions())]).values
    return np.asarray((speech > 0.5) & (reactions == 0))


def _speech_level_db(level_db: Levels, spoken: npt.NDArray[np.bool_]) -> Levels:
    """[frames] the median level of speech within half a minute, that of the whole video where there is too little."""
    whole_db = float(np.median(level_db[spoken] if spoken.sum() >= _LEAST else level_db))
    middles = np.arange(0, len(level_db), _BLOCK)
    local_db = []
    for middle in middles.tolist():
        near = slice(max(0, middle - _AROUND), middle + _AROUND)
        said = level_db[near][spoken[near]]
        local_db.append(float(np.median(said)) if len(said) >= _LEAST else whole_db)
    return np.interp(np.arange(len(level_db)), middles, local_db).astype(np.float32)
