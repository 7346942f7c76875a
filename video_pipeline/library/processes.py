"""Several processes on this machine, each with an engine that stays loaded from video to video."""

from __future__ import annotations

import multiprocessing
from collections.abc import Generator, Iterable, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from video_pipeline.library.crew import LOOK_EVERY_S, Crew, Lost, Worker
from video_pipeline.library.family import end_process
from video_pipeline.library.jobs import Event, Job, Listen, Outcome, unheard
from video_pipeline.library.limits import Pool, memory_mb
from video_pipeline.library.shared_engine import Lender
from video_pipeline.library.worker import serve

_SPAWN = multiprocessing.get_context("spawn")
"""A fresh interpreter per worker: forks and threads do not mix."""


class ProcessExecutor:
    """A worker that dies takes only its own video with it, which a fresh one tries once more."""

    def run(self, jobs: Iterable[Job | None], pool: Pool, listen: Listen = unheard) -> Generator[Outcome]:
        lender = Lender(pool)
        crew = Crew([_Process(number, pool, listen, lender) for number in range(pool.here)], pool, _ready)
        try:
            yield from crew.work_through(iter(jobs))
        finally:
            crew.end()
            lender.end()


class _Process(Worker):
    """A worker process, and the pipe to it."""

    pipe: Connection

    def __init__(self, number: int, pool: Pool, listen: Listen, lender: Lender) -> None:
        super().__init__(f"worker {number + 1}", pool, listen)
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
        post = self._lender.post(job)
        self._process = _SPAWN.Process(target=serve, args=(theirs, self.pool, post), name=self.name, daemon=True)
        self._process.start()
        theirs.close()  # so that the pipe ends with the worker

    def receive(self) -> Outcome | None:
        try:
            message: Event | Outcome = self.pipe.recv()
        except (EOFError, OSError):
            raise Lost from None
        if isinstance(message, Outcome):
            return message
        self.pass_on(message)
        return None

    def look(self) -> int:
        return memory_mb(self._process.pid or 0) if self._process is not None else 0

    def end(self) -> None:
        if self._process is not None:
            end_process(self._process)
            self.pipe.close()
        self._process = None


def _ready(busy: Sequence[_Process]) -> list[_Process]:
    ready = wait([worker.pipe for worker in busy], LOOK_EVERY_S)
    return [worker for worker in busy if worker.pipe in ready]
