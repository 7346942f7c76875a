"""One job after the other in this process: the simplest executor, and the one for debugging."""

from __future__ import annotations

import dataclasses
from collections.abc import Generator, Iterable

from video_pipeline.jobs.control import Control
from video_pipeline.jobs.errors import Cancelled
from video_pipeline.jobs.limits import Pool
from video_pipeline.jobs.messages import Job, JobResult, JobUpdate, OnUpdate, ignore
from video_pipeline.jobs.worker import attempt

NAME = "inline"


class InlineExecutor:
    """Has no worker that could be ended: limits of time and memory do not hold, and only jobs that wait can be cancelled."""

    def run(
        self, jobs: Iterable[Job | None], pool: Pool, on_update: OnUpdate = ignore, control: Control | None = None
    ) -> Generator[JobResult]:
        def send(update: JobUpdate) -> None:
            if update.kind != "alive":
                on_update(dataclasses.replace(update, worker=NAME))

        for job in jobs:
            if job is None:  # it waits for a result, and all have been taken
                continue
            if control is not None and control.is_cancelled(job.id):
                yield JobResult.failed(job, Cancelled(job.name))
                continue
            result = dataclasses.replace(attempt(job, pool, send), worker=NAME)
            send(JobUpdate(kind="finished", job_id=job.id, text=result.error))
            yield result
