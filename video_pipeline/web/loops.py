"""The event loop of the server, and how many files and connections the system lets it have open."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import anyio.to_thread

from video_pipeline.web import connections

_SPARE_FILES = 512
"""Besides connections: databases, uploads, pipes to workers."""
_THREADS = 12
"""Of short requests; those about one video have others, see `turns.py`."""
_TURN_S = 0.0005
"""How long a thread may keep the interpreter while others wait. The loop waits for all of them, each time it wakes up."""


class PatientLoop(asyncio.SelectorEventLoop):
    """Gives up a TLS handshake that does not end: such a connection is in no count yet, but takes a file."""

    async def create_server(self, *arguments: Any, **options: Any) -> Any:
        if options.get("ssl") is not None:
            options.setdefault("ssl_handshake_timeout", connections.HEADERS_S)
        return await super().create_server(*arguments, **options)


def patient_loop() -> asyncio.AbstractEventLoop:
    return PatientLoop()


def raise_file_limit(most_connections: int) -> None:
    """Some systems let a program have 256 files open, fewer than the connections that are allowed."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    needed = most_connections + _SPARE_FILES
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if now != resource.RLIM_INFINITY and now < needed:
        allowed = needed if most == resource.RLIM_INFINITY else min(needed, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(now, allowed), most))


def share_fairly() -> None:
    """Call in the loop: however many threads work, short requests are answered at once."""
    anyio.to_thread.current_default_thread_limiter().total_tokens = _THREADS
    sys.setswitchinterval(_TURN_S)
