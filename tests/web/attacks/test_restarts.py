"""Three ordinary restarts during one long video, and it is called one that takes the server down."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import over, reached, served, upload
from tests.web.real_server import until
from video_pipeline.web import editing
from video_pipeline.web.store import Store


def test_a_graceful_stop_is_no_attempt(sample: Path, tmp_path: Path) -> None:
    for _ in range(4):
        with served(tmp_path / "out", overrides={"speech.engine": "draft"}) as client:
            if not client.get("/api/jobs").json():
                upload(client, sample)
            (job,) = client.get("/api/jobs").json()
            assert job["state"] in ("queued", "running"), job
            reached(client, job["id"], "running")
    store = Store(tmp_path / "out/.web/jobs.sqlite")
    (stored,) = store.all()
    store.close()
    assert stored.attempts == 0 and stored.state == "running"


def test_the_end_waits_for_no_files_and_forgets_none(
    one_line: Path, tone: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was corrected a moment before the end is in the files soon after the next start, without being asked for."""
    said = {"speech.engine": "replay", "speech.transcript": str(one_line)}
    subtitles = tmp_path / "out/talk/talk.srt"
    is_over = threading.Event()
    with served(tmp_path / "out", overrides=said) as client:
        job = over(client, upload(client, tone(1), "talk.wav")["id"])
        line = {"start_s": 0.1, "end_s": 0.9, "text": "hello"}
        edit = {"edits": [{"was": [line], "lines": [{**line, "text": "robots"}]}]}
        assert client.post(f"/api/jobs/{job['id']}/lines", json=edit).is_success
        edits = client.app.state.services.edits  # type: ignore[attr-defined]
        monkeypatch.setattr(edits, "settle", lambda *_: is_over.wait(60))  # a very long video
        monkeypatch.setattr(editing, "_CLOSE_S", 0.2)
        began_s = time.monotonic()
    assert time.monotonic() - began_s < 30
    is_over.set()
    assert "robots" not in subtitles.read_text()
    with served(tmp_path / "out", overrides=said):
        until(lambda: "robots" in subtitles.read_text())
    assert list((tmp_path / "out/.web/unwritten").iterdir()) == []
