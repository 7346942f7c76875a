"""The loop that processes and a cluster share: give jobs to free workers, receive from them, end those that went wrong."""

from __future__ import annotations

import dataclasses
import time
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

from video_pipeline.jobs.control import Control
from video_pipeline.jobs.errors import Cancelled, TookTooLong, TooMuchMemory, WorkerDied, WorkerHung
from video_pipeline.jobs.limits import Pool
from video_pipeline.jobs.messages import Job, JobResult, JobUpdate, OnUpdate, UpdateKind

LOOK_EVERY_S = 1.0
"""Between two looks at the limits of the workers."""
_START_S = 300.0
"""What a worker may need to start, however small the limits are later."""
_STOP_S = 10.0
"""What a worker may need to stop its job when told to; then it is killed."""
_HOUR_S = 3600.0
_END = object()


class WorkerLost(Exception):
    """A worker is gone, with whatever it was doing."""


class Worker(ABC):
    """One worker, seen from the run. It is started, and started again, when it is needed."""

    def __init__(self, name: str, pool: Pool, on_update: OnUpdate) -> None:
        self.name, self.pool = name, pool
        self.job: Job | None = None
        """The job in hand; None: the worker is free."""
        self.last_heartbeat_s = 0.0
        """When it last reported anything, by the monotonic clock."""
        self._on_update = on_update
        self._began_s = self._media_s = 0.0
        self._has_begun = False
        self._stop_ordered_s: float | None = None

    @abstractmethod
    def is_ready(self) -> bool:
        """Whether a job can be given now; returns at once, and starts the worker on the way when that takes long."""

    @abstractmethod
    def send(self, job: Job) -> None:
        """Give the job. When the worker is lost, `receive` will say so."""

    @abstractmethod
    def receive(self) -> JobResult | None:
        """Passes on the next update; the result when the job is over. Raises WorkerLost."""

    @abstractmethod
    def has_news(self) -> bool:
        """Whether something can be received now: the run itself may have been busy elsewhere, which is no worker's silence."""

    @abstractmethod
    def look(self) -> int:
        """Passes on what a busy worker keeps to be asked for; its memory in MB, 0 when unknown."""

    @abstractmethod
    def interrupt(self) -> None:
        """Tell the worker to stop at once and clean up; `receive` then raises WorkerLost. Does not wait."""

    @abstractmethod
    def end(self) -> None:
        """Returns when the worker and all it started are gone; `send` starts another."""

    def begin(self, job: Job) -> None:
        self.job, self._has_begun, self._stop_ordered_s = job, False, None
        self.last_heartbeat_s = self._began_s = time.monotonic()
        self.send(job)

    def report(self, kind: UpdateKind, text: str = "") -> None:
        self._on_update(JobUpdate(kind=kind, worker=self.name, job_id=self.job.id if self.job else "", text=text))

    def pass_on(self, update: JobUpdate) -> None:
        self.last_heartbeat_s = time.monotonic()
        if update.kind == "started":
            self._has_begun, self._began_s = True, self.last_heartbeat_s
        if update.kind != "alive":
            self._on_update(dataclasses.replace(update, worker=self.name))

    def give_up(self) -> None:
        """Stop the job in hand; a worker that does not stop in time is killed by `beyond_limits`."""
        if self._stop_ordered_s is None:
            self._stop_ordered_s = time.monotonic()
            self.interrupt()

    def over(self, result: JobResult) -> JobResult:
        """The job is over. A worker that has worked long enough, or that was told to stop too late, is replaced."""
        self.report("finished", result.error)
        self.job = None
        self._media_s += result.media_s
        if self.pool.recycle_h and self._media_s >= self.pool.recycle_h * _HOUR_S:
            self.report("worker", f"recycled after {self._media_s / _HOUR_S:.1f} h of media")
            self._media_s = 0.0
            self.end()
        elif self._stop_ordered_s is not None:
            self.end()
        return dataclasses.replace(result, worker=self.name)

    def beyond_limits(self) -> JobResult | None:
        """Ends a worker that took too long or too much; the result of its job."""
        assert self.job is not None
        error = self._excess(self.job)
        if error is None:
            return None
        self.end()
        return self.failed(error)

    def failed(self, error: Exception) -> JobResult:
        """The job is over with an error that is not its own."""
        assert self.job is not None
        return self.over(JobResult.failed(self.job, error, time.monotonic() - self._began_s))

    def _excess(self, job: Job) -> Exception | None:
        used_mb, now_s, pool = self.look(), time.monotonic(), self.pool
        if self._stop_ordered_s is not None:
            return Cancelled(job.name) if now_s - self._stop_ordered_s > _STOP_S else None
        silence_s = pool.hang_s if self._has_begun else max(pool.hang_s, _START_S)
        if pool.hang_s and now_s - self.last_heartbeat_s > silence_s and not self.has_news():
            return WorkerHung(job.name, silence_s)
        if pool.item_s and self._has_begun and now_s - self._began_s > pool.item_s:
            return TookTooLong(job.name, pool.item_s)
        if pool.memory_mb and used_mb > pool.memory_mb:
            return TooMuchMemory(job.name, used_mb, pool.memory_mb)
        return None


