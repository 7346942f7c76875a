"""The contract of an executor.

To add one:
1. write one file here with a class that satisfies `Executor`;
2. add its line to `EXECUTORS` in `__init__.py`;
3. run `tests/library/test_executors.py`, which holds every member of the table to the contract.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import Protocol

from video_pipeline.library.jobs import Job, Listen, Outcome, unheard
from video_pipeline.library.limits import Pool


class Executor(Protocol):
    """Runs jobs, in any order, perhaps several at once."""

    def run(self, jobs: Iterable[Job | None], pool: Pool, listen: Listen = unheard) -> Generator[Outcome]:
        """One outcome for every job, each as soon as it is known. A job that fails, or kills its worker, never ends the run.

        A job is drawn from `jobs` when a worker is free for it and every outcome so far has been given, so that neither jobs nor
        outcomes pile up. None among them means that nothing can be begun before the next outcome. Where the iterator is closed or
        an exception goes through it, workers and all they started end.
        """
        ...
