"""Servers that answer with bytes that are no answer: cut in the middle, no UTF-8, web pages, without end."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from video_pipeline.translate.chat import Chat, Endpoint
from video_pipeline.translate.errors import TranslatorFailed

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
WHOLE = json.dumps({"choices": [{"message": {"content": "Grüße"}, "finish_reason": "stop"}]}, ensure_ascii=False).encode()
EVENT = b'data: {"choices": [{"delta": {"content": "Gr\xc3\xbc\xc3\x9fe"}, "finish_reason": "stop"}]}\n\n'
GOOD = HEAD + b"Content-Length: %d\r\n\r\n" % len(WHOLE) + WHOLE


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


BAD = {
    "a chunk that is cut": STREAM + b"Transfer-Encoding: chunked\r\n\r\n" + b"ff\r\n" + EVENT[:20],
    "a stream that is cut inside a letter": STREAM + b"\r\n" + EVENT[: EVENT.index(b"\xbc")],
    "fewer bytes than promised": HEAD + b"Content-Length: 9000\r\n\r\n" + WHOLE[:-9],
    "no UTF-8": HEAD + b"\r\n" + WHOLE.replace("ß".encode(), b"\xc3"),
    "no UTF-8 in a stream": STREAM + b"\r\n" + EVENT.replace(b"\xc3\x9f", b"\xff"),
    "half a pair of surrogates": HEAD + b"\r\n" + WHOLE.replace("ß".encode(), b"\\ud83d"),
    "a web page": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<!doctype html><title>Log in</title>",
    "a web page as a stream": STREAM + b"\r\n<!doctype html><title>Log in</title>\n",
    "no HTTP": b"\x00\x01hello\r\n\r\n",
    "nothing": b"",
    "JSON without end": HEAD + b"\r\n" + b"[" * 200_000,
    "another form": HEAD + b'\r\n{"choices": {"message": 5}, "usage": [1]}',
}


@contextmanager
def answering(*answers: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A server that gives these answers one after the other, the last one from then on; its address, and what it was sent."""
    server, seen = socket.create_server(("127.0.0.1", 0)), []

    def run() -> None:
        left = list(answers)
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                seen.append(connection.recv(1 << 16))
                connection.sendall(left.pop(0) if len(left) > 1 else left[0])

    threading.Thread(target=run, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/v1", seen
    finally:
        server.close()


def asked(url: str) -> str:
    return Chat(Endpoint(url=url, timeout_s=5.0, patience_s=5.0)).ask("model", [{"role": "user", "content": "Hi"}], {}).text


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("video_pipeline.translate.chat._FIRST_WAIT_S", 0.01)


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_bad_answer_is_asked_for_again_and_a_server_that_stays_bad_given_up(bad: bytes) -> None:
    with answering(bad, GOOD) as (url, seen):
        assert asked(url) in ("Grüße", "") and len(seen) <= 2
    with answering(bad) as (url, seen):
        try:
            assert asked(url) == ""  # an answer without words, which counts as none
        except TranslatorFailed as failed:
            assert "does not answer" in str(failed) and len(str(failed)) < 400
        assert len(seen) <= 4


def test_chunks_may_end_inside_a_letter() -> None:
    at = EVENT.index(b"\xbc")
    whole: Any = STREAM + b"Transfer-Encoding: chunked\r\n\r\n" + chunk(EVENT[:at]) + chunk(EVENT[at:]) + chunk(b"")
    with answering(whole) as (url, _):
        assert asked(url) == "Grüße"


@pytest.mark.parametrize("head", [STREAM, HEAD], ids=["comments", "spaces"])
def test_one_that_only_says_that_it_is_alive_is_waited_for_as_long_as_a_busy_one(head: bytes) -> None:
    server, done = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def run() -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(1 << 16)
            connection.sendall(head + b"\r\n")
            while not done.wait(0.05):
                connection.sendall(b": working\n\n" if head is STREAM else b" ")

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    endpoint = Endpoint(url=f"http://127.0.0.1:{server.getsockname()[1]}/v1", timeout_s=0.5, patience_s=0.8)
    with pytest.raises(TranslatorFailed, match=r"did not come or end in 0\.8 s"):
        Chat(endpoint).ask("model", [{"role": "user", "content": "Hi"}], {})
    done.set()
    thread.join(5)
    server.close()
