"""Webhooks as a way into the server's own network: no address of it is ever spoken to, whatever name points there."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import served
from video_pipeline.web import outside
from video_pipeline.web.errors import Unreachable
from video_pipeline.web.outside import is_public, post, problem_of

PRIVATE = [
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "224.0.0.1",
    "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254",
    "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:80ff:fffe", "2001:db8::1",
]  # fmt: skip


@pytest.fixture
def listener() -> Iterator[tuple[int, list[bytes]]]:
    """A port on this machine that nobody should knock at, and what was said there."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        is_over = threading.Event()

        def work() -> None:
            while not is_over.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                with connection:
                    heard.append(connection.recv(1000))

        thread = threading.Thread(target=work)
        thread.start()
        yield server.getsockname()[1], heard
        is_over.set()
        thread.join()


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_of_the_internet_at_large_is_private(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.215.14", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"])
def test_others_are_not(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://[::1]:{port}/", "http://[::ffff:127.0.0.1]:{port}/",
     "http://0.0.0.0:{port}/", "http://2130706433:{port}/", "http://0x7f000001:{port}/", "http://127.1:{port}/", "http://0177.0.0.1:{port}/",
     "http://LOCALHOST.:{port}/", "http://example.org@127.0.0.1:{port}/", "http://127.0.0.1:{port}\\@example.org/"],
)  # fmt: skip
def test_no_way_of_writing_this_machine_reaches_it(url: str, listener: tuple[int, list[bytes]]) -> None:
    port, heard = listener
    with pytest.raises(Unreachable):
        post(url.format(port=port), b"{}", {})
    assert not heard


def test_a_name_is_judged_by_all_of_its_addresses(monkeypatch: pytest.MonkeyPatch, listener: tuple[int, list[bytes]]) -> None:
    port, heard = listener
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in ("1.1.1.1", "127.0.0.1")]
    monkeypatch.setattr(outside.socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(Unreachable, match="private"):
        post(f"http://two.example:{port}/", b"{}", {})
    assert not heard


def test_a_name_that_points_elsewhere_a_moment_later_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = ["1.1.1.1", "127.0.0.1"]
    asked: list[Any] = []
    connected: list[Any] = []

    def resolve(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers.pop(0), port))]

    def connect(address: Any, **_: Any) -> Any:
        connected.append(address)
        raise OSError

    monkeypatch.setattr(outside.socket, "getaddrinfo", resolve)
    monkeypatch.setattr(outside.socket, "create_connection", connect)
    with pytest.raises(Unreachable):
        post("http://rebinding.example/", b"{}", {})
    assert (asked, connected) == (["rebinding.example"], [("1.1.1.1", 80)])


def test_a_redirect_is_not_followed(listener: tuple[int, list[bytes]]) -> None:
    port, heard = listener
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(10_000)
                connection.sendall(f"HTTP/1.1 307 x\r\nLocation: http://127.0.0.1:{port}/\r\n\r\n".encode())

        thread = threading.Thread(target=answer)
        thread.start()
        assert post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"{}", {}, allow_private=True) == 307
        thread.join()
    assert not heard


@pytest.mark.parametrize("at_once", [b"", b"HTTP/1.1 200 OK\r\n"], ids=["its status", "its headers"])
def test_a_receiver_that_drips_is_left_after_a_while(at_once: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        is_over = threading.Event()

        def drip() -> None:
            connection, _ = server.accept()
            with connection:
                try:
                    connection.sendall(at_once)
                    for letter in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 2000:
                        connection.sendall(bytes([letter]))
                        if is_over.wait(0.05):
                            return
                except OSError:
                    return

        thread = threading.Thread(target=drip)
        thread.start()
        began_s = time.monotonic()
        with pytest.raises(Unreachable):
            post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"{}", {}, allow_private=True, timeout_s=0.5)
        assert time.monotonic() - began_s < 20
        is_over.set()
        thread.join()


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "gopher://example.org/", "http://", "http://a b/", "http://example.org/\r\nX: y", "http://[::1", "http://a:99999/",
     "https://" + "a" * 3000, "http://exämple.org/"],
)  # fmt: skip
def test_what_is_no_address_of_a_receiver(url: str) -> None:
    assert problem_of(url, allow_private=True)


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/latest/meta-data", "http://localhost/", "http://[fd00:ec2::254]/", "javascript:1"]
)
def test_a_request_that_names_one_is_refused_before_its_file_is_looked_at(url: str, tmp_path: Path, tone: Any) -> None:
    with served(tmp_path / "out", webhook_key=b"k" * 32) as client:
        answer = client.post("/api/jobs", files={"file": ("a.wav", tone(1).read_bytes())}, data={"webhook": url})
        assert answer.status_code == 400
        assert client.get("/api/jobs").json() == []
