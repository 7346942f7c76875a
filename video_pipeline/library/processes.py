"""Several processes on this machine, each with an engine that stays loaded from video to video."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

from video_pipeline.core.errors import exit_code
from video_pipeline.library.base import Job, Outcome, work


class WorkerDied(RuntimeError):
    """A worker was killed or crashed, for instance out of memory, in the middle of a video."""

    def __str__(self) -> str:
        return (
            "the worker process died in the middle of this video (killed, or out of memory); try it alone or with fewer workers"
        )


class ProcessExecutor:
    """A worker that dies takes only its own video with it: those in flight beside it are tried again, each alone."""

    def run(self, jobs: Sequence[Job], workers: int) -> Iterator[Outcome]:
        unlucky: list[Job] = []
        for job, outcome in _pooled(jobs, workers):
            if outcome is None:
                unlucky.append(job)
            else:
                yield outcome
        for job in unlucky:
            for _, outcome in _pooled([job], 1):
                yield outcome or Outcome.failed(job, WorkerDied())


def _pooled(jobs: Sequence[Job], workers: int) -> Iterator[tuple[Job, Outcome | None]]:
    """Each job with its outcome, None where its pool broke. A fresh interpreter per worker: forks and threads do not mix."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max(1, workers), mp_context=context, initializer=_begin) as pool:
        futures = {pool.submit(_worked, job): job for job in jobs}
        try:
            for future in as_completed(futures):
                try:
                    yield futures[future], future.result()
                except BrokenProcessPool:
                    yield futures[future], None
        except (KeyboardInterrupt, GeneratorExit):
            for child in multiprocessing.active_children():
                child.terminate()
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _begin() -> None:
    """In a worker: Ctrl-C is the parent's affair; its order to stop unwinds the video in hand, so nothing stays half-written."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(exit_code(KeyboardInterrupt())))


def _worked(job: Job) -> Outcome:
    try:
        return work(job)
    except SystemExit:  # the pool would take it for this video's result and go on with the next
        os._exit(exit_code(KeyboardInterrupt()))
