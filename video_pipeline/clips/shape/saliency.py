"""Salient parts of the picture: edges, letters and movement, wherever there is clearly more of them than elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from video_pipeline.clips.shape.base import Interest, Pictures

_COLUMNS = 24
_ROWS = 14
"""Cells of the grid over the picture."""
_MOTION_COUNTS = 2.0
"""Weight of movement: it attracts the eye more than what is still."""
_STANDS_OUT = 1.0
"""Standard deviations above the mean of the picture from which a cell counts."""
_LEAST_ENERGY = 1.0
"""Mean difference of neighbouring grey values, of 255, below which a picture is uniform."""


class Saliency:
    """Cells of a grid over the picture, weighted by how far they stand out."""

    follows = False

    def interests(self, pictures: Pictures) -> Sequence[Sequence[Interest]] | None:
        grey = pictures.astype(np.float32).mean(axis=3)
        energy = np.abs(np.diff(grey, axis=1, append=grey[:, -1:])) + np.abs(np.diff(grey, axis=2, append=grey[:, :, -1:]))
        if len(grey) > 1:
            moved = np.abs(np.diff(grey, axis=0))
            energy += _MOTION_COUNTS * np.concatenate([moved, moved[-1:]])
        if energy.mean() < _LEAST_ENERGY:
            return None
        return [_standing_out(_cells(one)) for one in energy]


def _cells(energy: Any) -> Any:
    """Mean energy of the cells, [rows, columns]."""
    rows, columns = (np.array_split(np.arange(n), parts) for n, parts in zip(energy.shape, (_ROWS, _COLUMNS), strict=True))
    return np.array([[energy[np.ix_(row, column)].mean() for column in columns] for row in rows])


def _standing_out(cells: Any) -> list[Interest]:
    above = cells - (cells.mean() + _STANDS_OUT * cells.std())
    return [
        Interest(x / _COLUMNS, y / _ROWS, (x + 1) / _COLUMNS, (y + 1) / _ROWS, float(above[y, x]))
        for y, x in zip(*np.nonzero(above > 0), strict=True)
    ]
