"""A request sets an option that names a file, so that the server's own files come back as results."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import over, upload
from video_pipeline.options import option_names
from video_pipeline.options.schema import option_schema

FILES = [name for name in option_names() if option_schema(name).get("format") == "path"]
SECRET = "/etc/passwd"


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory, one_line: object, tone: object) -> Iterator[tuple[TestClient, str]]:
    from tests.web.conftest import served

    said = {"speech.engine": "replay", "speech.transcript": str(one_line)}
    with served(tmp_path_factory.mktemp("files") / "out", overrides=said) as client:
        job = over(client, upload(client, tone(1))["id"])  # type: ignore[operator]
        yield client, job["id"]


def test_all_such_options_are_known_by_their_type() -> None:
    reel = {"clips.reel.intro", "clips.reel.outro", "clips.reel.music.file"}
    assert {"speech.transcript", "speech.model", "video.fonts", *reel} <= {*FILES}


@pytest.mark.parametrize("name", FILES)
def test_none_of_them_comes_in_by_any_door(done: tuple[TestClient, str], name: str) -> None:
    client, job_id = done
    value = "http://127.0.0.1:9/v1" if name == "translation.url" else SECRET  # one that the option itself would take
    options = {name: value}
    section, _, key = name.partition(".")
    toml = f"[{section}]\n{key} = {json.dumps(value)}\n"
    doors = [
        client.post("/api/jobs", files={"file": ("x.wav", b"x")}, data={"options": json.dumps(options)}),
        client.post(f"/api/jobs/{job_id}/retry", json={"options": options}),
        client.put("/api/presets/mine", json={"options": options}),
        client.put("/api/presets/mine", json={"text": toml}),
    ]
    for answer in doors:
        assert answer.status_code == 400, answer.text
        assert "names a file" in answer.json()["error"]
    assert client.post(f"/api/jobs/{job_id}/restyle", json={"subtitles": {name: value}}).status_code == 400
    assert client.post(f"/api/jobs/{job_id}/export", json={"reel": True, name: SECRET}).status_code in (201, 400)
    assert SECRET not in json.dumps(client.get(f"/api/jobs/{job_id}").json())


def test_whether_a_file_is_there_is_not_told(done: tuple[TestClient, str]) -> None:
    client, job_id = done
    answers = {
        client.post(f"/api/jobs/{job_id}/retry", json={"options": {"clips.reel.intro": path}}).text
        for path in ("/etc/passwd", "/nonexistent/abc", "/etc")
    }
    assert len(answers) == 1
