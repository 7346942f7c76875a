"""Callers of /v1 hang up, and their videos are worked on for nobody."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

from tests.web.real_server import RealServer, listening, until


def asking(server: RealServer, video: Path, path: str = "/v1/audio/transcriptions") -> socket.socket:
    """A connection on which a transcription was asked for."""
    part = b'--x\r\nContent-Disposition: form-data; name="model"\r\n\r\ndraft\r\n'
    part += b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n'
    body = part + video.read_bytes() + b"\r\n--x--\r\n"
    line = server.connect()
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    line.sendall(head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
    return line


def test_the_job_ends_with_the_last_who_waits(tmp_path: Path, sample: Path, tree: Any) -> None:
    with listening(tmp_path / "out") as server:
        store = server.services.store
        first, second = asking(server, sample), asking(server, sample)
        until(lambda: any(job.state == "running" for job in store.all()))
        until(lambda: sum(server.services.waiters._count.values()) == 2)
        first.close()
        until(lambda: sum(server.services.waiters._count.values()) == 1)
        assert [job.state for job in store.all()] == ["running"]
        second.close()
        until(lambda: not store.all())
        assert not list(server.services.server.uploads.iterdir())
    assert "hung up" in (tmp_path / "out/.web/log/server.jsonl").read_text()


def test_not_what_a_person_asked_for_as_well(tmp_path: Path, sample: Path) -> None:
    import httpx

    with listening(tmp_path / "out") as server:
        line = asking(server, sample)
        until(lambda: any(job.state == "running" for job in server.services.store.all()))
        with sample.open("rb") as file:
            options = {"options": '{"engine": "draft", "language": "auto"}'}
            job = httpx.post(f"{server.address}/api/jobs", files={"file": file}, data=options, timeout=60).json()
        assert job["same"]
        line.close()
        until(lambda: not server.services.waiters._count)
        assert server.services.queue.job(job["id"]).state == "running"
