"""Threads in each of which torch computes with one thread.

Several threads that share every operation wait for each other at the end of each, some 2 000 times a batch, and what is not
torch's is computed by one of them alone. Threads with batches of their own never wait.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import torch

Q = TypeVar("Q")
A = TypeVar("A")


class SingleThreads:
    """A number of threads, which end with the process or when this is forgotten. One alone is the caller's."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._pool = ThreadPoolExecutor(count, "batch") if count > 1 else None
        if self._pool is not None:
            shared, all_started = torch.get_num_threads(), threading.Barrier(count)
            list(self._pool.map(_compute_alone, [all_started] * count))
            torch.set_num_threads(shared)  # threads that start later take the number that was set last

    def __len__(self) -> int:
        return self._count

    def map(self, work: Callable[[Q], A], items: Sequence[Q]) -> list[A]:
        """`work` of each item, in order; raises what the first that fails raises."""
        if self._pool is None or len(items) < 2:
            return [work(item) for item in items]
        return list(self._pool.map(work, items))


def _compute_alone(all_started: threading.Barrier) -> None:
    torch.get_num_threads()  # a thread takes the shared number when it first asks, also after it was set
    torch.set_num_threads(1)
    all_started.wait()  # so that no thread takes the place of another
