"""Computes items ahead in another thread, up to a bound, so that decoding and speech detection run while the model does."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from typing import TypeVar

from video_pipeline.core.waveform import Waveform

T = TypeVar("T")
_CHECK_S = 0.2
"""How often a thread that waits for room checks whether the consumer has stopped."""
_JOIN_S = 2.0
"""How long the consumer waits for the thread; a source that hangs is left to its own time limit. The thread is a daemon."""


class _End:
    """The thread's last item: the end of the source, or its error."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def ahead(source: Generator[T, None, None], depth: int) -> Generator[T, None, None]:
    """The items of `source`, computed by a thread that is at most `depth` items ahead of the consumer.

    An error in the source is raised here at its place among the items. If the consumer stops early or is interrupted, the thread
    stops after the current item and closes the source, so that nothing it started keeps running.
    """
    items: queue.Queue[T | _End] = queue.Queue(maxsize=depth)
    stopped = threading.Event()
    worker = threading.Thread(target=_work, args=(source, items, stopped), daemon=True)
    worker.start()
    try:
        while not isinstance(item := items.get(), _End):
            yield item
        if item.error is not None:
            raise item.error
    finally:
        stopped.set()
        worker.join(_JOIN_S)


def _work(source: Generator[T, None, None], items: queue.Queue[T | _End], stopped: threading.Event) -> None:
    error: BaseException | None = None
    try:
        with closing(source):
            for item in source:
                if not _put(items, item, stopped):
                    break
    except BaseException as raised:  # noqa: BLE001 - raised again in the consumer's thread
        error = raised
    _put(items, _End(error), stopped)


def _put(items: queue.Queue[T | _End], item: T | _End, stopped: threading.Event) -> bool:
    """Whether the item was queued before the consumer stopped."""
    while not stopped.is_set():
        try:
            items.put(item, timeout=_CHECK_S)
            return True
        except queue.Full:
            continue
    return False


def batches(windows: Iterable[Waveform], batch_s: float) -> Iterator[list[Waveform]]:
    """Windows in order, in lists of about `batch_s` seconds."""
    batch: list[Waveform] = []
    duration_s = 0.0
    for window in windows:
        batch.append(window)
        duration_s += window.duration_s
        if duration_s >= batch_s:
            yield batch
            batch, duration_s = [], 0.0
    if batch:
        yield batch
