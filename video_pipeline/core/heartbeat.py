"""Signs of progress from long steps, so that a process that watches another can tell slow work from work that hangs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

_listeners: list[Callable[[], None]] = []


def beat() -> None:
    """Call when a long step has moved on: a block was read, received, sent or written. Cheap, and safe from any thread."""
    for listener in tuple(_listeners):
        listener()


@contextmanager
def beats_to(listener: Callable[[], None]) -> Iterator[None]:
    """Inside the block `listener` is called at every beat of this process, from whatever thread the step runs in."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)
