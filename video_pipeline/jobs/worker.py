"""The inside of a worker process: takes a job, reports what it does, sends the result, and again, until it is told to end."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from multiprocessing.connection import Connection

from video_pipeline.core.errors import INTERRUPTED
from video_pipeline.core.heartbeat import beats_to
from video_pipeline.jobs.limits import Pool
from video_pipeline.jobs.messages import EngineLost, Job, JobResult, JobUpdate, OnUpdate, WorkerSetup
from video_pipeline.jobs.process_tree import end_children, end_with_parent, limit_threads, prefer_as_oom_victim
from video_pipeline.jobs.reporter import Reporter
from video_pipeline.media.targets import require_space


def serve(pipe: Connection, pool: Pool, setup: WorkerSetup) -> None:
    """The whole life of a worker. A result is sent for every job that comes through `pipe`, updates before it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then tells its workers to stop
    signal.signal(signal.SIGTERM, _unwind)
    end_with_parent()
    prefer_as_oom_victim()
    limit_threads(setup.workers)
    lock = threading.Lock()  # a stage may report progress from a thread of its own

    def send(message: JobUpdate | JobResult | EngineLost) -> None:
        with lock:
            pipe.send(message)

    if setup.engine:
        from video_pipeline.jobs.shared_engine.borrowing import borrow

        borrow(setup, lambda name: send(EngineLost(name)))
    try:
        for job in iter(pipe.recv, None):
            with Notices(job.id, send):
                result = attempt(job, pool, send)
            send(result)
    except (EOFError, BrokenPipeError):
        os._exit(1)  # the parent is gone
    finally:
        end_children(os.getpid())  # the order to stop may come just when something is being started


def _unwind(number: int, frame: object) -> None:
    """The order to stop unwinds the job in hand, so that nothing stays half-written and no child is left."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second order must not disturb the cleaning up
    sys.exit(INTERRUPTED)


def attempt(job: Job, pool: Pool, on_update: OnUpdate) -> JobResult:
    """Do a job in this process. Whatever goes wrong with it becomes its result."""
    began_s, reporter = time.monotonic(), Reporter(job.id, on_update)
    on_update(JobUpdate(kind="started", job_id=job.id))
    try:
        require_space(job.out, pool.free_mb << 20)
        with beats_to(reporter.beat):
            done = job.task(job.payload, reporter)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one job must not end the run
        return JobResult.failed(job, error, time.monotonic() - began_s)
    return JobResult(
        job=job,
        took_s=time.monotonic() - began_s,
        media_s=done.media_s,
        value=done.value,
        stages=reporter.stages,
    )


class Notices(logging.Handler):
    """Inside the block, warnings that any part of the program logs are sent as notices of the job."""

    def __init__(self, job_id: str, on_update: OnUpdate) -> None:
        super().__init__(logging.WARNING)
        self._job_id, self._on_update = job_id, on_update
        self._log = logging.getLogger("video_pipeline")

    def emit(self, record: logging.LogRecord) -> None:
        self._on_update(JobUpdate(kind="notice", job_id=self._job_id, text=record.getMessage()))

    def __enter__(self) -> None:
        self._log.addHandler(self)
        self._log.propagate = False

    def __exit__(self, *raised: object) -> None:
        self._log.removeHandler(self)
