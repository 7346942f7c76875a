"""A second request is hidden in the body of a first, or a name in front of the server's own."""

from __future__ import annotations

import socket

import pytest

from tests.web.real_server import RealServer

HIDDEN = b"GET /api/jobs HTTP/1.1\r\nHost: localhost\r\n\r\n"


def said(server: RealServer, request: bytes) -> bytes:
    with server.connect() as line:
        line.settimeout(1.5)
        line.sendall(request)
        answer = b""
        try:
            while piece := line.recv(65536):
                answer += piece
        except TimeoutError:
            return answer + b"<still open>"
        except ConnectionResetError:
            pass
        return answer


LENGTHS = [
    b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" % (5 + len(HIDDEN)),
    b"Content-Length: 0\r\nContent-Length: 5\r\n\r\n",
    b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    b"Transfer-Encoding: xchunked\r\n\r\n",
    b"Content-Length : 3\r\n\r\nabc",
    b"Content-Length: +5\r\n\r\nabcde",
    b"Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n",
]


@pytest.mark.parametrize("head", LENGTHS)
def test_one_request_is_answered_and_the_connection_closed(real: RealServer, head: bytes) -> None:
    answer = said(real, b"POST /api/jobs/x/cancel HTTP/1.1\r\nHost: localhost\r\n" + head + HIDDEN)
    assert answer.count(b"HTTP/1.1 ") == 1 and b"HTTP/1.1 400" in answer and b"<still open>" not in answer


NAMES = [
    "evil.example@localhost",
    "localhost@evil.example",
    "localhost/evil.example",
    "localhost#x",
    "localhost?x",
    "localhost:80:80",
]
NAMES += ["localhost.evil.example", "127.0.0.1.evil.example", "127.1", "2130706433", "0x7f.1", "[::1", "[v1.localhost]", ""]


@pytest.mark.parametrize("name", NAMES)
def test_a_host_is_a_name_or_an_address_and_nothing_else(real: RealServer, name: str) -> None:
    answer = said(real, f"GET /api/jobs/x HTTP/1.1\r\nHost: {name}\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 403")


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST.", "localhost:1", "127.0.0.1", "[::1]:80", socket.gethostname()])
def test_its_own_names_are_known(real: RealServer, name: str) -> None:
    assert said(real, f"GET /api/jobs/x HTTP/1.1\r\nHost: {name}\r\n\r\n".encode()).startswith(b"HTTP/1.1 404")
