"""Hostile and broken uploads: each is refused with a sentence, or handled, and nothing of it is left behind."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tests.web.conftest import over, served
from video_pipeline.media.ffmpeg import find_ffmpeg
from video_pipeline.web.uploads import shown_name, stem_of

Tree = Callable[[Path], set[str]]
SECRET = "what nobody outside may read"


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory, one_line: Path) -> Iterator[tuple[TestClient, Path]]:
    """A server that takes a megabyte and an hour at most, and its work folder."""
    out = tmp_path_factory.mktemp("strict") / "out"
    said = {"speech.engine": "replay", "speech.transcript": str(one_line)}
    with served(out, overrides=said, upload_bytes=1_000_000, upload_s=3600.0) as client:
        yield client, out


@pytest.fixture
def untouched(strict: tuple[TestClient, Path], tree: Tree) -> Iterator[None]:
    """Nothing may be in the work folder after the test that was not there before."""
    _, out = strict
    before = tree(out)
    yield
    assert tree(out) - before <= {".web/incoming", ".web/jobs.sqlite-shm", ".web/jobs.sqlite-wal"}


def sent(client: TestClient, content: bytes, name: str = "film.mp4") -> tuple[int, str]:
    answer = client.post("/api/jobs", files={"file": (name, content)})
    body = answer.json()
    return answer.status_code, body.get("error", "")


def zip_bomb() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("film.mp4", bytes(50_000_000))
    return out.getvalue()


def playlist(tmp_path: Path) -> bytes:
    (tmp_path / "secret.ts").write_text(SECRET)
    return f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://{tmp_path}/secret.ts\n#EXT-X-ENDLIST\n".encode()


def concat(tmp_path: Path) -> bytes:
    return f"ffconcat version 1.0\nfile '{tmp_path}/secret.ts'\n".encode()


REFUSED: dict[str, tuple[Callable[[Path], bytes], str]] = {
    "playlist": (playlist, "it is a playlist"),
    "playlist from the network": (
        lambda _: b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttp://127.0.0.1:9/x.m3u8\n",
        "it is a playlist",
    ),
    "concat script": (concat, "its format is not a media format"),
    "SVG": (lambda _: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "not a video or audio file"),
    "HTML": (lambda _: b"<!doctype html><script>alert(1)</script>" + b"x" * 5000, "not a video or audio file"),
    "zip bomb": (lambda _: zip_bomb(), "not a video or audio file"),
    "noise": (lambda _: os.urandom(50_000), "not a video or audio file"),
    "nothing": (lambda _: b"", "the file is empty"),
}


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_media_is_refused(strict: tuple[TestClient, Path], tmp_path: Path, kind: str) -> None:
    make, words = REFUSED[kind]
    status, error = sent(strict[0], make(tmp_path))
    assert status == 415
    assert words in error and "film.mp4" in error
    assert SECRET not in error and str(strict[1]) not in error and "incoming" not in error


@pytest.mark.usefixtures("untouched")
def test_a_truncated_mp4_is_refused(strict: tuple[TestClient, Path], media: Any) -> None:
    status, error = sent(strict[0], media.shortened(media("tone"), 0.4).read_bytes())
    assert status == 415 and "moov" in error


@pytest.mark.usefixtures("untouched")
def test_a_video_without_sound_is_refused(strict: tuple[TestClient, Path], media: Any) -> None:
    assert sent(strict[0], media("no-audio").read_bytes()) == (
        415,
        "film.mp4 has no audio track, so there is nothing to transcribe",
    )


def with_header(content: bytes, box: bytes, offset: int, value: bytes) -> bytes:
    """An MP4 with other bytes at a place in one of its boxes."""
    at = content.index(box) + 4 + offset
    return content[:at] + value + content[at + len(value) :]


@pytest.mark.usefixtures("untouched")
def test_an_absurd_duration_is_refused(strict: tuple[TestClient, Path], media: Any) -> None:
    content = media("sound").read_bytes()
    scale, length = struct.pack(">I", 1), struct.pack(">I", 2_000_000_000)
    for box in (b"mvhd", b"mdhd"):
        content = with_header(with_header(content, box, 12, scale), box, 16, length)
    status, error = sent(strict[0], content, "endless.m4a")
    assert status == 413 and "endless.m4a" in error and "1 h is the limit" in error


def with_picture(path: Path, width_px: int, height_px: int) -> bytes:
    """A second of video whose header lies about its picture."""
    recipe = "-f lavfi -i color=red:s=64x64:r=1:d=1 -f lavfi -i sine=d=1 -c:v rawvideo -pix_fmt gray -c:a pcm_s16le -f avi"
    subprocess.run([find_ffmpeg(), "-v", "error", "-y", *recipe.split(), str(path)], check=True, timeout=60)
    content = path.read_bytes()
    at = content.index(b"strf") + 8 + 4  # in the BITMAPINFOHEADER, after its size
    return content[:at] + struct.pack("<ii", width_px, height_px) + content[at + 8 :]


@pytest.mark.usefixtures("untouched")
def test_an_absurd_picture_is_refused(strict: tuple[TestClient, Path], tmp_path: Path) -> None:
    status, error = sent(strict[0], with_picture(tmp_path / "x", 20_000, 1_000))
    assert status == 413 and "20000 x 1000" in error


def test_a_picture_that_cannot_be_is_none(strict: tuple[TestClient, Path], tmp_path: Path) -> None:
    """FFmpeg itself refuses it; the sound is as good as any."""
    client, _ = strict
    answer = client.post("/api/jobs", files={"file": ("film.mp4", with_picture(tmp_path / "x", 30_000, 30_000))})
    job = over(client, answer.json()["id"])
    assert job["state"] == "done"
    assert client.get(f"/api/jobs/{job['id']}/view").json()["video"] is None
    assert client.get(f"/api/jobs/{job['id']}/poster").status_code == 404


@pytest.mark.usefixtures("untouched")
def test_too_large_with_its_length_announced(strict: tuple[TestClient, Path]) -> None:
    assert sent(strict[0], bytes(3_000_000)) == (413, "the file is too large: 1 MB is the limit of this server")


@pytest.mark.usefixtures("untouched")
def test_too_large_without_a_length(strict: tuple[TestClient, Path]) -> None:
    told = []

    def body() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n'
        for _ in range(50):
            told.append(1)
            yield bytes(100_000)
        yield b"\r\n--x--\r\n"

    answer = strict[0].post("/api/jobs", content=body(), headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert answer.status_code == 413 and "too large" in answer.json()["error"]


NAMES = {
    "upwards": "../../../../etc/cron.d/evil.wav",
    "absolute": "/etc/passwd",
    "Windows": "C:\\Windows\\system32\\evil.wav",
    "NUL": "evil\x00.wav",
    "endless": "x" * 4000 + ".wav",
    "hidden": ".bashrc",
    "option": "-rf.wav",
    "reversed": "gp\u202e4.exe",
    "nothing": "",
    "markup": "<img src=x onerror=alert(1)>.wav",
}


@pytest.mark.parametrize("kind", NAMES)
def test_hostile_names_stay_inside_the_work_folder(strict: tuple[TestClient, Path], tone: Any, tree: Tree, kind: str) -> None:
    client, out = strict
    number = 100 + list(NAMES).index(kind)
    # written by hand, since clients clean names themselves
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="' + NAMES[kind].replace("\\", "\\\\").encode()
    body = head + b'"\r\n\r\n' + tone(number).read_bytes() + b"\r\n--x--\r\n"
    outside = tree(out.parent) - tree(out)
    answer = client.post("/api/jobs", content=body, headers={"Content-Type": "multipart/form-data; boundary=x"})
    if answer.status_code == 400:
        assert "upload" in answer.json()["error"]
        return
    job = over(client, answer.json()["id"])
    assert job["state"] == "done", job
    assert job["name"] == shown_name(NAMES[kind]) and len(job["name"]) <= 90
    files = [row["path"] for row in client.get(f"/api/jobs/{job['id']}/files").json()]
    assert any(name.endswith(".srt") for name in files)
    assert {name for name in tree(out.parent) - tree(out) if not name.startswith("out")} <= outside
    assert client.delete(f"/api/jobs/{job['id']}").status_code == 204


@given(st.text(max_size=300))
def test_any_name_becomes_a_harmless_one(sent_name: str) -> None:
    name = shown_name(sent_name)
    assert name and len(name) <= 90 and "/" not in name and "\\" not in name and "\x00" not in name
    stem = stem_of(name)
    assert stem and not stem.startswith((".", "-", " ")) and Path(stem).name == stem and len(stem.encode()) <= 120


BODIES = {
    "no form": ({"Content-Type": "application/json"}, b"{}", "multipart/form-data"),
    "no boundary": ({"Content-Type": "multipart/form-data"}, b"", "multipart/form-data"),
    "breaks off": (
        {"Content-Type": "multipart/form-data; boundary=x"},
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc',
        "ended in the middle",
    ),
    "malformed": ({"Content-Type": "multipart/form-data; boundary=x"}, b"nonsense", "well-formed"),
    "no file": (
        {"Content-Type": "multipart/form-data; boundary=x"},
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n',
        "no file",
    ),
    "two files": (
        {"Content-Type": "multipart/form-data; boundary=x"},
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nb\r\n' * 2 + b"--x--\r\n",
        "several files",
    ),
}


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("kind", BODIES)
def test_broken_bodies_are_refused(strict: tuple[TestClient, Path], kind: str) -> None:
    headers, content, words = BODIES[kind]
    answer = strict[0].post("/api/jobs", content=content, headers=headers)
    assert answer.status_code == 400 and words in answer.json()["error"]


@pytest.mark.usefixtures("untouched")
def test_a_field_cannot_fill_the_memory(strict: tuple[TestClient, Path]) -> None:
    answer = strict[0].post("/api/jobs", files={"file": ("a.wav", b"x")}, data={"options": "x" * 100_000})
    assert answer.status_code == 413 and "options" in answer.json()["error"]


FORBIDDEN = {
    "a stored transcript": {"speech.transcript": "/etc/passwd"},
    "the engine that plays files": {"engine": "replay"},
    "a model by path": {"model": "/tmp/checkpoint"},
    "fonts by path": {"video.fonts": "/root"},
    "a preset by path": {"preset": "/etc/passwd.toml"},
    "a preset upwards": {"preset": "../../default"},
    "a whole section": {"speech": {"transcript": "/etc/passwd"}},
    "something else": {"workspace": "/"},
    "a section by dots": {"video.encoding": {"crf": 1}},
}


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("kind", FORBIDDEN)
def test_options_that_name_files_are_not_for_requests(strict: tuple[TestClient, Path], tone: Any, kind: str) -> None:
    data = {"options": json.dumps(FORBIDDEN[kind])}
    answer = strict[0].post("/api/jobs", files={"file": ("a.wav", tone(1).read_bytes())}, data=data)
    assert answer.status_code == 400, answer.text
