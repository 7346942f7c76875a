"""Bodies that are too large, too slow, or no JSON that can be meant."""

from __future__ import annotations

import http.client
import json
import resource
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import copied
from tests.web.real_server import RealServer, listening
from video_pipeline.web import bodies


def test_four_hundred_megabytes_of_json_are_not_read(real: RealServer) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    connection = http.client.HTTPConnection("127.0.0.1", real.port, timeout=60)
    connection.putrequest("POST", "/api/jobs/x/rank")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(400 << 20))
    connection.endheaders()
    connection.send(b'{"weights": {}, "x": "')
    assert connection.getresponse().status == 413
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # KB


def test_nor_without_a_length_that_is_announced(real: RealServer) -> None:
    sent = 0
    with real.connect() as line:
        line.sendall(b"PUT /api/jobs/x/clips HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        block = b"10000\r\n" + bytes(0x10000) + b"\r\n"
        try:
            while sent < 100 << 20:
                line.sendall(block)
                sent += len(block)
                line.settimeout(0.01)
                try:
                    if b"413" in line.recv(100):
                        break
                except TimeoutError:
                    line.settimeout(30)
        except (BrokenPipeError, ConnectionResetError):
            pass
    assert sent < 20 << 20


def test_a_body_that_never_comes_is_given_up(real: RealServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "_LONGEST_S", 0.5)
    with real.connect() as line:
        line.sendall(b"POST /api/jobs/x/rank HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
        assert b"408" in line.recv(200)


def test_nothing_is_read_before_the_password(tmp_path: Any) -> None:
    with listening(tmp_path / "out", user="ann", password="correct horse") as server, server.connect() as line:
        line.sendall(b"POST /api/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4000000000\r\n\r\nx")
        assert b"401" in line.recv(200)


ROUTES = [
    ("POST", "rank"),
    ("PUT", "clips"),
    ("POST", "snap"),
    ("POST", "style"),
    ("POST", "restyle"),
    ("POST", "export"),
    ("PUT", "segments/0"),
    ("POST", "lines"),
    ("POST", "retry"),
]
HUGE = "9" * 400
BODIES = {
    "half a character": b'{"text": "\\ud800", "edge": "\\ud800", "clips": [{"title": "\\ud800"}], "weights": {"\\ud800": 1}}',
    "a number of 400 digits": json.dumps(
        {"at_s": 1, "edge": "start", "weights": {"laughter": 2}, "clips": [{"start_s": 3, "end_s": 4}], "text": "x"}
    )
    .replace("1", HUGE)
    .replace("2", HUGE)
    .replace("3", HUGE)
    .encode(),
    "a number of 5000 digits": b'{"at_s": ' + b"9" * 5000 + b', "edge": "start", "weights": {"laughter": ' + b"9" * 5000 + b"}}",
    "endless nesting": b"[" * 50_000,
    "nesting inside": b'{"weights": ' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"}",
    "not a number": b'{"at_s": NaN, "edge": "start", "weights": {"laughter": NaN}}',
    "infinity": b'{"at_s": 1e999, "edge": "start", "weights": {"laughter": -1e999}}',
    "a list": b"[]",
    "nothing": b"null",
    "a word": b'"word"',
    "no text at all": b"\xff\xfe\x00",
    "no UTF-8 in a word": b'{"text": "\xff", "edge": "\xc3", "at_s": 1, "weights": {"\xe3\x81": 1}}',
    "empty": b"",
}


@pytest.fixture(scope="module")
def attacked(
    shown: tuple[TestClient, str], sample: Path, sample_transcript: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[TestClient, str]]:
    """A server of its own with the processed sample: some of the bodies mean something after all, and change it."""
    with copied(shown, sample, sample_transcript, tmp_path_factory.mktemp("attacked") / "out") as server:
        yield server


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_json_that_cannot_be_meant_is_refused_in_a_sentence(
    attacked: tuple[TestClient, str], method: str, path: str, kind: str
) -> None:
    client, job_id = attacked
    if (path, kind) in (("retry", "empty"), ("retry", "nothing")):
        pytest.skip("a retry needs no body")
    headers = {"Content-Type": "application/json"}
    answer = client.request(method, f"/api/jobs/{job_id}/{path}", content=BODIES[kind], headers=headers)
    known = path == "retry" and answer.status_code == 200  # it has no field of those names
    written = kind == "a number of 400 digits" and path in ("segments/0", "style", "restyle", "export")
    assert 400 <= answer.status_code < 500 or known or written, answer.text
    if answer.status_code >= 400:
        assert answer.json()["error"]


def test_a_preset_that_is_nested_without_end(attacked: tuple[TestClient, str]) -> None:
    answer = attacked[0].put("/api/presets/deep", json={"text": "a=" + "[" * 9000})
    assert answer.status_code == 400


def test_a_text_of_half_characters_by_python(attacked: tuple[TestClient, str]) -> None:
    client, job_id = attacked
    answer = client.put(
        f"/api/jobs/{job_id}/segments/0", content=b'{"text": "a\\udfff b"}', headers={"Content-Type": "text/plain"}
    )
    assert 400 <= answer.status_code < 500


def test_a_connection_that_closes_in_the_middle_leaves_nothing(real: RealServer) -> None:
    for _ in range(5):
        with real.connect() as line:
            line.sendall(b"POST /api/jobs/x/rank HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
            line.shutdown(socket.SHUT_RDWR)
    time.sleep(0.2)
    with real.connect() as line:
        line.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"200" in line.recv(100)
