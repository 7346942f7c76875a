"""Uploads that come a byte now and then hold every place."""

from __future__ import annotations

import time

import httpx
import pytest

from tests.web.real_server import RealServer
from video_pipeline.web import receiving

HEAD = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n'


def test_an_upload_that_trickles_is_given_up(real: RealServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "_STALL_S", 1.0)
    began_s = time.monotonic()
    with real.connect() as line:
        line.sendall(
            b"POST /api/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\n"
            b"Content-Length: 100000\r\n\r\n" + HEAD
        )
        line.settimeout(0.2)
        answer = b""
        while not answer:
            assert time.monotonic() - began_s < 15
            line.sendall(b"x")
            try:
                answer = line.recv(300)
            except TimeoutError:
                continue
    assert b"408" in answer
    assert not list(real.services.server.incoming.iterdir())


def test_a_slow_but_honest_one_is_not(real: RealServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "_STALL_S", 1.0)
    monkeypatch.setattr(receiving, "_LEAST_BYTES", 1000)

    def body() -> object:
        yield HEAD
        for _ in range(8):
            time.sleep(0.3)
            yield bytes(600)
        yield b"\r\n--x--\r\n"

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = httpx.post(f"{real.address}/api/jobs", content=body(), headers=headers, timeout=60)  # type: ignore[arg-type]
    assert answer.status_code == 415  # it came, and is no video
