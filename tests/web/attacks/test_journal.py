"""What was done here, and what the journal gives away."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from tests.web.conftest import over, served, upload
from tests.web.real_server import until


def lines(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / ".web/log/server.jsonl").read_text().splitlines()]


def test_every_change_and_every_failure_leaves_a_line(replaying: TestClient, tone: Any, tmp_path: Path) -> None:
    job = over(replaying, upload(replaying, tone(1), "family secret.wav")["id"])
    replaying.put(f"/api/jobs/{job['id']}/segments/0", json={"text": "what was never said"})
    replaying.get("/api/jobs/nothing/view")
    clips = {"clips": [{"start_s": 0.1, "end_s": 0.8}], "weights": {}}
    replaying.put(f"/api/jobs/{job['id']}/clips", json=clips)
    (tmp_path / "out" / job["name"]).with_suffix("").joinpath(".stages.json").write_text("{}")  # so that the export fails
    export = replaying.post(f"/api/jobs/{job['id']}/export", json={})
    if export.status_code == 201:
        assert over(replaying, export.json()["id"])["state"] == "failed"
    replaying.delete(f"/api/jobs/{job['id']}")
    events = {"start", "request", "job", "change", "removed"}
    until(lambda: events <= {line["event"] for line in lines(tmp_path / "out")})
    found = lines(tmp_path / "out")
    assert any(line["event"] == "change" and line["what"] == "segment" and line["job"] == job["id"] for line in found)
    assert any(line.get("status") == 404 for line in found)
    text = json.dumps(found)
    for secret in (str(tmp_path), "family secret", "never said", "/etc"):
        assert secret not in text


def test_it_does_not_grow_without_end(tmp_path: Path, monkeypatch: Any) -> None:
    from video_pipeline.web import journal

    monkeypatch.setattr(journal, "_LARGEST_BYTES", 2000)
    with served(tmp_path / "out") as client:
        for _ in range(300):
            client.get("/api/jobs")
    files = list((tmp_path / "out/.web/log").iterdir())
    assert sum(path.stat().st_size for path in files) < 20_000
