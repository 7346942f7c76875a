"""Runs a pocketsphinx decoder over a window of sound."""

from __future__ import annotations

from typing import Any

import numpy as np

from video_pipeline.core.waveform import RATE_HZ, Waveform

FRAME_S = 0.01
"""Fixed by the decoder."""
SCALE = 1024
"""The decoder divides the log-probabilities of its language model, and those of phones, by this, to fit them into integers."""
_NO_SPEECH = ("<", "[", "SIL", "+")
"""How the names of pauses and noises start, among words and among phones."""
_LEAST_SAMPLES = RATE_HZ // 10
"""A tenth of a second: shorter sounds hold no word, and the decoder's first frames need some sound."""
_FULL_SCALE = 32767
"""The decoder takes 16-bit samples."""


def decoded(decoder: Any, window: Waveform) -> list[Any]:
    """The words of a window as the decoder's segments, without its pauses and noises. Their probabilities are not logarithms."""
    if len(window.samples) < _LEAST_SAMPLES:
        return []
    pcm = (np.clip(np.nan_to_num(window.samples), -1, 1) * _FULL_SCALE).astype("<i2").tobytes()
    decoder.start_utt()
    try:
        decoder.process_raw(pcm, full_utt=True)
    finally:
        decoder.end_utt()
    return [segment for segment in decoder.seg() or () if not segment.word.startswith(_NO_SPEECH)]
