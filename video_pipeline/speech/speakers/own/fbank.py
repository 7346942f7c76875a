"""Kaldi's log-mel energies as the voice print's network was trained with them: 80 bands, Povey window, dither 0, mean removed."""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

from video_pipeline.core.waveform import RATE_HZ, Samples

FRAME = 400
"""Samples, 25 ms."""
HOP = 160
"""Samples, 10 ms."""
_FFT = 512
_MELS = 80
_LOWEST_HZ = 20.0
_HIGHEST_HZ = 8000.0
_PREEMPHASIS = 0.97
_MIDDLE = slice(20, 50)
"""Bands of about 0.6 to 2.6 kHz."""
_HIGHS = slice(62, 78)
"""Bands of about 4.2 to 7.5 kHz."""
_FALL = -6.0
"""Between -9 and -10 for sound of a telephone, above -3 for all other speech that was measured (natural logarithm)."""
_FLOOR = float(np.finfo(np.float32).eps)
"""Kaldi's lower bound, so that the logarithm of silence is finite."""

Features = npt.NDArray[np.float32]


def log_mel(samples: Samples) -> Features:
    """[frames, 80], a frame every 10 ms; none of sound that is shorter than a frame."""
    count = max(0, 1 + (len(samples) - FRAME) // HOP)
    if count == 0:
        return np.zeros((0, _MELS), np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(samples, FRAME)[::HOP][:count].astype(np.float32)
    frames = frames - frames.mean(axis=1, keepdims=True)
    before = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    spectra = np.abs(np.fft.rfft((frames - _PREEMPHASIS * before) * _window(), _FFT)) ** 2
    return np.asarray(np.log(np.maximum(spectra[:, :-1].astype(np.float32) @ _bank(), _FLOOR)), np.float32)


def centred(features: Features) -> Features:
    """Without their mean, so that loudness and the microphone count for less."""
    return np.asarray(features - features.mean(axis=0, keepdims=True), np.float32)


def lacks_highs(spectrum: npt.NDArray[np.float64]) -> bool:
    """Whether the mean of log-mel energies [80] falls off above 4 kHz, as after a telephone; False for other front ends."""
    return len(spectrum) == _MELS and float(spectrum[_HIGHS].mean() - spectrum[_MIDDLE].mean()) < _FALL


@functools.cache
def _window() -> npt.NDArray[np.float32]:
    """Povey's: a Hann window to the power of 0.85."""
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FRAME) / (FRAME - 1))
    return np.asarray(hann**0.85, np.float32)


@functools.cache
def _bank() -> npt.NDArray[np.float32]:
    """[bins, 80]: triangles that are even on the mel scale of Kaldi (1127 ln(1 + f/700))."""
    low, high = _mel(_LOWEST_HZ), _mel(_HIGHEST_HZ)
    edges = low + np.arange(_MELS + 2) * (high - low) / (_MELS + 1)
    bins = _mel(np.arange(_FFT // 2) * RATE_HZ / _FFT)[:, None]
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    return np.maximum(0.0, np.minimum(rising, falling)).astype(np.float32)


def _mel(hz: float | npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(1127.0 * np.log1p(np.asarray(hz, np.float64) / 700.0))
