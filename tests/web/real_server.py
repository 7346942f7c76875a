"""A real server on a free port, with the limits that the command sets up."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from video_pipeline.web.app import create_app, uvicorn_config
from video_pipeline.web.services import Services
from video_pipeline.web.settings import ServerOptions


@dataclass(frozen=True)
class RealServer:
    port: int
    services: Services

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)


@contextmanager
def listening(out: Path, *, page: bool = False, on_port: int = 0, **settings: Any) -> Iterator[RealServer]:
    options = ServerOptions(out, **settings)
    app = create_app(options, page=page)
    config = uvicorn_config(app, options)
    config.port = on_port
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.02)
        yield RealServer(server.servers[0].sockets[0].getsockname()[1], app.state.services)
    finally:
        server.should_exit = True
        thread.join(60)


def until(condition: Any, patience_s: float = 60.0) -> Any:
    give_up_s = time.monotonic() + patience_s
    while not (found := condition()):
        assert time.monotonic() < give_up_s
        time.sleep(0.05)
    return found
