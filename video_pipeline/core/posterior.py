"""Values over time on a regular grid: probabilities per label, and single curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """`values` [frames, labels] in [0, 1]; frame k covers `[start_s + k hop_s, start_s + (k + 1) hop_s)`."""

    values: Values
    labels: tuple[str, ...]
    hop_s: float
    start_s: float = 0.0

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or self.values.shape[1] != len(self.labels):
            raise ValueError(f"a posterior of {len(self.labels)} labels cannot have values of shape {self.values.shape}")
        if self.hop_s <= 0:
            raise ValueError(f"a posterior's hop must be positive, not {self.hop_s}")

    @property
    def end_s(self) -> float:
        return self.start_s + len(self.values) * self.hop_s

    def curve(self, label: str) -> Curve:
        """The values of one label. Raises KeyError if the posterior does not have it."""
        if label not in self.labels:
            raise KeyError(label)
        return Curve(self.values[:, self.labels.index(label)], self.hop_s, self.start_s)

    def resampled(self, hop_s: float, duration_s: float) -> Posterior:
        """Resample to the grid `0, hop_s, ... duration_s` by the nearest frame; 0 outside the posterior."""
        frames = int(np.ceil(duration_s / hop_s - 1e-9))
        middles_s = (np.arange(frames) + 0.5) * hop_s
        index = np.floor((middles_s - self.start_s) / self.hop_s + 1e-9).astype(int)
        inside = (index >= 0) & (index < len(self.values))
        values = np.zeros((frames, len(self.labels)), np.float32)
        values[inside] = self.values[index[inside]]
        return Posterior(values, self.labels, hop_s)


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """`values` [frames], one per `hop_s`, beginning at `start_s`."""

    values: Values
    hop_s: float
    start_s: float = 0.0

    def times_s(self) -> npt.NDArray[np.float64]:
        """The middle of each frame, in seconds."""
        return self.start_s + (np.arange(len(self.values), dtype=np.float64) + 0.5) * self.hop_s


def runs(mask: Mask) -> list[tuple[int, int]]:
    """The ranges where `mask` [frames] is true: `[first, last + 1)` of each, in order."""
    edges = np.flatnonzero(np.diff(mask.astype(np.int8), prepend=0, append=0))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def joined(parts: Sequence[Posterior]) -> Posterior:
    """Join posteriors of consecutive spans. All must have the same labels and hop, each must start where the last ends."""
    first = parts[0]
    return Posterior(np.concatenate([p.values for p in parts]), first.labels, first.hop_s, first.start_s)
