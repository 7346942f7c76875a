"""The disk is filled, at once or over the years."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.web.conftest import over, served, upload


def test_above_the_quota_nothing_is_taken(tmp_path: Path, one_line: Path, tone: Any) -> None:
    said = {"speech.engine": "replay", "speech.transcript": str(one_line)}
    ballast = tmp_path / "out" / "other results" / "video.mp4"
    ballast.parent.mkdir(parents=True)
    ballast.write_bytes(bytes(3_000_000))
    with served(tmp_path / "out", overrides=said, quota_bytes=3_000_000) as client:
        answer = client.post("/api/jobs", files={"file": ("x.wav", tone(2).read_bytes())})
        assert answer.status_code == 507 and "remove some" in answer.json()["error"]
        assert not (tmp_path / "out/.web/incoming").exists()
        ballast.unlink()
        client.app.state.services.housekeeping.forget_measure()  # type: ignore[attr-defined]
        assert client.post("/api/jobs", files={"file": ("x.wav", tone(2).read_bytes())}).status_code == 201


def test_what_is_old_goes_and_what_people_keep_stays(tmp_path: Path, one_line: Path, tone: Any) -> None:
    said = {"speech.engine": "replay", "speech.transcript": str(one_line)}
    with served(tmp_path / "out", overrides=said, keep_made_days=30.0) as client:
        kept = over(client, upload(client, tone(1))["id"])
        with tone(2).open("rb") as file:
            client.post("/v1/audio/transcriptions", files={"file": file}, data={"model": "whisper-1"})
        client.put(f"/api/jobs/{kept['id']}/clips", json={"clips": [{"start_s": 0.1, "end_s": 0.8}], "weights": {}})
        export = over(client, client.post(f"/api/jobs/{kept['id']}/export", json={}).json()["id"])
        assert export["state"] == "done", export
        assert [row["id"] for row in client.get(f"/api/jobs/{kept['id']}/exports").json()] == [export["id"]]
        housekeeping = client.app.state.services.housekeeping  # type: ignore[attr-defined]
        housekeeping.sweep(datetime.now(UTC) + timedelta(days=29))
        assert len(client.get("/api/jobs").json()) == 2
        housekeeping.sweep(datetime.now(UTC) + timedelta(days=31))
        assert [row["id"] for row in client.get("/api/jobs").json()] == [kept["id"]]
        assert client.get(f"/api/jobs/{kept['id']}/exports").json() == []
        assert client.get(export["url"]).status_code == 404
        assert client.get(f"/api/jobs/{kept['id']}/view").status_code == 200
