"""Whether this process may still write: a worker that was paused while another took its place over must not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

_checks: list[Callable[[], None]] = []


def check_fence() -> None:
    """Call right before a file is put in place. Raises what the owner of the work raises where it was taken over."""
    for check in tuple(_checks):
        check()


@contextmanager
def fenced(check: Callable[[], None]) -> Iterator[None]:
    """Inside the block every file that is put in place by this process is preceded by `check`."""
    _checks.append(check)
    try:
        yield
    finally:
        _checks.remove(check)
