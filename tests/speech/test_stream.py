"""Work ahead in another thread: the same items, a bounded number of them, and a clean end whoever ends it."""

import threading
import time
from collections.abc import Generator, Iterator

import pytest

from video_pipeline.speech.stream import ahead


def count(to: int, made: list[int], ended: list[bool]) -> Generator[int, None, None]:
    try:
        for k in range(to):
            made.append(k)
            yield k
    finally:
        ended.append(True)


def wait_until(true: object, limit_s: float = 5.0) -> None:
    until = time.monotonic() + limit_s
    while not true() and time.monotonic() < until:  # type: ignore[operator]
        time.sleep(0.01)
    assert true()  # type: ignore[operator]


def test_the_same_items_in_order() -> None:
    ended: list[bool] = []
    assert list(ahead(count(1000, [], ended), 3)) == list(range(1000))
    assert ended == [True]


def test_never_more_than_the_depth_ahead() -> None:
    made: list[int] = []
    items = ahead(count(100, made, []), 4)
    next(items)
    wait_until(lambda: len(made) >= 6)
    time.sleep(0.1)
    assert len(made) == 6  # one used, four waiting, one in hand
    items.close()


def test_an_error_is_raised_where_its_item_would_have_been() -> None:
    def broken() -> Generator[int, None, None]:
        yield 1
        raise OSError("gone")

    items = ahead(broken(), 2)
    assert next(items) == 1
    with pytest.raises(OSError, match="gone"):
        next(items)


@pytest.mark.parametrize("depth", [1, 5])
def test_stopping_early_ends_the_thread_and_closes_the_source(depth: int) -> None:
    ended: list[bool] = []
    before = threading.active_count()
    items = ahead(count(10_000, [], ended), depth)
    next(items)
    items.close()
    assert ended == [True]
    assert threading.active_count() == before


def test_nothing_runs_before_the_first_item_is_wanted() -> None:
    made: list[int] = []
    items: Iterator[int] = ahead(count(3, made, []), 2)
    time.sleep(0.05)
    assert made == []
    assert list(items) == [0, 1, 2]
