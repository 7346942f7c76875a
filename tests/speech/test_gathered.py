"""Questions of several threads go through the model together, and each thread gets its own answers."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from video_pipeline.speech.gathered import Gathered

PATIENCE_S = 30


class Doubling:
    """Holds the first batch until `released`, so that the questions behind it have to wait."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.begun, self.released = threading.Event(), threading.Event()

    def __call__(self, asked: Sequence[int]) -> list[int]:
        self.batches.append(list(asked))
        self.begun.set()
        assert self.released.wait(PATIENCE_S)
        if 13 in asked:
            raise ValueError("thirteen")
        return [2 * number for number in asked]


def asked_while_busy(doubling: Doubling, questions: Sequence[list[int]]) -> list[list[int] | BaseException]:
    """What each thread gets that asks while the model is at work for another."""
    gathered = Gathered(doubling)
    with ThreadPoolExecutor(len(questions) + 1) as pool:
        first = pool.submit(gathered, [1])
        assert doubling.begun.wait(PATIENCE_S)
        others = [pool.submit(gathered, question) for question in questions]
        while len(gathered._waiting) < len(questions):
            threading.Event().wait(0.001)
        doubling.released.set()
        assert first.result(PATIENCE_S) == [2]
        return [one.exception(PATIENCE_S) or one.result() for one in others]


def test_what_waits_goes_together() -> None:
    doubling = Doubling()
    assert asked_while_busy(doubling, [[2, 3], [], [4]]) == [[4, 6], [], [8]]
    first, together = doubling.batches
    assert first == [1]
    assert sorted(together) == [2, 3, 4]


def test_a_bad_question_spoils_no_other() -> None:
    answers = asked_while_busy(Doubling(), [[2], [13], [3, 4]])
    assert answers[0] == [4]
    assert answers[2] == [6, 8]
    assert isinstance(answers[1], ValueError)


def test_alone_nobody_waits() -> None:
    doubling = Doubling()
    doubling.released.set()
    gathered = Gathered(doubling)
    assert [gathered([5]), gathered([6, 7])] == [[10], [12, 14]]
    with pytest.raises(ValueError, match="thirteen"):
        gathered([13])
    assert gathered([8]) == [16], "an error leaves it usable"
