"""The shape of a stretch of sound, as editors draw it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from video_pipeline.core.span import Span
from video_pipeline.media.decode import audio_blocks

AMPLITUDE_HOP_S = 0.01
"""Two pixels where ten seconds are shown on a wide screen."""


def amplitudes(path: Path, track: int, within: Span) -> NDArray[np.float32]:
    """The greatest amplitude of each hop, from 0 to 1; the last hop may be shorter. Raises what `audio_blocks` raises."""
    found: list[NDArray[np.float32]] = []
    for block in audio_blocks(path, track, within, block_s=1.0):
        hop = round(block.rate_hz * AMPLITUDE_HOP_S)
        starts = np.arange(0, len(block.samples), hop)
        found.append(np.maximum.reduceat(np.abs(block.samples), starts))
    return np.minimum(np.concatenate(found), 1.0) if found else np.zeros(0, np.float32)
