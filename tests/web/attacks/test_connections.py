"""Connections are opened and nothing, or only half a question, is said on them."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.web.real_server import RealServer, listening
from tests.web.test_proxies import certificate
from video_pipeline.web import connections
from video_pipeline.web.loops import raise_file_limit


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RealServer]:
    """A server that takes ten connections of one address and waits a second for the head of a request."""
    monkeypatch.setattr(connections, "HEADERS_S", 1.0)
    with listening(tmp_path / "out", user="ann", password="correct horse", connections=20) as server:
        yield server


def whole(line: socket.socket) -> bytes:
    """An answer of /health."""
    answer = b""
    while not answer.endswith(b"}"):
        answer += line.recv(1000)
    return answer


def closed_after_s(line: socket.socket) -> float:
    began_s = time.monotonic()
    line.settimeout(20)
    try:
        while line.recv(1000):
            pass
    except ConnectionResetError:
        pass
    return time.monotonic() - began_s


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHost: loc", b"G"])
def test_half_a_head_is_not_waited_for(small: RealServer, said: bytes) -> None:
    with small.connect() as line:
        line.sendall(said)
        assert 0.5 < closed_after_s(line) < 8


def test_a_letter_now_and_then_gives_no_more_time(small: RealServer) -> None:
    began_s = time.monotonic()
    with small.connect() as line, pytest.raises((BrokenPipeError, ConnectionResetError)):
        line.sendall(b"GET / HTTP/1.1\r\nX: ")
        while time.monotonic() - began_s < 20:
            line.sendall(b"a")
            time.sleep(0.2)
    assert time.monotonic() - began_s < 10


def test_half_a_second_question_on_a_connection_that_stays_open(small: RealServer) -> None:
    with small.connect() as line:
        line.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"200" in whole(line)
        line.sendall(b"GET /health HTT")
        assert closed_after_s(line) < 8


def test_a_head_without_end_is_refused(small: RealServer) -> None:
    with small.connect() as line:
        try:
            line.sendall(b"GET / HTTP/1.1\r\nX: " + b"a" * 2_000_000)
            assert b"400" in line.recv(100)
        except (BrokenPipeError, ConnectionResetError):
            pass


def test_those_who_come_after_too_many_are_turned_away_and_places_become_free(small: RealServer) -> None:
    lines = [small.connect() for _ in range(30)]
    time.sleep(0.3)
    assert len([line for line in lines if line.fileno() >= 0]) == 30
    give_up_s = time.monotonic() + 15
    while True:
        try:
            assert httpx.get(f"{small.address}/health", timeout=5).status_code == 200
            break
        except httpx.TransportError:
            assert time.monotonic() < give_up_s
            time.sleep(0.2)
    for line in lines:
        line.close()


def test_a_long_answer_is_not_cut_off(small: RealServer) -> None:
    """The limit is on the head of a request, not on what comes of it."""
    with small.connect() as line:
        line.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n")
        assert b"200" in whole(line)
        time.sleep(2.5)
        line.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"200" in whole(line)


def test_one_address_does_not_have_all_places(tmp_path: Path) -> None:
    """Others come from elsewhere: here from another address of this machine."""
    with listening(tmp_path / "out", connections=10) as server:
        lines = [server.connect() for _ in range(12)]
        for line in lines:
            line.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n")
        time.sleep(0.3)
        with socket.create_connection(("127.0.0.1", server.port), timeout=5, source_address=("127.0.0.2", 0)) as other:
            other.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert b"200" in whole(other)
        for line in lines:
            line.close()


def test_a_named_proxy_may_have_all_places(tmp_path: Path) -> None:
    with listening(tmp_path / "out", connections=10, proxies=("127.0.0.1",)) as server:
        lines = [server.connect() for _ in range(9)]
        for line in lines:
            line.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        for line in lines:
            assert b"200" in whole(line)
            line.close()


def test_whoever_asks_and_does_not_read_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "UNREAD_S", 1.0)
    with listening(tmp_path / "out") as server:
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.connect(("127.0.0.1", server.port))
        line.settimeout(20)
        began_s = time.monotonic()
        with pytest.raises((BrokenPipeError, ConnectionResetError, TimeoutError)):
            while time.monotonic() - began_s < 20:
                line.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert time.monotonic() - began_s < 15
        line.close()
        assert httpx.get(f"{server.address}/health", timeout=5).status_code == 200


def test_a_handshake_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("cryptography")
    monkeypatch.setattr(connections, "HEADERS_S", 1.0)
    cert, key = certificate(tmp_path)
    with listening(tmp_path / "out", tls_cert=str(cert), tls_key=str(key)) as server, server.connect() as line:
        assert closed_after_s(line) < 10


def test_a_system_that_lets_few_files_be_open_is_asked_for_more() -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
    try:
        raise_file_limit(512)
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 1024
        raise_file_limit(1)
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 1024
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
