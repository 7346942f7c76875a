"""The pitch of voices, from spectra that are computed for fingerprints anyway: the first strong peak of the autocorrelation.

The spectrum's magnitudes take the place of its power, which flattens formants (the "generalised autocorrelation" of Tolonen and
Karjalainen, 2000). A quarter of a second is too long to follow an intonation and long enough to tell a raised voice.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from video_pipeline.core.waveform import RATE_HZ

Pitches = npt.NDArray[np.float32]

LOWEST_HZ = 70.0
HIGHEST_HZ = 500.0
"""A child or an excited woman; laughter and screams go beyond, and are sounds of their own."""
_TOP_HZ = 2000.0
"""Of the spectrum that counts: harmonics above are weak and add noise."""
_LEAST_PEAK = 0.35
"""Of the autocorrelation at lag 0, from which a frame has a pitch."""
_FIRST_SHARE = 0.85
"""Of the highest peak: the shortest lag that reaches this is the period, not a multiple of it."""


def pitches_hz(spectrum: npt.NDArray[np.complexfloating]) -> Pitches:
    """[n] fundamental frequencies of windows' spectra [n, bins], 0 where there is none."""
    size = 2 * (spectrum.shape[1] - 1)
    bins = int(_TOP_HZ * size / RATE_HZ)
    magnitude = np.abs(spectrum[:, :bins])
    rate_hz = 2 * _TOP_HZ
    first, last = int(rate_hz / HIGHEST_HZ), int(rate_hz / LOWEST_HZ) + 1
    likeness = np.fft.irfft(magnitude, 2 * bins)[:, : last + 2]
    likeness = likeness / np.maximum(likeness[:, :1], 1e-12)
    inner = likeness[:, first : last + 1]
    is_peak = (inner >= likeness[:, first - 1 : last]) & (inner > likeness[:, first + 1 : last + 2])
    heights = np.where(is_peak, inner, 0.0)
    highest = heights.max(axis=1)
    at = (heights >= np.maximum(_FIRST_SHARE * highest, 1e-9)[:, None]).argmax(axis=1) + first
    rows = np.arange(len(at))
    before, peak, after = (likeness[rows, at + step] for step in (-1, 0, 1))
    bend = before - 2 * peak + after
    lag = at + np.where(bend < 0, 0.5 * (before - after) / np.where(bend < 0, bend, -1.0), 0.0)
    return np.where(highest >= _LEAST_PEAK, rate_hz / lag, 0.0).astype(np.float32)
