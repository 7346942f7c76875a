"""The JSON interface: results, files, ranges, choices; on a real server where streams are concerned."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.testclient import TestClient

from tests.web.conftest import over, served, upload
from video_pipeline.web.app import create_app
from video_pipeline.web.settings import ServerOptions

Shown = tuple[TestClient, str]


def test_the_view_is_what_the_viewer_needs(shown: Shown) -> None:
    client, job_id = shown
    data = client.get(f"/api/jobs/{job_id}/view").json()
    assert data["name"] == "sample.mp4" and data["media"] == [f"/api/jobs/{job_id}/media"]
    assert len(data["segments"]) > 5 and len(data["cues"]) > 5 and data["clips"]
    for clip in data["clips"]:
        assert sum(reason["contribution"] for reason in clip["reasons"]) == pytest.approx(clip["score"], abs=0.01)
        assert client.get(clip["poster"]).headers["content-type"] == "image/jpeg"


def test_results_are_listed_and_served(shown: Shown) -> None:
    client, job_id = shown
    rows = {row["path"]: row["bytes"] for row in client.get(f"/api/jobs/{job_id}/files").json()}
    assert {"transcript.json", "sample.srt", "sample.ass", "report.html", "highlights.json"} <= rows.keys()
    for path, size in rows.items():
        answer = client.get(f"/api/jobs/{job_id}/files/{path}")
        assert answer.status_code == 200 and len(answer.content) == size, path
    assert client.get(f"/api/jobs/{job_id}/files/sample.srt").headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    ("asked", "status", "first", "count"),
    [
        ("bytes=0-99", 206, 0, 100),
        ("bytes=1000-1009", 206, 1000, 10),
        ("bytes=-5", 206, -5, 5),
        ("bytes=99999999-", 416, 0, None),
    ],
)
def test_a_player_can_seek(shown: Shown, sample: Path, asked: str, status: int, first: int, count: int | None) -> None:
    client, job_id = shown
    answer = client.get(f"/api/jobs/{job_id}/media", headers={"Range": asked})
    assert answer.status_code == status
    if count is not None:
        assert answer.content == sample.read_bytes()[first:][:count]
        assert answer.headers["content-type"] == "video/mp4"


def test_the_report_finds_its_video_beside_it(shown: Shown, sample: Path) -> None:
    client, job_id = shown
    assert client.get(f"/api/jobs/{job_id}/files/sample.mp4").content == sample.read_bytes()


def test_a_video_that_browsers_cannot_play_gets_a_preview(tmp_path: Path, media: Any, one_line: Path) -> None:
    from video_pipeline.media.probe import probe

    with served(tmp_path / "out", overrides={"speech.engine": "replay", "speech.transcript": str(one_line)}) as client:
        job = over(client, upload(client, media("odd-size"))["id"])
        assert job["state"] == "done", job
        answer = client.get(f"/api/jobs/{job['id']}/media")
        assert answer.status_code == 200 and answer.headers["content-type"] == "video/mp4"
        preview = tmp_path / "preview.mp4"
        preview.write_bytes(answer.content)
        info = probe(preview)
        assert info.video and info.video.codec == "h264" and info.audio[0].codec == "aac"
        client.delete(f"/api/jobs/{job['id']}")
        assert not list((tmp_path / "out/.web/previews").iterdir())


@pytest.mark.parametrize("name", ["tone", "sound", "sound-pcm"])
def test_what_browsers_play_is_sent_as_it_is(shown: Shown, media: Any, name: str) -> None:
    from video_pipeline.media.preview import plays
    from video_pipeline.media.probe import probe

    assert plays(probe(media(name)), 0)
    assert not plays(probe(media("two-tracks")), 1)


def test_a_form_has_all_choices(shown: Shown) -> None:
    options = shown[0].get("/api/options").json()
    assert "default" in options["presets"] and "talk-show" in options["presets"]
    assert "replay" not in options["engines"] and "sensevoice" in options["engines"]
    assert options["weights"]["laughter"] > 0
    assert {"srt", "ass", "vtt"} <= set(options["formats"]) and "9:16" in options["aspects"]


def test_presets_are_saved_checked_and_used(replaying: TestClient, tone: Any) -> None:
    kept = replaying.put("/api/presets/my-show", json={"options": {"labels": "emoji", "subtitles.lines": 1}})
    assert kept.status_code == 200, kept.text
    rows = {row["name"]: row for row in replaying.get("/api/presets").json()["presets"]}
    assert rows["my-show"]["own"] and not rows["default"]["own"] and rows["default"]["about"]
    assert 'labels = "emoji"' in replaying.get("/api/presets/my-show").json()["text"]
    job = upload(replaying, tone(1), preset="my-show")
    assert job["options"]["preset"] == "my-show"
    assert over(replaying, job["id"])["state"] == "done"
    kept = replaying.delete("/api/presets/my-show")
    assert kept.status_code == 409 and "my-show" in kept.json()["error"]
    assert replaying.put("/api/presets/mine", json={"text": "# Mine.\n[subtitles]\nlines = 1\n"}).status_code == 200
    assert replaying.delete("/api/presets/mine").status_code == 204
    assert replaying.get("/api/presets/mine").status_code == 400


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("default", "", "built-in"),
        ("../x", "", ""),
        ("Has Space", "", "small letters"),
        ("mine", "[subtitles]\nlinse = 1\n", "did you mean"),
        ("mine", "[subtitles", "not TOML"),
        ("mine", '[speech]\ntranscript = "/etc/passwd"\n', "names a file"),
        ("mine", '[speech]\nmodel = "/tmp/x"\n', "names a file"),
        ("mine", '[video]\nfonts = "/root"\n', "names a file"),
        ("mine", "x" * 30_000, "at most"),
    ],
)
def test_a_bad_preset_is_refused_and_not_kept(replaying: TestClient, name: str, text: str, words: str, tmp_path: Path) -> None:
    answer = replaying.put(f"/api/presets/{name}", json={"text": text})
    assert answer.status_code in (400, 404) and words in answer.json()["error"]
    folder = tmp_path / "out/.web/presets"
    assert not folder.exists() or not list(folder.iterdir())


def test_the_library_shows_what_was_done_elsewhere_too(shown: Shown, tmp_path: Path) -> None:
    client, job_id = shown
    out = client.app.state.services.server.out  # type: ignore[attr-defined]
    (out / "other talk").mkdir(exist_ok=True)
    (out / "other talk/transcript.json").write_text("{}")
    rows = {row["name"]: row for row in client.get("/api/library").json()}
    assert rows["sample.mp4"]["id"] == job_id and rows["other talk"]["id"] is None


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/jobs/none", 404),
        ("GET", "/api/jobs/none/view", 404),
        ("GET", "/api/jobs/none/progress", 404),
        ("GET", "/api/nothing", 404),
        ("PATCH", "/api/jobs", 405),
        ("GET", "/api/jobs/none/poster?at_s=abc", 400),
        ("POST", "/api/jobs/none/cancel", 404),
        ("POST", "/api/jobs/none/rank", 400),
    ],
)
def test_errors_are_sentences_in_json(shown: Shown, method: str, path: str, status: int) -> None:
    answer = shown[0].request(method, path)
    assert answer.status_code == status
    assert answer.json()["error"] and answer.json()["type"]


def test_the_interface_describes_itself(shown: Shown) -> None:
    paths = shown[0].get("/openapi.json").json()["paths"]
    assert {"/api/jobs", "/api/jobs/{job_id}/view", "/v1/audio/transcriptions"} <= paths.keys()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, one_line: Path) -> Iterator[str]:
    """A real server on a free port."""
    said = {"speech.engine": "replay", "speech.transcript": str(one_line)}
    app = create_app(ServerOptions(tmp_path_factory.mktemp("real") / "out", overrides=said), page=False)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


def test_upload_progress_and_seek_over_a_real_connection(address: str, media: Any) -> None:
    path = media("tone")
    with httpx.Client(base_url=address, timeout=60) as client, path.open("rb") as file:
        job = client.post("/api/jobs", files={"file": ("tone.mp4", file)}).raise_for_status().json()
        told: list[dict[str, Any]] = []
        with client.stream("GET", f"/api/jobs/{job['id']}/progress") as answer:
            told += [json.loads(line[6:]) for line in answer.iter_lines() if line.startswith("data: ")]
        assert told[-1]["state"] == "done"
        part = client.get(f"/api/jobs/{job['id']}/media", headers={"Range": "bytes=10-19"})
        assert part.status_code == 206 and part.content == path.read_bytes()[10:20]


def test_a_sender_who_hangs_up_leaves_nothing(address: str) -> None:
    def body() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n' + bytes(3_000_000)
        raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        httpx.post(f"{address}/api/jobs", content=body(), headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert all(job["name"] != "a.mp4" for job in httpx.get(f"{address}/api/jobs").json())
