"""Which windows go through the model together."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import numpy as np


def packed(lengths: Sequence[int], most: int, multiple: int = 1) -> list[list[int]]:
    """The numbers of the windows, in batches of about equal work: those of similar length lie together, the longest come first.

    Args:
        lengths: rows of each window.
        most: rows of a batch, unless one window alone has more.
        multiple: as many batches, or twice as many, and so on, if there are enough windows: for as many threads.
    """
    order = sorted(range(len(lengths)), key=lambda k: -lengths[k])
    count = ceil(sum(lengths) / most / multiple) * multiple
    while True:
        found = _split(order, [lengths[k] for k in order], count)
        if all(len(batch) == 1 or sum(lengths[k] for k in batch) <= most for batch in found):
            return found
        count += multiple


def _split(order: Sequence[int], rows: Sequence[int], count: int) -> list[list[int]]:
    """Consecutive windows in at most `count` batches: a window belongs where its middle lies among all rows."""
    if not order:
        return []
    ends = np.cumsum(rows)
    numbers = (ends - np.asarray(rows) / 2) * count // ends[-1]
    return [part.tolist() for part in np.split(np.asarray(order), np.flatnonzero(np.diff(numbers)) + 1)]
