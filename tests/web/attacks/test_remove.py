"""Remove takes away more than the server made, or less."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from tests.web.conftest import over, served, upload


def test_what_another_program_made_stays(tmp_path: Path, one_line: Path, tone: Any) -> None:
    from video_pipeline import process

    said = {"speech.engine": "replay", "speech.transcript": str(one_line)}
    out = tmp_path / "out"
    process(tone(1), ["subtitles"], out=out, engine="replay", transcript=str(one_line))
    folder = out / "tone 1"
    subtitles = folder / "tone 1.srt"
    subtitles.write_text(subtitles.read_text().replace("hello", "by hand"))
    (folder / "notes.txt").write_text("mine")
    with served(out, overrides=said) as client:
        job = over(client, upload(client, tone(1))["id"])
        assert job["state"] == "done"
        assert client.delete(f"/api/jobs/{job['id']}").status_code == 204
        assert client.get("/api/jobs").json() == []
    assert (folder / "notes.txt").read_text() == "mine"
    assert any("by hand" in path.read_text() for path in folder.glob("*.srt"))
    assert (folder / "transcript.json").exists()


def test_what_a_person_put_there_or_edited_stays(replaying: TestClient, tone: Any, tmp_path: Path) -> None:
    job = over(replaying, upload(replaying, tone(1))["id"])
    folder = tmp_path / "out" / "tone 1"
    (folder / "notes.txt").write_text("mine")
    (folder / "tone 1.srt").write_text("by hand")
    assert replaying.delete(f"/api/jobs/{job['id']}").status_code == 204
    assert {path.name for path in folder.iterdir()} == {"notes.txt", "tone 1.srt"}


def test_a_correction_and_a_removal_at_once_leave_nothing(replaying: TestClient, tone: Any, tmp_path: Path) -> None:
    for number in range(4):
        job = over(replaying, upload(replaying, tone(number))["id"])
        answers: list[Any] = []

        def correct(job_id: str = job["id"], answers: list[Any] = answers) -> None:
            answers.append(replaying.put(f"/api/jobs/{job_id}/segments/0", json={"text": "good bye"}))

        threads = [threading.Thread(target=correct) for _ in range(3)]
        for thread in threads:
            thread.start()
        assert replaying.delete(f"/api/jobs/{job['id']}").status_code == 204
        for thread in threads:
            thread.join()
        for answer in answers:
            assert answer.status_code in (200, 404) and str(tmp_path) not in answer.text
    left = [path for path in (tmp_path / "out").rglob("*") if ".web" not in path.parts]
    assert left == []
