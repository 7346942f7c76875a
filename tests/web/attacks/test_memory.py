"""What is kept in memory, or on the disk, does not grow with what people send."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from tests.web.real_server import listening
from video_pipeline.web import receiving, requested
from video_pipeline.web.news import News


def test_large_changes_are_not_kept_for_those_who_look_on() -> None:
    news = News()
    small, large = {"edits": [1]}, {"edits": ["x" * 1000] * 1000}
    news.add("a", small)
    assert news.since("a", 0) == [{**small, "number": 1}]
    for _ in range(100):
        news.add("a", large)
    assert news.since("a", 0) == news.since("a", 100) == [{"reload": True, "number": 101}]
    assert len(str(news._news)) < 20_000
    news.add("a", small)
    assert news.since("a", 101) == [{**small, "number": 102}]


def test_presets_without_end(replaying: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requested, "_MOST_PRESETS", 3)
    said = [replaying.put(f"/api/presets/p{number}", json={"text": ""}).status_code for number in range(5)]
    assert said == [200, 200, 200, 400, 400]
    assert replaying.put("/api/presets/p1", json={"text": "# again"}).status_code == 200


@pytest.mark.parametrize("where", ["before", "behind"])
def test_bytes_around_the_file_count_too(tmp_path: Path, tone: Any, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """A body may go on behind its last part, or hold many small fields before it."""
    monkeypatch.setattr(receiving, "_OVERHEAD_BYTES", 100_000)
    part = b"--x\r\nContent-Disposition: form-data; name=file; filename=a.wav\r\n\r\n" + tone(1).read_bytes() + b"\r\n--x--\r\n"
    filling = b"e" * 50_000
    sent = 0

    def body() -> Any:
        nonlocal sent
        if where == "behind":
            yield part
        for _ in range(200):
            sent += len(filling)
            yield filling
        yield part

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    with listening(tmp_path / "out", upload_bytes=200_000) as server:
        try:
            answer = httpx.post(f"{server.address}/api/jobs", content=body(), headers=headers, timeout=60)
            assert answer.status_code in (400, 413), answer.text
        except httpx.TransportError:  # the server closed the connection while more was sent
            pass
        assert not list((tmp_path / "out/.web/incoming").glob("*")) and not server.services.store.all()
