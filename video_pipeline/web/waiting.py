"""Programs that wait for the end of a job: when the last of them hangs up, a job that nobody else asked for ends, too."""

from __future__ import annotations

import asyncio
import functools
from collections import Counter
from typing import TYPE_CHECKING

from starlette.requests import Request

from video_pipeline.web.errors import HungUp
from video_pipeline.web.store import StoredJob

if TYPE_CHECKING:
    from video_pipeline.web.services import Services

_LOOK_EVERY_S = 0.1


class Waiters:
    """How many wait for each job. Used from the event loop only."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._count: Counter[str] = Counter()

    async def over(self, job: StoredJob, request: Request) -> StoredJob:
        """The job when it has ended. Raises HungUp where the caller goes first."""
        services = self._services
        self._count[job.id] += 1
        try:
            while not job.over:
                if await request.is_disconnected():
                    raise HungUp
                await asyncio.sleep(_LOOK_EVERY_S)
                job = await asyncio.to_thread(services.queue.job, job.id)
            return job
        finally:
            self._count[job.id] -= 1
            if not self._count[job.id]:
                del self._count[job.id]
                if not job.over:
                    give_up = functools.partial(services.quietly, self._give_up, job.id)
                    await asyncio.shield(services.turns.take(job.id, give_up))

    def _give_up(self, job_id: str) -> None:
        if self._services.queue.job(job_id).transient:
            self._services.remove(job_id, "hung up")
