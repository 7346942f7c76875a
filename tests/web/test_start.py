"""The command that starts the server, as a process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

COMMAND = (sys.executable, "-c", "from video_pipeline.cli import main; main()", "web")
PASSWORD = "correct horse"


@pytest.fixture
def port() -> Iterator[int]:
    """One that is free."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        number: int = taken.getsockname()[1]
    yield number


def test_it_starts_answers_and_ends_with_nothing_left(port: int, tmp_path: Path) -> None:
    (tmp_path / "login").write_text(f"ann:{PASSWORD}\n")
    words = ["--port", str(port), "--out", str(tmp_path / "out"), "--auth-file", str(tmp_path / "login"), "--engine", "draft"]
    process = subprocess.Popen([*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        assert f"http://127.0.0.1:{port}" in process.stdout.readline()
        address, way = f"http://127.0.0.1:{port}", httpx.HTTPTransport(retries=10)
        with httpx.Client(base_url=address, transport=way, timeout=60) as client:
            assert client.get("/health").json()["status"] == "ok"
            assert client.get("/api/options").status_code == 401
            answer = client.get("/", auth=("ann", PASSWORD))
            assert answer.status_code == 200 and "video_pipeline" in answer.text
            assert "server" not in answer.headers
    finally:
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in errors and PASSWORD not in errors


REFUSED: dict[str, tuple[list[str], str]] = {
    "others without a password": (["--share-on", "0.0.0.0"], "--auth"),
    "a short password": (["--auth", "ann:1234"], "8 characters"),
    "no such file": (["--auth-file", "nothing-here"], "cannot be read"),
    "no such preset": (["--preset", "talk-shaw"], "did you mean"),
    "no such engine": (["--engine", "whispers"], "no speech engine"),
    "a number that is none": (["--concurrency", "0"], "concurrency"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_is_one_sentence(kind: str, port: int, tmp_path: Path) -> None:
    words, sentence = REFUSED[kind]
    line = [*COMMAND, "--port", str(port), "--out", str(tmp_path / "out"), *words]
    done = subprocess.run(line, capture_output=True, text=True, timeout=120, cwd=tmp_path)
    assert done.returncode == 2
    assert sentence in done.stderr and "Traceback" not in done.stderr and "1234" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        line = [*COMMAND, "--port", str(taken.getsockname()[1]), "--out", str(tmp_path / "out")]
        done = subprocess.run(line, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2
    assert "cannot be used" in done.stderr and "Traceback" not in done.stderr


def test_the_login_may_stand_in_the_environment(port: int, tmp_path: Path) -> None:
    line = [*COMMAND, "--port", str(port), "--out", str(tmp_path / "out")]
    environment = {**os.environ, "VIDEO_PIPELINE_AUTH": "ann:1234"}
    done = subprocess.run(line, capture_output=True, text=True, timeout=120, env=environment)
    assert done.returncode == 2 and "USER:PASSWORD" in done.stderr
