"""Three ordinary restarts during one long video, and it is called one that takes the server down."""

from __future__ import annotations

from pathlib import Path

from tests.web.conftest import reached, served, upload
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
