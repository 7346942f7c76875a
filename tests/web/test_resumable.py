"""Uploads in pieces (tus): what comes is kept until the file is whole, whatever happens in between."""

from __future__ import annotations

import base64
import os
import time
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import over, reached, served, upload
from tests.web.real_server import RealServer, until
from video_pipeline.web import partial

VERSION = {"Tus-Resumable": "1.0.0"}


def begun(client: Any, length: int, name: str = "a.wav", headers: dict[str, str] | None = None, **fields: str) -> Any:
    known = {"filename": name, **fields}
    metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in known.items())
    return client.post(
        "/api/uploads", headers={**VERSION, "Upload-Length": str(length), "Upload-Metadata": metadata, **(headers or {})}
    )


def place(answer: Any) -> str:
    assert answer.status_code == 201, answer.text
    return str(answer.url.join(answer.headers["Location"]).path)


def sent(client: Any, address: str, offset: int | str, content: bytes, **headers: str) -> Any:
    own = {**VERSION, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream", **headers}
    return client.patch(address, content=content, headers=own)


def offset(client: Any, address: str) -> int:
    return int(client.head(address, headers=VERSION).headers["Upload-Offset"])


def test_a_file_in_pieces_becomes_a_job(replaying: TestClient, tone: Any) -> None:
    content = tone(1).read_bytes()
    created = begun(replaying, len(content), "my talk.wav", options='{"formats": ["vtt"]}')
    address = place(created)
    assert created.headers["Tus-Resumable"] == "1.0.0"
    assert created.headers["Upload-Expires"].endswith("GMT")
    assert offset(replaying, address) == 0
    first = sent(replaying, address, 0, content[:1000])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "1000")
    assert "Upload-Job" not in first.headers
    last = sent(replaying, address, 1000, content[1000:])
    job = over(replaying, last.headers["Upload-Job"])
    assert (job["name"], job["state"], job["options"]["subtitles.formats"]) == ("my talk.wav", "done", ["vtt"])
    asked = replaying.head(address, headers=VERSION)
    assert (asked.headers["Upload-Job"], asked.headers["Upload-Offset"]) == (job["id"], str(len(content)))
    assert sent(replaying, address, len(content), b"").headers["Upload-Job"] == job["id"]  # the answer was lost: asked again
    assert upload(replaying, tone(1), formats=["vtt"])["same"]


def test_what_is_spoken_here_can_be_asked(replaying: TestClient) -> None:
    answer = replaying.options("/api/uploads")
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert set(answer.headers["Tus-Extension"].split(",")) == {"creation", "expiration", "termination"}
    assert int(answer.headers["Tus-Max-Size"]) > 0


def test_a_restart_in_the_middle_loses_nothing(tmp_path: Path, one_line: Path, tone: Any) -> None:
    said = {"overrides": {"speech.engine": "replay", "speech.transcript": str(one_line)}}
    content = tone(1).read_bytes()
    with served(tmp_path / "out", **said) as client:
        address = place(begun(client, len(content)))
        sent(client, address, 0, content[:3000])
    with served(tmp_path / "out", **said) as client:
        assert offset(client, address) == 3000
        last = sent(client, address, 3000, content[3000:])
        assert reached(client, last.headers["Upload-Job"], "done")["name"] == "a.wav"


def test_a_connection_that_breaks_keeps_what_came(real: RealServer, tone: Any) -> None:
    import httpx

    content = tone(1).read_bytes()
    with httpx.Client(base_url=real.address) as client:
        address = place(begun(client, len(content)))
        with real.connect() as connection:
            head = (
                f"PATCH {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
                f"Content-Type: application/offset+octet-stream\r\nContent-Length: {len(content)}\r\n\r\n"
            )
            connection.sendall(head.encode() + content[:5000])
            until(lambda: real.services.partials._busy)
            assert sent(client, address, 0, b"").status_code == 423
        assert until(lambda: offset(client, address)) == 5000
        last = until(lambda: (answer := sent(client, address, 5000, content[5000:])).status_code == 204 and answer)
        assert until(lambda: client.get(f"/api/jobs/{last.headers['Upload-Job']}").json()["state"] == "done")


def test_giving_up_removes_what_came(replaying: TestClient, tmp_path: Path) -> None:
    address = place(begun(replaying, 10_000))
    sent(replaying, address, 0, b"x" * 100)
    assert replaying.delete(address, headers=VERSION).status_code == 204
    assert replaying.head(address, headers=VERSION).status_code == 404
    assert not list((tmp_path / "out/.web/partial").iterdir())


def test_what_nobody_goes_on_with_is_removed_after_a_day(replaying: TestClient) -> None:
    partials = replaying.app.state.services.partials  # type: ignore[attr-defined]
    old, fresh = place(begun(replaying, 10_000)), place(begun(replaying, 10_000))
    days_ago = time.time() - partial.KEPT_S - 60
    os.utime(partials.path(partials.get(old.rpartition("/")[2], "")), (days_ago, days_ago))
    partials.sweep()
    assert replaying.head(old, headers=VERSION).status_code == 404
    assert offset(replaying, fresh) == 0


def test_a_file_that_is_none_is_refused_at_its_end(replaying: TestClient) -> None:
    address = place(begun(replaying, 300, "film.mp4"))
    answer = sent(replaying, address, 0, b"#EXTM3U\n" * 37 + b"x" * 4)
    assert answer.status_code == 415
    assert "film.mp4" in answer.json()["error"]
    assert replaying.head(address, headers=VERSION).status_code == 404


@pytest.mark.parametrize("wanted", ["0.2.2", ""])
def test_another_version_of_the_protocol_is_told_which_one_is_spoken(replaying: TestClient, wanted: str) -> None:
    answer = begun(replaying, 100, headers={"Tus-Resumable": wanted})
    assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")
