"""Web servers as they are: lines that break, pauses asked for, files that change, addresses that are signed anew."""

from __future__ import annotations

import base64
import errno
import http.client
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from video_pipeline.core.transcript import EngineIdentity, MediaIdentity, Segment, Token, Transcript
from video_pipeline.library import remote
from video_pipeline.library.addresses import identity, without_secrets
from video_pipeline.library.catalogue import catalogue
from video_pipeline.library.errors import RemoteBroken, RemoteRefused
from video_pipeline.library.plan import plan
from video_pipeline.library.records import Outcome
from video_pipeline.library.remote import local_copy
from video_pipeline.library.runner import LibraryOptions, run
from video_pipeline.library.schema import NAME
from video_pipeline.library.web import same_mark


class Server(BaseHTTPRequestHandler):
    """Gives `content` with ranges; `breaks` says after how many bytes each of the first answers ends."""

    content: bytes
    tag: str
    breaks: list[int]
    busy: list[str]
    """`Retry-After` of each of the first answers."""
    asked: list[dict[str, str]]
    takes_ranges = True

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def _answer(self, *, with_body: bool) -> None:
        own = type(self)
        own.asked.append({"method": self.command, "path": self.path, **self.headers})
        if with_body and own.busy:
            self.send_response(429)
            self.send_header("Retry-After", own.busy.pop(0))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        start = int(self.headers.get("Range", "bytes=0-")[6:].rstrip("-"))
        is_part = own.takes_ranges and start and self.headers.get("If-Range", own.tag) == own.tag
        body = own.content[start:] if is_part else own.content
        self.send_response(206 if is_part else 200)
        if is_part:
            self.send_header("Content-Range", f"bytes {start}-{len(own.content) - 1}/{len(own.content)}")
        if own.tag:
            self.send_header("ETag", own.tag)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body[: own.breaks.pop(0)] if own.breaks else body)
            self.close_connection = True

    def log_message(self, *words: Any) -> None:
        pass


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Server]]:
    monkeypatch.setattr(remote, "_WAITS_S", (0.0, 0.0))
    monkeypatch.setenv(remote.SCRATCH, str(tmp_path / "scratch"))
    content = bytes(range(256)) * 40
    own = type("Own", (Server,), {"content": content, "tag": '"one"', "breaks": [], "busy": [], "asked": []})
    made = ThreadingHTTPServer(("127.0.0.1", 0), own)
    own.address = f"http://127.0.0.1:{made.server_port}"  # type: ignore[attr-defined]
    Thread(target=made.serve_forever, daemon=True).start()
    yield own
    made.shutdown()
    made.server_close()


def fetched(server: Any, path: str = "/talk.mp4") -> bytes:
    with local_copy(server.address + path, "talk.mp4") as copy:
        return copy.read_bytes()


def test_a_line_that_breaks_often_goes_on_where_it_stopped(server: Any) -> None:
    """More often than a line that brings nothing may."""
    server.breaks[:] = [2000, 2000, 2000, 2000, 2000]
    assert fetched(server) == server.content
    assert [asked.get("Range") for asked in server.asked] == [None, *(f"bytes={n}-" for n in (2000, 4000, 6000, 8000, 10000))]


@pytest.mark.parametrize("with_ranges", [True, False])
def test_a_file_that_changes_meanwhile_is_no_mixture(server: Any, monkeypatch: pytest.MonkeyPatch, with_ranges: bool) -> None:
    server.takes_ranges = with_ranges
    server.breaks[:] = [5000]
    before, after = server.content, b"another film" * 500

    def change(wait_s: float) -> None:
        server.content, server.tag = after, '"two"'

    monkeypatch.setattr("video_pipeline.library.web._wait", change)
    assert fetched(server) == after != before


def test_a_server_without_ranges_is_asked_for_all_again(server: Any) -> None:
    server.takes_ranges = False
    server.breaks[:] = [3000, 6000]
    assert fetched(server) == server.content


def test_a_line_that_brings_nothing_new_is_given_up(server: Any) -> None:
    server.breaks[:] = [100, 0, 0, 0, 0]
    with pytest.raises(RemoteBroken, match="100 of 10240 bytes"):
        fetched(server)
    assert len(server.asked) == 3


@pytest.mark.parametrize("how", ["seconds", "date"])
def test_a_busy_server_is_left_in_peace_as_long_as_it_asks(server: Any, how: str) -> None:
    server.busy[:] = ["1", "1"] if how == "seconds" else [formatdate(time.time() + 2, usegmt=True)]
    began_s = time.monotonic()
    assert fetched(server) == server.content
    assert time.monotonic() - began_s > (1.9 if how == "seconds" else 0.9)


