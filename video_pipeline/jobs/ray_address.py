"""Whether a Ray cluster answers at an address: found out in seconds, where Ray itself tries for many minutes.

A cluster speaks gRPC, so HTTP/2 (RFC 9113): whoever sends the preface of that gets the server's SETTINGS frame at once.
"""

from __future__ import annotations

import os
import socket
import time

ANSWER_S = 10.0
"""For connecting and for the first frame together."""
CLIENT = "ray://"
_NOT_THERE = ("auto", "local")
"""Words in place of an address: the cluster of this machine, or a new one."""
_PORT = 6379
_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_SETTINGS = b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"
"""A frame without a body, of type 4, on stream 0."""
_HEADER_BYTES = 9
_TYPE = 3
"""Place of a frame's type in its header."""


def why_silent(address: str, limit_s: float = ANSWER_S) -> str:
    """Empty where a cluster answers, or where that cannot be asked; else what happens there instead."""
    if address in _NOT_THERE:
        return ""
    host, port = _parts(address)
    if port < 0:
        return "this is no address: HOST:PORT, or ray://HOST:PORT"
    end_s = time.monotonic() + limit_s
    try:
        with socket.create_connection((host, port), timeout=limit_s) as line:
            if os.environ.get("RAY_USE_TLS", "0") not in ("", "0"):
                return ""  # the preface would have to be encrypted
            line.sendall(_PREFACE + _SETTINGS)
            header = b""
            while len(header) < _HEADER_BYTES:
                line.settimeout(max(0.1, end_s - time.monotonic()))
                if not (more := line.recv(_HEADER_BYTES - len(header))):
                    break
                header += more
    except TimeoutError:
        return f"nothing answers there within {limit_s:.0f} s"
    except OSError as error:
        return error.strerror or str(error)
    is_settings = len(header) == _HEADER_BYTES and header[_TYPE] == _SETTINGS[_TYPE]
    return "" if is_settings else "what answers there is no Ray cluster"


def _parts(address: str) -> tuple[str, int]:
    """Host and port; a negative port where there is none."""
    host, found, port = address.removeprefix(CLIENT).partition("?")[0].rstrip("/").rpartition(":")
    if not found:
        return port, _PORT if port else -1
    return host.strip("[]"), int(port) if port.isdigit() and host else -1
