"""Connections that are only opened, say half of what they want, or do not read their answer, are closed after a while.

There are so many at once, and no more, and one address has half of them at most. uvicorn itself limits none of this, and all
of it comes before any password.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADERS_S = 15.0
"""Time for the head of a request: from the opening of the connection, or from its first byte on one that was kept open."""
HEADERS_BYTES = 32 << 10
"""Largest head of a request."""
UNREAD_S = 60.0
"""Time in which a client has to read on when its connection can take no more of an answer."""


def bounded(most: int, is_proxy: Callable[[str], bool] = lambda address: False) -> type[H11Protocol]:
    """A protocol for `uvicorn.Config(http=...)` that keeps at most so many connections open.

    `is_proxy`: for an address that may have all of them, since many people stand behind it.
    """
    open_by: Counter[str] = Counter()

    class BoundedProtocol(H11Protocol):
        _deadline: asyncio.TimerHandle | None = None
        _unread: asyncio.TimerHandle | None = None
        _address = ""

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._address = self.client[0] if self.client else ""
            open_by[self._address] += 1
            is_one_too_many = open_by[self._address] > -(-most // 2) and not is_proxy(self._address)
            if len(self.connections) > most or is_one_too_many:
                transport.abort()
                return
            self._begin()

        def data_received(self, data: bytes) -> None:
            if self._deadline is None and self.conn.their_state is h11.IDLE:
                self._begin()
            super().data_received(data)

        def handle_events(self) -> None:
            super().handle_events()
            if self.conn.their_state is not h11.IDLE:
                self._end()

        def pause_writing(self) -> None:
            super().pause_writing()
            self._unread = self.loop.call_later(UNREAD_S, self.transport.abort)

        def resume_writing(self) -> None:
            super().resume_writing()
            self._read()

        def connection_lost(self, exc: Exception | None) -> None:
            self._end()
            self._read()
            open_by[self._address] -= 1
            if not open_by[self._address]:
                del open_by[self._address]
            super().connection_lost(exc)

        def _begin(self) -> None:
            self._deadline = self.loop.call_later(HEADERS_S, self.transport.abort)

        def _end(self) -> None:
            if self._deadline is not None:
                self._deadline.cancel()
                self._deadline = None

        def _read(self) -> None:
            if self._unread is not None:
                self._unread.cancel()
                self._unread = None

    return BoundedProtocol