def test_a_server_that_asks_for_a_day_is_given_up(server: Any) -> None:
    server.busy[:] = ["86400"] * 9
    began_s = time.monotonic()
    with pytest.raises(RemoteBroken, match="429"):
        fetched(server)
    assert time.monotonic() - began_s < 5


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (ConnectionRefusedError(111, "Connection refused"), "it refuses the connection"),
        (OSError(errno.EHOSTUNREACH, "No route to host"), "there is no route to it"),
        (socket.gaierror(-2, "Name or service not known"), "its name cannot be resolved"),
        (TimeoutError("timed out"), "it does not answer"),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number"), "a secure connection could not be made"),
        (http.client.IncompleteRead(b""), "the connection broke off"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_the_cause_of_what_is_not_fetched_is_named(
    server: Any, monkeypatch: pytest.MonkeyPatch, cause: Exception, words: str
) -> None:
    if isinstance(cause, ssl.SSLError):
        cause.reason = "WRONG_VERSION_NUMBER"

    def fail(*request: Any, **more: Any) -> None:
        raise urllib.error.URLError(cause) if isinstance(cause, OSError) else cause

    monkeypatch.setattr(urllib.request, "urlopen", fail)
    with pytest.raises(RemoteBroken, match=f"talk.mp4 cannot be fetched: {words}"):
        fetched(server)


def test_a_name_and_password_are_sent_and_never_shown(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    address = server.address.replace("//", "//ann:s%40crt@") + "/a b.mp4?token=t0ps&part=1"
    with local_copy(address, "a.mp4") as copy:
        assert copy.read_bytes() == server.content
    assert server.asked[0]["Authorization"] == "Basic " + base64.b64encode(b"ann:s@crt").decode()
    assert server.asked[0]["path"] == "/a%20b.mp4?token=t0ps&part=1"
    monkeypatch.setattr(Server, "do_GET", lambda self: self.send_error(403, "no"))
    with pytest.raises(RemoteRefused) as refused:
        fetched(server, "/a.mp4?token=t0ps&part=1")
    assert "t0ps" not in str(refused.value) and "part=1" in str(refused.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://h/a.mp4?X-Amz-Signature=1&X-Amz-Date=2&v=7", "https://h/a.mp4?v=7"),
        ("https://h/a.mp4?sv=2024&se=2025&sig=x", "https://h/a.mp4"),
        ("https://h/a.mp4?se=2025", "https://h/a.mp4?se=2025"),
        ("https://h/watch?v=abc&token=1", "https://h/watch?v=abc"),
        ("https://u:p@h:80/a.mp4", "https://h:80/a.mp4"),
        ("https://h/a.mp4?Expires=1&Signature=2&Key-Pair-Id=3", "https://h/a.mp4"),
        ("sftp://u:p@h/a.mp4", "sftp://u@h/a.mp4"),
        ("s3://bucket/a?token=1.mp4", "s3://bucket/a?token=1.mp4"),
    ],
)
def test_what_tells_addresses_apart(url: str, expected: str) -> None:
    assert identity(url) == expected
    assert identity(expected) == expected


@given(st.text("abcdefXYZ0123456789_-", min_size=8, max_size=30))
def test_no_secret_is_in_an_identity(secret: str) -> None:
    for url in (f"https://h/a.mp4?token={secret}", f"https://h/a.mp4?v=1&X-Goog-Signature={secret}", f"https://u:{secret}@h/a"):
        assert secret not in identity(url)
        assert secret not in without_secrets(f"cannot open {url}", url)


@pytest.mark.parametrize(
    ("before", "now", "same"),
    [
        ('"a"\nMon\n5', '"a"\nTue\n', True),
        ('W/"a"\n\n', '"a"\n\n', True),
        ('"a"\nMon\n5', '"b"\nMon\n5', False),
        ("\nMon\n5", "\nTue\n5", False),
        ("\n\n5", "\n\n6", False),
        ("\n\n5", "", True),
        ("", "\n\n5", True),
    ],
)
def test_what_servers_say_of_two_files(before: str, now: str, same: bool) -> None:
    assert same_mark(before, now) is same


def test_a_library_of_addresses(media: Any, server: Any, tmp_path: Path) -> None:
    """Signed anew it is the same video; changed there it is done again; no secret is stored or told."""
    words = (Token(0.2, 0.8, "Good"), Token(0.8, 1.6, " morning."))
    record = Transcript(MediaIdentity("x", 2.0), EngineIdentity("test"), (Segment(0.2, 1.6, "Good morning.", tokens=words),))
    (tmp_path / "stored.json").write_bytes(msgspec.json.encode(record))
    options = LibraryOptions(
        goals=("subtitles",), overrides={"speech.engine": "replay", "speech.transcript": str(tmp_path / "stored.json")}
    )
    server.content = media("tone").read_bytes()
    out = tmp_path / "out"

    def made(token: str) -> list[Outcome]:
        jobs = plan([f"{server.address}/talk.mp4?token={token}"], out, options)
        with catalogue(out) as book:
            return list(run(book.undone(jobs), book, options))

    assert [outcome.error for outcome in made("first-secret")] == [""]
    assert made("second-secret") == []
    server.content, server.tag = media("ten-fps").read_bytes(), '"two"'
    assert [outcome.error for outcome in made("third-secret")] == [""]
    assert made("fourth-secret") == []
    with catalogue(out) as book:
        assert [row.source for row in book.rows()] == [f"{server.address}/talk.mp4"]
    everything = b"".join(path.read_bytes() for path in out.rglob("*") if path.is_file())
    assert b"-secret" not in everything and (out / NAME).is_file()
