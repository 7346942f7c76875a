"""Batches the requests of several threads: those that arrive while the model is busy go through it together.

One video leaves a GPU mostly idle. Several videos in one process, one thread each, fill it: the first thread that finds the model
free also serves the requests that waited. A single thread waits for no other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")


class _Call(Generic[Q, A]):
    """The questions of one thread, and their answers or the error."""

    def __init__(self, questions: Sequence[Q]) -> None:
        self.questions = questions
        self.answers: list[A] | None = None
        self.error: BaseException | None = None

    @property
    def is_over(self) -> bool:
        return self.answers is not None or self.error is not None


class Gathered(Generic[Q, A]):
    """`answer_all` for any number of threads: called by one thread at a time, it returns one answer per question, in order."""

    def __init__(self, answer_all: Callable[[Sequence[Q]], list[A]]) -> None:
        self._answer_all = answer_all
        self._working, self._listing = threading.Lock(), threading.Lock()
        self._waiting: list[_Call[Q, A]] = []

    def __call__(self, questions: Sequence[Q]) -> list[A]:
        """Raises what `answer_all` raises for these questions; errors of other threads' questions do not affect them."""
        call = _Call[Q, A](questions)
        with self._listing:
            self._waiting.append(call)
        with self._working:
            if not call.is_over:
                with self._listing:
                    calls, self._waiting = self._waiting, []
                self._serve(calls)
        if call.error is not None:
            raise call.error
        assert call.answers is not None
        return call.answers

    def _serve(self, calls: Sequence[_Call[Q, A]]) -> None:
        try:
            answers = iter(self._answer_all([question for call in calls for question in call.questions]))
            found = [[next(answers) for _ in call.questions] for call in calls]
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that asked
            if len(calls) == 1 or not isinstance(error, Exception):
                for call in calls:
                    call.error = error
                return
            for call in calls:
                self._serve([call])
            return
        for call, own in zip(calls, found, strict=True):
            call.answers = own