W = TypeVar("W", bound=Worker)


class Crew(Generic[W]):
    """The workers of a run."""

    def __init__(
        self, workers: Sequence[W], pool: Pool, wait: Callable[[Sequence[W]], Sequence[W]], control: Control | None = None
    ) -> None:
        """`wait` returns those of some workers that can be received from, none after `LOOK_EVERY_S` or an order."""
        self._workers, self._pool, self._wait = workers, pool, wait
        self._control = control or Control()
        self._again: deque[Job] = deque()
        self._is_drained = False
        self._deaths: Counter[str] = Counter()
        self._looked_s = 0.0

    def work_through(self, jobs: Iterator[Job | None]) -> Iterator[JobResult]:
        while True:
            self._control.clear()
            yield from self._hand_out(jobs)
            busy = [worker for worker in self._workers if worker.job is not None]
            if not busy and not self._has_more:
                return
            self._give_up_cancelled(busy)
            for worker in self._wait(busy):
                result = self._received(worker)
                if result is not None:
                    yield result
            yield from self._beyond_limits(busy)

    @property
    def _has_more(self) -> bool:
        return bool(self._again) or not self._is_drained

    def _hand_out(self, jobs: Iterator[Job | None]) -> Iterator[JobResult]:
        """Give a job to every free worker; the results of those that were cancelled before."""
        for worker in self._workers:
            if worker.job is not None or not self._has_more or not worker.is_ready():
                continue
            job = self._again.popleft() if self._again else next(jobs, _END)
            self._is_drained = self._is_drained or job is _END
            if isinstance(job, Job) and self._control.is_cancelled(job.id):
                yield JobResult.failed(job, Cancelled(job.name))
            elif isinstance(job, Job):
                worker.begin(job)

    def _give_up_cancelled(self, busy: Sequence[W]) -> None:
        for worker in busy:
            if worker.job is not None and self._control.is_cancelled(worker.job.id):
                worker.give_up()

    def _received(self, worker: W) -> JobResult | None:
        """What a worker sent. When it was lost its job is tried again, but not for ever."""
        try:
            result = worker.receive()
            return worker.over(result) if result is not None else None
        except WorkerLost:
            job = worker.job
        assert job is not None
        worker.end()
        if self._control.is_cancelled(job.id):
            return worker.failed(Cancelled(job.name))
        worker.report("worker", f"died while it worked on {job.name}")
        self._deaths[job.id] += 1
        if self._deaths[job.id] < self._pool.tries:
            self._again.append(job)
            worker.job = None
            return None
        return worker.failed(WorkerDied(job.name, self._deaths.pop(job.id)))

    def _beyond_limits(self, busy: Sequence[W]) -> Iterator[JobResult]:
        now_s = time.monotonic()
        if now_s - self._looked_s < LOOK_EVERY_S:
            return
        self._looked_s = now_s
        for worker in busy:
            result = worker.beyond_limits() if worker.job is not None else None
            if result is not None:
                yield result

    def end(self) -> None:
        """End all workers; those at work stop at the same time."""
        for worker in self._workers:
            if worker.job is not None:
                worker.interrupt()
        for worker in self._workers:
            worker.end()
