"""Two callers send the same file with other options at once, and one gets the other's answer."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from tests.web.conftest import over, served, upload

FORMATS = ("srt", "vtt")


def test_each_gets_the_answer_to_its_own_question(replaying: TestClient, tone: Any) -> None:
    answers: dict[str, str] = {}

    def ask(language: str) -> None:
        with tone(1).open("rb") as file:
            form = {"model": "whisper-1", "language": language}
            answer = replaying.post("/v1/audio/transcriptions", files={"file": file}, data=form)
        assert answer.status_code == 200, answer.text
        answers[language] = answer.json()["text"]

    threads = [threading.Thread(target=ask, args=(language,)) for language in ("auto", "en", "ja")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 3
    languages = {job["options"]["speech.language"] for job in replaying.get("/api/jobs").json()}
    assert languages == {"auto", "en", "ja"}


def test_a_program_does_not_replace_what_a_person_sees(replaying: TestClient, tone: Any) -> None:
    mine = over(replaying, upload(replaying, tone(1), labels="emoji")["id"])
    before = replaying.get(f"/api/jobs/{mine['id']}/view").json()
    with tone(1).open("rb") as file:
        replaying.post("/v1/audio/transcriptions", files={"file": file}, data={"model": "whisper-1", "language": "en"})
    assert replaying.get(f"/api/jobs/{mine['id']}").json()["options"] == mine["options"]
    assert replaying.get(f"/api/jobs/{mine['id']}/view").json() == before


def test_the_file_lies_on_the_disk_once(tmp_path: Path, one_line: Path, tone: Any) -> None:
    said = {"speech.engine": "replay", "speech.transcript": str(one_line)}
    out = tmp_path / "out"
    with served(out, overrides=said) as client:
        ids = [over(client, upload(client, tone(1), labels=labels)["id"])["id"] for labels in ("emoji", "none", "text")]
        assert len(set(ids)) == 3
        videos = list((out / ".web/uploads").glob("*/*"))
        assert len(videos) == 3 and len({path.stat().st_ino for path in videos}) == 1
        assert client.delete(f"/api/jobs/{ids[0]}").status_code == 204
        assert client.get(f"/api/jobs/{ids[1]}/media").status_code == 200
        assert client.get(f"/api/jobs/{ids[1]}/view").status_code == 200
