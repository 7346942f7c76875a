"""Several processes on this machine, each with an engine that stays loaded from job to job."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Generator, Iterable, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from video_pipeline.jobs.control import Control
from video_pipeline.jobs.crew import LOOK_EVERY_S, Crew, Worker, WorkerLost
from video_pipeline.jobs.limits import Pool, memory_mb
from video_pipeline.jobs.messages import EngineLost, Job, JobResult, JobUpdate, OnUpdate, ignore
from video_pipeline.jobs.process_tree import end_process
from video_pipeline.jobs.shared_engine.lending import Lender
from video_pipeline.jobs.worker import serve

_SPAWN = multiprocessing.get_context("spawn")
"""A fresh interpreter per worker: forks and threads do not mix."""


class ProcessExecutor:
    """A worker that dies takes only its own job with it, which a fresh one tries once more."""

    def run(
        self, jobs: Iterable[Job | None], pool: Pool, on_update: OnUpdate = ignore, control: Control | None = None
    ) -> Generator[JobResult]:
        lender, control = Lender(pool), control or Control()
        workers = [WorkerProcess(number, pool, on_update, lender) for number in range(pool.local_workers)]
        crew = Crew(workers, pool, lambda busy: _ready(busy, control), control)
        try:
            yield from crew.work_through(iter(jobs))
        finally:
            crew.end()
            lender.end()


class WorkerProcess(Worker):
    """A worker in a process of its own, and the pipe to it."""

    pipe: Connection

    def __init__(self, number: int, pool: Pool, on_update: OnUpdate, lender: Lender) -> None:
        super().__init__(f"worker {number + 1}", pool, on_update)
        self._lender = lender
        self._process: SpawnProcess | None = None

    def is_ready(self) -> bool:
        return True

    def send(self, job: Job) -> None:
        if self._process is None or not self._process.is_alive():
            self.end()
            self._start(job)
        try:
            self.pipe.send(job)
        except OSError:
            return  # it has just died

    def _start(self, job: Job) -> None:
        self.pipe, theirs = _SPAWN.Pipe()
        setup = self._lender.setup(job)
        self._process = _SPAWN.Process(target=serve, args=(theirs, self.pool, setup), name=self.name, daemon=True)
        self._process.start()
        theirs.close()  # so that the pipe ends with the worker

    def receive(self) -> JobResult | None:
        try:
            message: JobUpdate | JobResult | EngineLost = self.pipe.recv()
        except (EOFError, OSError):
            raise WorkerLost from None
        if isinstance(message, JobResult):
            return message
        if isinstance(message, JobUpdate):
            self.pass_on(message)
        elif self._lender.replace(message.name):
            self.last_heartbeat_s = time.monotonic()
            self.report("worker", "the shared engine hung or died; another one is started")
        return None

    def has_news(self) -> bool:
        return self.pipe.poll()

    def look(self) -> int:
        return memory_mb(self._process.pid or 0) if self._process is not None else 0

    def interrupt(self) -> None:
        if self._process is not None:
            self._process.terminate()

    def end(self) -> None:
        if self._process is not None:
            end_process(self._process)
            self.pipe.close()
        self._process = None


def _ready(busy: Sequence[WorkerProcess], control: Control) -> list[WorkerProcess]:
    ready = wait([*(worker.pipe for worker in busy), control.reader], LOOK_EVERY_S)
    return [worker for worker in busy if worker.pipe in ready]
