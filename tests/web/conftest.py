"""A server without a page, small videos, a stored transcript in the place of a speech model."""

from __future__ import annotations

import contextlib
import json
import shutil
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from tests.web.real_server import RealServer, listening
from video_pipeline.web.app import create_app
from video_pipeline.web.settings import ServerOptions

ADDRESS = "http://127.0.0.1"
_PATIENCE_S = 120
Start = Callable[..., Any]


@pytest.fixture(scope="session")
def one_line(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A transcript of one second, one segment."""
    path = tmp_path_factory.mktemp("stored") / "transcript.json"
    token = {"start_s": 0.1, "end_s": 0.9, "text": "hello"}
    segment = {"start_s": 0.1, "end_s": 0.9, "text": "hello", "tokens": [token], "language": "en"}
    media, engine = {"name": "x.wav", "duration_s": 1.0}, {"name": "draft"}
    path.write_text(json.dumps({"media": media, "engine": engine, "segments": [segment]}))
    return path


@pytest.fixture(scope="session")
def tone(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """A second of sound, another file for each number."""
    folder = tmp_path_factory.mktemp("tones")

    def made(number: int) -> Path:
        path = folder / f"tone {number}.wav"
        if not path.exists():
            samples = 8000 * np.sin(np.arange(16_000) * (0.1 + 0.01 * number))
            with wave.open(str(path), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(16_000)
                file.writeframes(samples.astype("<i2").tobytes())
        return path

    return made


@contextmanager
def served(out: Path, **settings: Any) -> Iterator[TestClient]:
    """A client of a server that is up for as long as the block lasts."""
    with TestClient(create_app(ServerOptions(out, **settings), page=False), base_url=ADDRESS) as client:
        yield client


@pytest.fixture
def replaying(tmp_path: Path, one_line: Path) -> Iterator[TestClient]:
    """A server on which every video says hello."""
    with served(tmp_path / "out", overrides={"speech.engine": "replay", "speech.transcript": str(one_line)}) as client:
        yield client


@pytest.fixture
def real(tmp_path: Path, one_line: Path) -> Iterator[RealServer]:
    """One on which every video says hello."""
    said = {"speech.engine": "replay", "speech.transcript": str(one_line)}
    with listening(tmp_path / "out", overrides=said) as server:
        yield server


@pytest.fixture(scope="session")
def shown(sample: Path, sample_transcript: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, str]]:
    """A server with the sample on it, processed, and its id."""
    out = tmp_path_factory.mktemp("shown") / "out"
    with served(out, overrides={"speech.engine": "replay", "speech.transcript": str(sample_transcript)}) as client:
        job = over(client, upload(client, sample)["id"])
        assert job["state"] == "done", job
        yield client, job["id"]


@contextlib.contextmanager
def copied(shown: tuple[TestClient, str], sample: Path, sample_transcript: Path, out: Path) -> Iterator[tuple[TestClient, str]]:
    """A server of its own over a copy of the processed sample, to be changed, and the sample's id."""
    shutil.copytree(shown[0].app.state.services.server.out / "sample", out / "sample", symlinks=True)  # type: ignore[attr-defined]
    with served(out, overrides={"speech.engine": "replay", "speech.transcript": str(sample_transcript)}) as client:
        job = over(client, upload(client, sample)["id"])
        assert job["state"] == "done", job
        yield client, job["id"]


@pytest.fixture
def own(
    shown: tuple[TestClient, str], sample: Path, sample_transcript: Path, tmp_path: Path
) -> Iterator[tuple[TestClient, str, Path]]:
    """The same for one test, with the folder of results."""
    with copied(shown, sample, sample_transcript, tmp_path / "out") as (client, job_id):
        yield client, job_id, tmp_path / "out" / "sample"


def upload(client: TestClient, path: Path, name: str | None = None, **options: Any) -> dict[str, Any]:
    answer = client.post(
        "/api/jobs", files={"file": (name or path.name, path.read_bytes())}, data={"options": json.dumps(options)}
    )
    assert answer.status_code == 201, answer.text
    job: dict[str, Any] = answer.json()
    return job


def over(client: TestClient, job_id: str) -> dict[str, Any]:
    """The job when it has ended."""
    return reached(client, job_id, "done", "failed", "cancelled")


def reached(client: TestClient, job_id: str, *states: str) -> dict[str, Any]:
    give_up_s = time.monotonic() + _PATIENCE_S
    while time.monotonic() < give_up_s:
        job: dict[str, Any] = client.get(f"/api/jobs/{job_id}").json()
        if job["state"] in states:
            return job
        time.sleep(0.05)
    raise AssertionError(f"still {job['state']} ({job['stage']}) after {_PATIENCE_S} s")
