"""The loop that processes and a cluster share: give jobs to free workers, hear them out, end those that went wrong."""

from __future__ import annotations

import dataclasses
import time
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Generic, TypeVar

from video_pipeline.library.errors import TooMuchMemory, WorkerDied, WorkerHung
from video_pipeline.library.jobs import Event, Job, Kind, Listen, Outcome
from video_pipeline.library.limits import Pool

LOOK_EVERY_S = 1.0
_START_S = 300.0
"""What a worker may need to begin, however impatient one is with it later."""
_HOUR_S = 3600.0
_END = object()


class Lost(Exception):
    """A worker is gone, with whatever it was doing."""


class Worker(ABC):
    """One worker, seen from the run. It is begun, and begun anew, when it is needed."""

    def __init__(self, name: str, pool: Pool, listen: Listen) -> None:
        self.name, self.pool = name, pool
        self.job: Job | None = None
        self.heard = 0.0
        self._listen = listen
        self._began = self._media_s = 0.0
        self._has_begun = False

    @abstractmethod
    def is_ready(self) -> bool:
        """Whether a job can be given now; at once, beginning the worker on the way where that takes long."""

    @abstractmethod
    def send(self, job: Job) -> None:
        """Give the job. Where the worker is lost, `receive` will say so."""

    @abstractmethod
    def receive(self) -> Outcome | None:
        """What has come, told on; the outcome where the job is over. Raises Lost."""

    @abstractmethod
    def look(self) -> int:
        """Tell on what is new of a worker that is at work; its memory in MB, 0 where unknown."""

    @abstractmethod
    def end(self) -> None:
        """The worker and all it started are gone; `send` begins another."""

    def begin(self, job: Job) -> None:
        self.job, self._has_begun = job, False
        self.heard = self._began = time.monotonic()
        self.send(job)

    def tell(self, kind: Kind, text: str = "") -> None:
        self._listen(Event(kind, self.name, self.job.source if self.job else "", text=text))

    def pass_on(self, event: Event) -> None:
        self.heard = time.monotonic()
        if event.kind == "started":
            self._has_begun, self._began = True, self.heard
        self._listen(dataclasses.replace(event, worker=self.name))

    def over(self, outcome: Outcome) -> Outcome:
        """The job is over; one who has worked long enough makes room for a fresh one."""
        self.tell("finished", outcome.error)
        self.job = None
        self._media_s += outcome.media_s
        if self.pool.recycle_h and self._media_s >= self.pool.recycle_h * _HOUR_S:
            self.tell("worker", f"recycled after {self._media_s / _HOUR_S:.1f} h of media")
            self._media_s = 0.0
            self.end()
        return dataclasses.replace(outcome, worker=self.name)

    def beyond_limits(self) -> Outcome | None:
        """Ends a worker that took too long or too much; the outcome of its job."""
        assert self.job is not None
        used_mb, now, pool = self.look(), time.monotonic(), self.pool
        silence_s = pool.hang_s if self._has_begun else max(pool.hang_s, _START_S)
        error: Exception
        if pool.hang_s and now - self.heard > silence_s:
            error = WorkerHung(self.job.video, "its worker gave no sign of progress for", silence_s)
        elif pool.item_s and self._has_begun and now - self._began > pool.item_s:
            error = WorkerHung(self.job.video, "it was worked on for more than", pool.item_s)
        elif pool.memory_mb and used_mb > pool.memory_mb:
            error = TooMuchMemory(self.job.video, used_mb, pool.memory_mb)
        else:
            return None
        self.end()
        return self.over(Outcome.failed(self.job, error, now - self._began))


W = TypeVar("W", bound=Worker)


class Crew(Generic[W]):
    """The workers of a run.

    Args:
        wait: gives those of some workers that have something to say, or nobody after `LOOK_EVERY_S`.
    """

    def __init__(self, workers: Sequence[W], pool: Pool, wait: Callable[[Sequence[W]], Iterable[W]]) -> None:
        self._workers, self._pool, self._wait = workers, pool, wait
        self._again: deque[Job] = deque()
        self._deaths: Counter[str] = Counter()
        self._looked = 0.0

    def work_through(self, jobs: Iterator[Job | None]) -> Iterator[Outcome]:
        more = True
        while True:
            for worker in self._workers:
                if worker.job is None and (self._again or more) and worker.is_ready():
                    job = self._again.popleft() if self._again else next(jobs, _END)
                    more = more and job is not _END
                    if isinstance(job, Job):
                        worker.begin(job)
            busy = [worker for worker in self._workers if worker.job is not None]
            if not busy and not more and not self._again:
                return
            for worker in self._wait(busy):
                outcome = self._heard(worker)
                if outcome is not None:
                    yield outcome
            yield from self._beyond_limits(busy)

    def _heard(self, worker: W) -> Outcome | None:
        """What a worker has to say. Where it was lost its job is tried again, but not for ever."""
        try:
            outcome = worker.receive()
            return worker.over(outcome) if outcome is not None else None
        except Lost:
            job = worker.job
        assert job is not None
        worker.tell("worker", f"died in the middle of {job.video.name}")
        worker.end()
        self._deaths[job.source] += 1
        if self._deaths[job.source] < self._pool.tries:
            self._again.append(job)
            worker.job = None
            return None
        return worker.over(Outcome.failed(job, WorkerDied(job.video, self._deaths.pop(job.source))))

    def _beyond_limits(self, busy: Sequence[W]) -> Iterator[Outcome]:
        now = time.monotonic()
        if now - self._looked < LOOK_EVERY_S:
            return
        self._looked = now
        for worker in busy:
            outcome = worker.beyond_limits() if worker.job is not None else None
            if outcome is not None:
                yield outcome

    def end(self) -> None:
        for worker in self._workers:
            worker.end()
