"""What is kept of the sound itself beside the detectors' results: its loudness, the pitch of its voices, a fingerprint.

The fingerprint follows Haitsma and Kalker, "A Highly Robust Audio Fingerprinting System" (ISMIR 2002): each bit says whether the
energy difference between two neighbouring bands grew since the frame before. Level, equaliser, codec and moderate added noise
change few bits; another sound, however similar to the ear, agrees in little more than half of them. Frames are further apart than
theirs and bits fewer, because a laugh is compared with some hundreds of others here, not three seconds with a million songs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from video_pipeline.core.waveform import RATE_HZ, Samples, Waveform
from video_pipeline.events.base import HOP_S
from video_pipeline.events.pitch import Pitches, pitches_hz

Prints = npt.NDArray[np.uint16]
Levels = npt.NDArray[np.float32]

QUIETEST_DB = -100.0
"""Level of digital silence and lower bound of all levels: below the noise of 16-bit sound."""
BITS = 16
"""Per frame: half of Haitsma and Kalker's 32, as one uint16."""
BANDS = BITS + 1
LOWEST_HZ = 250.0
"""Small loudspeakers and telephones pass little below."""
HIGHEST_HZ = 4000.0
"""Telephones and strong codecs pass nothing above."""
_HOP = round(HOP_S * RATE_HZ)
"""Samples per frame."""
_WINDOW = 4096
"""Samples, a quarter of a second: five frames, so that it matters little where in a frame a recording begins."""
_LEAD = (_WINDOW - _HOP) // 2
"""Zeros before the first sample, so that frame k's window is centred on frame k of the common grid."""
_GROUP = 100
"""Frames computed at a time: bounds the memory of a block."""
_LEAST_ENERGY = 1e-6
"""Added before the logarithm: below the noise of 16-bit sound in one band."""
_LEAST_POWER = 1e-12
"""Added before the logarithm: -120 dB, below `QUIETEST_DB`."""


@dataclass(frozen=True, slots=True, eq=False)
class Traits:
    """On the common grid."""

    level_db: Levels
    """[frames] in dB of full scale, at least `QUIETEST_DB`."""
    prints: Prints
    """[frames] fingerprints of 16 bits."""
    pitch_hz: Pitches | None = None
    """[frames] pitch of a voice in Hz, 0 where there is none; None in what was stored before pitch was measured."""


class TraitStream:
    """Takes the blocks of a file in order. Keeps ten bytes per frame: 0.7 MB per hour."""

    def __init__(self) -> None:
        self._pending = np.zeros(_LEAD, np.float32)
        self._heard = 0
        self._steps = np.zeros(BITS, np.float32)
        """Energy differences between bands in the frame before."""
        self._levels: list[Levels] = []
        self._prints: list[Prints] = []
        self._pitches: list[Pitches] = []

    def hear(self, block: Waveform) -> None:
        """The next block of 16 kHz sound, of any length."""
        self._heard += len(block.samples)
        self._pending = np.concatenate([self._pending, np.clip(np.nan_to_num(block.samples), -1.0, 1.0)])
        need = _WINDOW + (_GROUP - 1) * _HOP
        while len(self._pending) >= need:
            self._compute(self._pending[:need])
            self._pending = self._pending[_GROUP * _HOP :]

    def finish(self, duration_s: float) -> Traits:
        """One value for every hop from 0 to `duration_s`; silence after the end of the sound."""
        frames = int(np.ceil(duration_s / HOP_S - 1e-9))
        left = -(-self._heard // _HOP) - sum(map(len, self._levels))
        if left > 0:
            rest = np.zeros(_WINDOW + (left - 1) * _HOP, np.float32)
            rest[: len(self._pending)] = self._pending[: len(rest)]
            self._compute(rest)
        level_db, prints = np.full(frames, QUIETEST_DB, np.float32), np.zeros(frames, np.uint16)
        pitch_hz = np.zeros(frames, np.float32)
        for out, parts in ((level_db, self._levels), (prints, self._prints), (pitch_hz, self._pitches)):
            heard = np.concatenate([*parts, out[:0]])[:frames]
            out[: len(heard)] = heard
        return Traits(level_db, prints, pitch_hz)

    def _compute(self, samples: Samples) -> None:
        windows = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[::_HOP]
        middles = windows[:, _LEAD : _LEAD + _HOP]
        self._levels.append(levels_db(middles))
        spectrum = np.fft.rfft((windows - windows.mean(axis=1, keepdims=True)) * _shape(), axis=1)
        self._pitches.append(pitches_hz(spectrum))
        power = np.add.reduceat(spectrum.real**2 + spectrum.imag**2, _edges(), axis=1)[:, :BANDS]
        energies = np.log(power + _LEAST_ENERGY).astype(np.float32)
        steps = np.concatenate([self._steps[None], energies[:, :-1] - energies[:, 1:]])
        self._prints.append(packed(np.diff(steps, axis=0) > 0))
        self._steps = steps[-1]


def levels_db(frames: npt.NDArray[np.float32]) -> Levels:
    """[n] the level of each row of `frames` [n, samples], without a constant offset."""
    power = frames.var(axis=1)
    return np.asarray(np.maximum(QUIETEST_DB, 10 * np.log10(power + _LEAST_POWER)), np.float32)


def packed(bits: npt.NDArray[np.bool_]) -> Prints:
    """[n] 16-bit numbers from `bits` [n, BITS]."""
    return (bits @ (1 << np.arange(BITS))).astype(np.uint16)


def unpacked(prints: Prints) -> npt.NDArray[np.float32]:
    """[n, BITS] of -1 and 1: the product of two rows is the number of equal bits minus that of different ones."""
    return np.where((prints[:, None] >> np.arange(BITS)) & 1, np.float32(1), np.float32(-1))


@lru_cache(maxsize=1)
def _shape() -> npt.NDArray[np.float32]:
    return np.hanning(_WINDOW).astype(np.float32)


@lru_cache(maxsize=1)
def _edges() -> npt.NDArray[np.int64]:
    """First bin of each of `BANDS` bands, evenly spaced in pitch, and the first bin after them."""
    edges_hz = np.geomspace(LOWEST_HZ, HIGHEST_HZ, BANDS + 1)
    return np.rint(edges_hz * _WINDOW / RATE_HZ).astype(np.int64)
