"""Log-mel energies of a stream of sound, bit for bit the same however the stream is cut into blocks."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from video_pipeline.core.waveform import RATE_HZ, Samples

Frames = npt.NDArray[np.float32]

HOP = 160
"""Samples, 10 ms: five feature frames make one 50 ms frame of the common grid."""
WINDOW = 400
"""Samples, 25 ms: the usual compromise between resolving a voice's harmonics and its syllables."""
FFT = 512
"""Samples: the next power of two."""
BANDS = 64
"""As in the log-mel input of common audio taggers."""
LOWEST_HZ = 60.0
"""Below is rumble."""
HIGHEST_HZ = 7600.0
"""Above, codecs and resamplers leave nothing to rely on."""
LOWEST_POWER = 1e-5
"""Added before the logarithm: about -90 dBFS per band, below the noise of 16-bit sound."""
LEAD = (WINDOW - HOP) // 2
"""Zeros before the first sample, so that frame k's window is centred on its own 10 ms."""
GROUP = 1000
"""Frames computed at a time, always at the same places of the stream: the last bits of a matrix product depend on its height."""

ROWS = 12
"""Of a product with the triangles at a time. OpenBLAS gives larger ones (from 2^18 multiplications) to threads of its own, which
wait for the next in a loop and take the cores from the speech model."""


@lru_cache(maxsize=1)
def mel_weights() -> npt.NDArray[np.float32]:
    """[FFT // 2 + 1, BANDS] triangles evenly spaced in mel (O'Shaughnessy's 2595 log10(1 + f / 700)), each summing to 1."""
    edges_mel = np.linspace(_mel(LOWEST_HZ), _mel(HIGHEST_HZ), BANDS + 2)
    edges_hz = 700 * (10 ** (edges_mel / 2595) - 1)
    bins_hz = np.arange(FFT // 2 + 1)[:, None] * RATE_HZ / FFT
    low, middle, high = edges_hz[:-2], edges_hz[1:-1], edges_hz[2:]
    # A triangle narrower than a bin would be empty: every band reaches at least one bin to either side.
    bin_hz = RATE_HZ / FFT
    low, high = np.minimum(low, middle - bin_hz), np.maximum(high, middle + bin_hz)
    weights = np.maximum(0, np.minimum((bins_hz - low) / (middle - low), (high - bins_hz) / (high - middle)))
    return np.asarray(weights / weights.sum(axis=0), np.float32)


def _mel(frequency_hz: float) -> float:
    return float(2595 * np.log10(1 + frequency_hz / 700))


@lru_cache(maxsize=1)
def _window() -> npt.NDArray[np.float32]:
    return np.hanning(WINDOW).astype(np.float32)


def cleaned(samples: Samples) -> Samples:
    """[n] inside [-1, 1], with silence in place of NaN."""
    return np.clip(np.nan_to_num(samples.astype(np.float32, copy=False), nan=0.0, posinf=1.0, neginf=-1.0), -1.0, 1.0)


def log_mel(samples: Samples) -> Frames:
    """[frames, BANDS], base 10, of `samples` [WINDOW + (frames - 1) * HOP]: only whole windows count."""
    windows = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP]
    # The mean is removed first: a constant offset would leak through the window into the lowest bands.
    centred = (windows - windows.mean(axis=1, keepdims=True, dtype=np.float32)) * _window()
    spectrum = np.fft.rfft(centred, FFT).astype(np.complex64)
    power = spectrum.real**2 + spectrum.imag**2
    energies: Frames = np.log10(_banded(power) + np.float32(LOWEST_POWER)).astype(np.float32)
    return energies


def _banded(power: Frames) -> Frames:
    """`power` [frames, FFT // 2 + 1] times the triangles. No part is one row alone, which BLAS would add up in another order."""
    starts = range(0, max(1, len(power) - 1), ROWS)
    energies = np.empty((len(power), BANDS), np.float32)
    for start, end in zip(starts, [*starts[1:], len(power)], strict=True):
        np.matmul(power[start:end], mel_weights(), out=energies[start:end])
    return energies


class LogMelStream:
    """Takes blocks of any length and returns frames as soon as a whole group can be computed. Holds one group in memory."""

    def __init__(self) -> None:
        self._pending = [np.zeros(LEAD, np.float32)]
        self._held = LEAD

    def push(self, samples: Samples) -> list[Frames]:
        """The groups, [GROUP, BANDS] each, that `samples` [n] completes."""
        self._pending.append(cleaned(samples))
        self._held += len(samples)
        need = WINDOW + (GROUP - 1) * HOP
        if self._held < need:
            return []
        track, done = np.concatenate(self._pending), []
        while len(track) >= need:
            done.append(log_mel(track[:need]))
            track = track[GROUP * HOP :]
        self._pending, self._held = [track.copy()], len(track)
        return done

    def rest(self) -> Frames:
        """The last frames [frames, BANDS], so that every 10 ms that were begun have one. Ends the stream."""
        track = np.concatenate(self._pending)
        frames = -(-(len(track) - LEAD) // HOP)
        if frames <= 0:
            return np.zeros((0, BANDS), np.float32)
        need = WINDOW + (frames - 1) * HOP
        return log_mel(np.concatenate([track, np.zeros(max(0, need - len(track)), np.float32)]))
