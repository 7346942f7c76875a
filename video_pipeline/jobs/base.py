"""The contract of an executor.

To add one:
1. write one file here with a class that satisfies `Executor`;
2. add its line to `EXECUTORS` in `__init__.py`;
3. run `tests/jobs/test_executors.py`, which holds every member of the table to the contract.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import Protocol

from video_pipeline.jobs.control import Control
from video_pipeline.jobs.limits import Pool
from video_pipeline.jobs.messages import Job, JobResult, OnUpdate, ignore


class Executor(Protocol):
    """Runs jobs, in any order, perhaps several at once."""

    def run(
        self, jobs: Iterable[Job | None], pool: Pool, on_update: OnUpdate = ignore, control: Control | None = None
    ) -> Generator[JobResult]:
        """One result for every job, each as soon as it is known. A job that fails, or kills its worker, never ends the run.

        A job is drawn from `jobs` when a worker is free for it and every result so far has been taken, so that neither jobs nor
        results pile up. None among them means that no job can start now: the next is drawn after a result, a `control.wake()`,
        or a second. When the generator is closed or an exception goes through it, the workers and all they started end.

        Args:
            on_update: called with what the workers are doing, in the thread that consumes the results.
            control: lets other threads cancel jobs, or wake a run that waits for jobs.
        """
        ...
