"""Programs that wait for the end of a job: when the last of them hangs up, a job that nobody else asked for ends, too."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

from starlette.requests import Request

from video_pipeline.web.errors import HungUp
from video_pipeline.web.store import StoredJob

_LOOK_EVERY_S = 0.1


class Waiters:
    """How many wait for each job. Used from the event loop only."""

    def __init__(self, look: Callable[[str], StoredJob], give_up: Callable[[str], Awaitable[None]]) -> None:
        """`look` tells at once how a job stands; `give_up` ends one that nobody waits for."""
        self._look, self._give_up = look, give_up
        self._count: Counter[str] = Counter()

    async def over(self, job: StoredJob, request: Request) -> StoredJob:
        """The job when it has ended. Raises HungUp where the caller goes first."""
        self._count[job.id] += 1
        try:
            while not job.over:
                if await request.is_disconnected():
                    raise HungUp
                await asyncio.sleep(_LOOK_EVERY_S)
                job = self._look(job.id)
            return job
        finally:
            self._count[job.id] -= 1
            if not self._count[job.id]:
                del self._count[job.id]
                if not job.over:
                    await asyncio.shield(self._give_up(job.id))
