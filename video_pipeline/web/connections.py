"""Connections that are only opened, or say half of what they want, are closed after a while; so many at once, and no more.

uvicorn itself limits neither, and both come before any password.
"""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADERS_S = 15.0
"""Time for the head of a request: from the opening of the connection, or from its first byte on one that was kept open."""
HEADERS_BYTES = 32 << 10
"""Largest head of a request."""


def bounded(most: int) -> type[H11Protocol]:
    """A protocol for `uvicorn.Config(http=...)` that keeps at most so many connections open."""

    class BoundedProtocol(H11Protocol):
        _deadline: asyncio.TimerHandle | None = None

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            if len(self.connections) > most:
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

        def connection_lost(self, exc: Exception | None) -> None:
            self._end()
            super().connection_lost(exc)

        def _begin(self) -> None:
            self._deadline = self.loop.call_later(HEADERS_S, self.transport.abort)

        def _end(self) -> None:
            if self._deadline is not None:
                self._deadline.cancel()
                self._deadline = None

    return BoundedProtocol
