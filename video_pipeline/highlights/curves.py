"""Curves of signals: painted from spans, and summed over clips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from video_pipeline.core.posterior import Curve
from video_pipeline.core.span import Span
from video_pipeline.highlights import SIGNALS
from video_pipeline.highlights.base import EMOTION, HOP_S, Evidence

_LEVEL_S = 0.5
"""Levels are averaged over half a second: longer than a syllable, shorter than a laugh."""
_LEAST_POWER = 1e-12
"""Added before the logarithm: -120 dB, below any recording."""

Float = TypeVar("Float", np.float32, np.float64)
Curves = Mapping[str, Curve]
"""By name of the signal."""


def painted(frames: int, spans: Sequence[tuple[Span, float]]) -> Curve:
    """A curve that has each span's strength during it, the greatest if several overlap.

    A frame that a span covers in part gets that part of the strength, so that the curve's integral is exact.
    """
    values = np.zeros(frames, np.float32)
    for span, strength in spans:
        start, end = max(0.0, span.start_s / HOP_S), min(float(frames), span.end_s / HOP_S)
        if end <= start:
            continue
        rows = np.arange(int(start), min(frames, int(np.ceil(end))))
        shares = np.minimum(rows + 1, end) - np.maximum(rows, start)
        values[rows] = np.maximum(values[rows], strength * shares)
    return Curve(values, HOP_S)


def smoothed(values: npt.NDArray[Float], width_s: float) -> npt.NDArray[Float]:
    """[frames] the mean over `width_s` around each frame, on the signals' hop."""
    width = max(1, round(width_s / HOP_S))
    if not len(values):
        return values
    padded = np.pad(values, (width // 2, width - 1 - width // 2), mode="edge")
    return np.asarray(np.convolve(padded, np.ones(width) / width, "valid"), values.dtype)


def levels_on_hop(level: Curve, frames: int) -> npt.NDArray[np.float32]:
    """[frames] the level in dB, smoothed by power, on the signals' hop."""
    power = 10 ** (level.values.astype(np.float64) / 10)
    every = max(1, round(HOP_S / level.hop_s))
    whole = np.pad(power, (0, max(0, frames * every - len(power))), mode="edge" if len(power) else "constant")
    mean = whole[: frames * every].reshape(frames, every).mean(axis=1)
    return (10 * np.log10(smoothed(mean, _LEVEL_S) + _LEAST_POWER)).astype(np.float32)


def signal_curves(evidence: Evidence, *, emotion: bool = True) -> dict[str, Curve]:
    """Curves of all signals, whatever their weights; without `emotion` all others."""
    return {name: SIGNALS.load(name)().curve(evidence) for name in SIGNALS if emotion or name != EMOTION}


class Sums:
    """Integrals of a curve over any spans, in strength times seconds; each takes constant time."""

    def __init__(self, curve: Curve) -> None:
        self._hop_s = curve.hop_s
        self._until: npt.NDArray[np.float64] = np.concatenate([[0.0], np.cumsum(curve.values, dtype=np.float64)]) * curve.hop_s

    def over(self, span: Span) -> float:
        return self._until_s(span.end_s) - self._until_s(span.start_s)

    def _until_s(self, time_s: float) -> float:
        frames = min(max(0.0, time_s / self._hop_s), len(self._until) - 1.0)
        whole = int(frames)
        rest = frames - whole
        return float(self._until[whole] + (rest * (self._until[whole + 1] - self._until[whole]) if rest else 0.0))
