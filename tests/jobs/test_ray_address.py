"""An address where no cluster is, is said in seconds."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from video_pipeline.jobs.ray_address import why_silent


@contextmanager
def listening(says: bytes | None) -> Iterator[str]:
    """The address of something that answers each caller with the same bytes; None: with nothing, for ever."""
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                line, _ = server.accept()
            except OSError:
                return
            with line:
                if says is None:
                    over.wait(20)
                else:
                    line.recv(64)
                    line.sendall(says)

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        over.set()


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    began_s = time.monotonic()
    assert "refused" in why_silent(f"127.0.0.1:{port}")
    assert "refused" in why_silent(f"ray://127.0.0.1:{port}")
    assert time.monotonic() - began_s < 5


@pytest.mark.parametrize(
    ("says", "why"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "no Ray cluster"),
        (b"", "no Ray cluster"),
        (None, "nothing answers there within 1 s"),
        (b"\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64", ""),
    ],
)
def test_what_answers(says: bytes | None, why: str) -> None:
    with listening(says) as address:
        began_s = time.monotonic()
        assert why in why_silent(address, 1.0) if why else why_silent(address, 1.0) == ""
        assert time.monotonic() - began_s < 4


@pytest.mark.parametrize("address", ["host:port", ":6379", "a:", ""])
def test_what_is_no_address(address: str) -> None:
    assert "no address" in why_silent(address, 1.0)


@pytest.mark.parametrize("address", ["auto", "local"])
def test_words_that_are_no_address(address: str) -> None:
    assert why_silent(address) == ""
