"""How fast work goes over its last stretch, and how long the rest takes."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

_STRETCH_S = 30.0
"""Least time that a rate is taken over."""
_STRETCH_SHARE = 1 / 3
"""Of the time since the start, for long work: an estimate of hours must not jump with every minute."""
_SETTLED_S = 5.0
"""No rate is given earlier."""
_LEAST_MARKS = 4
"""No rate is given from fewer reports, since work may be reported in bursts."""
_BETWEEN_MARKS_S = 0.5
"""Reports that follow each other faster are joined."""


class Pace:
    """Counts work that has been done since `Pace` was made."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self._marks: deque[tuple[float, float]] = deque([(self._began, 0.0)])
        self.done = 0.0

    def begin_at(self, done: float) -> None:
        """`done` was there before, so it counts as no speed."""
        self._marks = deque([(self._clock(), done)])
        self.done = done

    @property
    def elapsed_s(self) -> float:
        return self._clock() - self._began

    def advance(self, done: float) -> None:
        """`done` in all since the start, in any unit."""
        now = self._clock()
        self.done = done
        if now - self._marks[-1][0] >= _BETWEEN_MARKS_S:
            self._marks.append((now, done))
        horizon = now - max(_STRETCH_S, _STRETCH_SHARE * self.elapsed_s)
        while len(self._marks) > _LEAST_MARKS and self._marks[1][0] < horizon:
            self._marks.popleft()

    @property
    def rate(self) -> float | None:
        """Work per second over the last stretch; None while that says little."""
        then, before = self._marks[0]
        now = self._clock()
        if now - self._began < _SETTLED_S or len(self._marks) < _LEAST_MARKS or self.done <= before:
            return None
        return (self.done - before) / (now - then)

    def left_s(self, total: float | None) -> float | None:
        """Until `total` is done; None while that cannot be estimated."""
        rate = self.rate
        return max(0.0, total - self.done) / rate if rate and total else None
