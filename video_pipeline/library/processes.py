"""Several processes on this machine, each with an engine that stays loaded from video to video."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

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
    with ProcessPoolExecutor(max(1, workers), mp_context=multiprocessing.get_context("spawn")) as pool:
        futures = {pool.submit(work, job): job for job in jobs}
        try:
            for future in as_completed(futures):
                try:
                    yield futures[future], future.result()
                except BrokenProcessPool:
                    yield futures[future], None
        except (KeyboardInterrupt, GeneratorExit):
            pool.shutdown(wait=False, cancel_futures=True)
            raise
