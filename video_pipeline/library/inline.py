"""One video after the other in this process: the simplest, and the one for finding a fault."""

from __future__ import annotations

import dataclasses
from collections.abc import Generator, Iterable

from video_pipeline.library.jobs import Event, Job, Listen, Outcome, unheard
from video_pipeline.library.limits import Pool, attempt

NAME = "inline"


class InlineExecutor:
    """Has no worker that could be ended, so the limits of time and memory do not hold here."""

    def run(self, jobs: Iterable[Job | None], pool: Pool, listen: Listen = unheard) -> Generator[Outcome]:
        def tell(event: Event) -> None:
            listen(dataclasses.replace(event, worker=NAME))

        for job in jobs:
            if job is None:  # it waits for an outcome, and all have been given
                continue
            outcome = dataclasses.replace(attempt(job, pool, tell), worker=NAME)
            tell(Event("finished", NAME, job.source, text=outcome.error))
            yield outcome
