"""One request at a time about one video. Whoever waits for a turn holds no thread, so that others are answered meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar
from weakref import WeakValueDictionary

import anyio
from starlette.requests import Request

from video_pipeline.web.errors import HungUp

_AT_ONCE = 2
"""Requests that work at once. The interpreter works on one thing at a time: more would only keep short requests waiting."""
_ELSEWHERE = 4
"""Requests at once whose work another program does."""
P = ParamSpec("P")
T = TypeVar("T")


class Turns:
    """Locks by name, and threads of their own for the work under them."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._threads, self._waiting = anyio.CapacityLimiter(_AT_ONCE), anyio.CapacityLimiter(_ELSEWHERE)

    async def take(self, name: str, work: Callable[[], T], reader: Request | None = None, *, elsewhere: bool = False) -> T:
        """Do `work` in a thread when it is its turn; `elsewhere`: the thread mostly waits for another program.

        Raises HungUp where `reader`, who only wants to look, has gone meanwhile; what changes something is done in any case.
        """
        lock = self._locks.get(name)
        if lock is None:
            lock = self._locks[name] = asyncio.Lock()
        async with lock:
            if reader is not None and await reader.is_disconnected():
                raise HungUp
            return await anyio.to_thread.run_sync(work, limiter=self._waiting if elsewhere else self._threads)
