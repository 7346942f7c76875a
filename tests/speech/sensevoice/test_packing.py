"""Batches hold all windows once, no more rows than they may, and equal work for the threads."""

from __future__ import annotations

import threading

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from video_pipeline.speech.sensevoice.packing import packed
from video_pipeline.speech.sensevoice.single_threads import SingleThreads


@given(lengths=st.lists(st.integers(5, 340), max_size=80), most=st.integers(1, 3_000), multiple=st.integers(1, 5))
def test_every_window_is_in_one_batch_which_is_not_too_long(lengths: list[int], most: int, multiple: int) -> None:
    found = packed(lengths, most, multiple)
    assert sorted(k for batch in found for k in batch) == list(range(len(lengths)))
    assert all(batch for batch in found)
    for batch in found:
        assert len(batch) == 1 or sum(lengths[k] for k in batch) <= most


@given(lengths=st.lists(st.integers(25, 250), min_size=24, max_size=80), threads=st.integers(1, 4))
def test_threads_get_batches_of_equal_work(lengths: list[int], threads: int) -> None:
    work = [sum(lengths[k] for k in batch) for batch in packed(lengths, 2_500 // threads, threads)]
    assert len(work) % threads == 0
    assert max(work) - min(work) <= 2 * max(lengths)


def test_windows_of_similar_length_lie_together() -> None:
    assert packed([10, 50, 11, 49, 12, 48], 150, 1) == [[1, 3], [5, 4, 2, 0]]


def test_torch_computes_with_one_thread_in_each_and_with_all_elsewhere() -> None:
    before = torch.get_num_threads()
    threads, together = SingleThreads(3), threading.Barrier(3)

    def counted(k: int) -> tuple[int, str, int]:
        together.wait(20)  # three work at the same time
        return torch.get_num_threads(), threading.current_thread().name, k

    found = threads.map(counted, [0, 1, 2])
    assert [count for count, _, _ in found] == [1, 1, 1]
    assert len({name for _, name, _ in found}) == 3
    assert [k for _, _, k in found] == [0, 1, 2]
    later: list[int] = []
    other = threading.Thread(target=lambda: later.append(torch.get_num_threads()))
    other.start()
    other.join()
    assert [torch.get_num_threads(), *later] == [before, before]


def test_an_error_of_one_batch_is_raised() -> None:
    def fails(k: int) -> int:
        if k == 1:
            raise ValueError("no")
        return k

    for threads in (SingleThreads(1), SingleThreads(2)):
        with pytest.raises(ValueError, match="no"):
            threads.map(fails, [0, 1, 2])
