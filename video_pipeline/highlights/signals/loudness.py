"""Louder than the speech around: a big laugh, a shout; not the applause that opens a show, welcomes or says goodbye."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from video_pipeline.core.posterior import Curve
from video_pipeline.core.span import merged
from video_pipeline.highlights.base import HOP_S, Evidence
from video_pipeline.highlights.ceremony import CEREMONY_SHARE, Ceremonies
from video_pipeline.highlights.curves import levels_on_hop, painted

Levels = npt.NDArray[np.float32]

_FROM_DB = 3.0
"""Over the level of speech, where the strength leaves 0: a stressed word."""
_FULL_DB = 12.0
"""Over the level of speech, where the strength is 1: more than twice as loud (10 dB is twice as loud to the ear)."""
_BLOCK_FRAMES = round(10.0 / HOP_S)
"""The level of speech is measured every 10 s and interpolated between."""
_AROUND_FRAMES = round(30.0 / HOP_S)
"""Reach of each such measurement to both sides, so that speakers at another distance get their own level."""
_LEAST_FRAMES = round(2.0 / HOP_S)
"""Speech that a measurement needs; with less the level of the whole video counts."""


class Loudness:
    opening_s = None

    def curve(self, evidence: Evidence) -> Curve:
        frames = evidence.frames()
        if evidence.level is None or not frames:
            return Curve(np.zeros(frames, np.float32), HOP_S)
        level_db = levels_on_hop(evidence.level, frames)
        over_db = level_db - _speech_level_db(level_db, _spoken(evidence))
        strength = np.clip((over_db - _FROM_DB) / (_FULL_DB - _FROM_DB), 0.0, 1.0)
        formal = painted(frames, [(found, 1 - CEREMONY_SHARE) for found in Ceremonies(evidence).found])
        return Curve((strength * (1 - formal.values)).astype(np.float32), HOP_S)


def _spoken(evidence: Evidence) -> npt.NDArray[np.bool_]:
    """[frames] where somebody speaks and nobody reacts."""
    frames = evidence.frames()
    speech = painted(frames, [(span, 1.0) for span in merged(evidence.segments)]).values
    reactions = painted(frames, [(span, 1.0) for span in merged(evidence.reactions())]).values
    return np.asarray((speech > 0.5) & (reactions == 0))


def _speech_level_db(level_db: Levels, spoken: npt.NDArray[np.bool_]) -> Levels:
    """[frames] the median level of the speech around; of the whole video where there is too little."""
    whole_db = float(np.median(level_db[spoken] if spoken.sum() >= _LEAST_FRAMES else level_db))
    middles = np.arange(0, len(level_db), _BLOCK_FRAMES)
    local_db = []
    for middle in middles.tolist():
        near = slice(max(0, middle - _AROUND_FRAMES), middle + _AROUND_FRAMES)
        speech_db = level_db[near][spoken[near]]
        local_db.append(float(np.median(speech_db)) if len(speech_db) >= _LEAST_FRAMES else whole_db)
    return np.interp(np.arange(len(level_db)), middles, local_db).astype(np.float32)
