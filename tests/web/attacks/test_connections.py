"""Connections are opened and nothing, or only half a question, is said on them."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.web.real_server import RealServer, listening
from video_pipeline.web import connections


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RealServer]:
    """A server that takes ten connections and waits a second for the head of a request."""
    monkeypatch.setattr(connections, "HEADERS_S", 1.0)
    with listening(tmp_path / "out", user="ann", password="correct horse", connections=10) as server:
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
