"""A run over a library: what is done already is skipped, what fails is written down, and the run goes on."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from video_pipeline.library import EXECUTORS
from video_pipeline.library.base import Executor
from video_pipeline.library.catalogue import Catalogue
from video_pipeline.library.duplicates import Duplicates
from video_pipeline.library.jobs import Job, Listen, Outcome, unheard
from video_pipeline.library.limits import Pool


@dataclass(frozen=True, slots=True)
class LibraryOptions:
    """How many videos are run: `executor` is a name in `EXECUTORS`; `workers`, where it is not 0, stands above the pool's."""

    executor: str = "inline"
    workers: int = 0
    goals: tuple[str, ...] = ("subtitles", "highlights", "clips", "report")
    preset: str = "default"
    said: Mapping[str, Any] = field(default_factory=dict)
    pool: Pool = field(default_factory=Pool)
    sidecars: bool = False
    upload: str = ""

    def __post_init__(self) -> None:
        EXECUTORS.require(self.executor)


def run(jobs: Iterable[Job], record: Catalogue, options: LibraryOptions, listen: Listen = unheard) -> Iterator[Outcome]:
    """The outcome of each job, recorded before it is given. The caller leaves out what is done: `record.undone(jobs)`.

    Jobs are drawn as workers get free. One that another run has taken meanwhile is left to it, without an outcome here.
    """
    executor: Executor = EXECUTORS.load(options.executor)()
    pool = dataclasses.replace(options.pool, workers=options.workers or options.pool.workers)
    queue = _Queue(jobs, record)
    with closing(executor.run(queue, pool, listen)) as outcomes:
        for outcome in outcomes:
            if queue.over(outcome):
                yield outcome
            yield from queue.copies()
    yield from queue.copies()


class _Queue:
    """Jobs that this run has claimed, one at a time. Those with a twin that is done are done at once, and not among them."""

    def __init__(self, jobs: Iterable[Job], record: Catalogue) -> None:
        self._jobs, self._record = iter(jobs), record
        self._twins = Duplicates(record)
        self._again: deque[Job] = deque()
        self._copies: deque[Outcome] = deque()

    def __iter__(self) -> Iterator[Job | None]:
        while True:
            job = self._again.popleft() if self._again else next(self._jobs, None)
            if job is None:
                if not self._twins.are_waiting:
                    return
                yield None
            elif self._is_to_do(job):
                yield job.anywhere()

    def _is_to_do(self, job: Job) -> bool:
        """Claims a job, unless it has to wait. False where that, or a twin, leaves nothing to do for now."""
        likeness = self._twins.likeness(job)
        if self._twins.put_off(job, likeness):
            return False
        if not self._record.claim(job, likeness):
            self._again += self._twins.over(job)
            return False
        copy = self._twins.done_as(job, likeness)
        if copy is not None:
            self.over(copy)
            self._copies.append(copy)
        return copy is None

    def over(self, outcome: Outcome) -> bool:
        """Record an outcome. False where another run has taken the item meanwhile, since this one seemed dead to it."""
        self._again += self._twins.over(outcome.job)
        return self._record.record(outcome)

    def copies(self) -> Iterator[Outcome]:
        while self._copies:
            yield self._copies.popleft()
