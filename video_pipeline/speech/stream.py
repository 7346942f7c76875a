"""Work ahead in another thread, a bounded number of pieces: decoding and speech detection run while the model does.

Of use where the model runs elsewhere (on a GPU). Where it has all the cores already, a thread beside it gains nothing: measured
on two cores, 39x realtime with and 41x without.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator
from contextlib import closing
from typing import TypeVar

T = TypeVar("T")
_CHECK_S = 0.2  # how soon a thread that waits for room notices that nobody wants more
_PATIENCE_S = 2.0  # a source that hangs is left to its own watchdog; the thread does not keep the process alive


class _End:
    """What the thread puts last: that it is over, or why."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def ahead(source: Generator[T, None, None], depth: int) -> Generator[T, None, None]:
    """The items of `source`, made in a thread that is at most `depth` items ahead of their use.

    An error in the source is raised here in its place. When the consumer stops early (or is interrupted), the thread stops after
    the item in hand and the source is closed, so that nothing it started is left running.
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
        worker.join(_PATIENCE_S)


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
    """Whether there was room before everything was stopped."""
    while not stopped.is_set():
        try:
            items.put(item, timeout=_CHECK_S)
            return True
        except queue.Full:
            continue
    return False
