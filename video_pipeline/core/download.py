"""Downloads one file over HTTP: resumes what is there, retries what may pass, and names the cause of what fails.

Only the standard library is used: it follows redirects, and `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`.
"""

from __future__ import annotations

import errno
import functools
import http.client
import os
import socket
import ssl
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError

from video_pipeline.core.files import reason as disk_reason
from video_pipeline.core.heartbeat import beat

CONNECT_TIMEOUT_S = 4.0
"""Enough for any working connection, and short enough to wait for where there is no network."""
READ_TIMEOUT_S = 30.0
"""Without any data, after which a connection counts as broken."""
_PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Before the retries that follow each other without any progress; the next failure is final."""
_LONGEST_PAUSE_S = 30.0
"""Most that a server's `Retry-After` is obeyed."""
_BLOCK_BYTES = 256 << 10
_LONGEST_TEXT_BYTES = 8 << 20

_REFUSALS = {
    401: "it refuses access (HTTP 401)",
    403: "it refuses access (HTTP 403)",
    404: "it does not have the file (HTTP 404)",
    407: "the proxy wants a password (HTTP 407)",
    429: "it gets too many requests (HTTP 429)",
}
_PASSING = (408, 425, 429)
"""Refusals that may be over soon, beside all of 500 and more."""
_WEB_PAGE = (b"<!doctype html", b"<html")

OnBytes = Callable[[int], None]
"""Called with the size of the file so far."""


class DownloadFailed(Exception):
    """Why a file did not arrive, in words.

    Args:
        may_pass: trying again may help.
        is_local: this machine is the cause, so no other server would help.
        wait_s: what the server asks to wait before the next attempt.
    """

    def __init__(self, reason: str, *, may_pass: bool = False, is_local: bool = False, wait_s: float = 0.0) -> None:
        super().__init__(reason)
        self.reason, self.may_pass, self.is_local, self.wait_s = reason, may_pass, is_local, wait_s


def check(url: str) -> None:
    """Ask for a file without reading it. Raises DownloadFailed, at the first failure."""
    try:
        with closing(_opened(url, 0)) as answer:
            _check_is_file(answer, answer.read1(len(_WEB_PAGE[0]) + 16))
    except (OSError, http.client.HTTPException) as error:
        raise cause(error) from None


def text_of(url: str) -> bytes:
    """A short answer as a whole, for instance of an API. Raises DownloadFailed, at the first failure."""
    try:
        with closing(_opened(url, 0)) as answer:
            text: bytes = answer.read(_LONGEST_TEXT_BYTES)
            _check_is_file(answer, text)
            return text
    except (OSError, http.client.HTTPException) as error:
        raise cause(error) from None


def download(url: str, path: Path, size_bytes: int | None, on_bytes: OnBytes) -> None:
    """Append to `path` what it lacks of the file at `url`, in as many connections as it takes while there is progress.

    Data is on its way to the disk as soon as it arrives, so a killed process loses none of it. Where a server ignores `Range`,
    the beginning is read again but not written again.

    Args:
        size_bytes: of the whole file; None if unknown.

    Raises:
        DownloadFailed: what has arrived stays in `path`.
    """
    pauses_s = iter(_PAUSES_S)
    while True:
        before = _size(path)
        try:
            _append(url, path, size_bytes, on_bytes)
            return
        except DownloadFailed as error:
            failure = error
        except (OSError, http.client.HTTPException) as error:
            failure = cause(error)
        if _size(path) > before:
            pauses_s = iter(_PAUSES_S)
        pause_s = next(pauses_s, None)
        if not failure.may_pass or pause_s is None:
            raise failure from None
        beat()
        time.sleep(max(pause_s, min(failure.wait_s, _LONGEST_PAUSE_S)))


def cause(error: BaseException) -> DownloadFailed:
    """What a failed request means, in words."""
    if isinstance(error, HTTPError):
        return _refusal(error)
    inner = error.reason if isinstance(error, URLError) and isinstance(error.reason, BaseException) else error
    if isinstance(inner, socket.gaierror):
        return DownloadFailed("its name cannot be resolved, so there may be no network", may_pass=True)
    if isinstance(inner, ssl.SSLCertVerificationError):
        return DownloadFailed(f"its certificate is not trusted: {inner.verify_message}")
    if isinstance(inner, ssl.SSLError) and inner.reason:
        return DownloadFailed(f"a secure connection could not be made ({inner.reason.replace('_', ' ').lower()})", may_pass=True)
    if isinstance(inner, TimeoutError):
        return DownloadFailed("it does not answer", may_pass=True)
    if isinstance(inner, ConnectionRefusedError):
        return DownloadFailed("it refuses the connection", may_pass=True)
    if isinstance(inner, ConnectionError | http.client.HTTPException):
        return DownloadFailed("the connection broke off", may_pass=True)
    if isinstance(inner, OSError) and inner.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN):
        return DownloadFailed("there is no route to it", may_pass=True)
    return DownloadFailed((str(inner).strip().splitlines() or [type(inner).__name__])[0], may_pass=True)


def _refusal(error: HTTPError) -> DownloadFailed:
    wanted = error.headers.get("Retry-After", "") if error.headers else ""
    try:
        phrase = HTTPStatus(error.code).phrase
    except ValueError:
        phrase = "unknown"
    return DownloadFailed(
        _REFUSALS.get(error.code, f"it answers HTTP {error.code} ({phrase})"),
        may_pass=error.code >= HTTPStatus.INTERNAL_SERVER_ERROR or error.code in _PASSING,
        wait_s=float(wanted) if wanted.isdigit() else 0.0,
    )


def _append(url: str, path: Path, size_bytes: int | None, on_bytes: OnBytes) -> None:
    """One connection's worth of `download`."""
    with _on_this_disk():
        file = path.open("ab", buffering=0)
    with file:
        here = file.tell()
        if here and here == size_bytes:
            return
        try:
            answer = _opened(url, here)
        except HTTPError as error:
            if error.code != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                raise
            file.truncate(0)
            raise DownloadFailed("it has another file of that name", may_pass=True) from None
        with closing(answer):
            total = _total_bytes(answer, here)
            if size_bytes is not None and total not in (None, size_bytes):
                raise _not_the_file(answer) or DownloadFailed(f"its file has {total} bytes instead of {size_bytes}")
            for block in _blocks(answer, here if answer.status != HTTPStatus.PARTIAL_CONTENT else 0):
                with _on_this_disk():
                    file.write(block)
                here += len(block)
                on_bytes(here)
        if here < (size_bytes or total or 0):
            raise DownloadFailed("the connection broke off", may_pass=True)
        with _on_this_disk():
            os.fsync(file.fileno())


def _total_bytes(answer: http.client.HTTPResponse, here: int) -> int | None:
    """The size of the whole file, as the server knows it."""
    if answer.status == HTTPStatus.PARTIAL_CONTENT:
        span, _, total = answer.headers.get("Content-Range", "").removeprefix("bytes ").partition("/")
        if span.partition("-")[0] != str(here):
            raise DownloadFailed("it sends another part of the file than was asked for")
        return int(total) if total.isdigit() else None
    length = answer.headers.get("Content-Length", "")
    return int(length) if length.isdigit() else None


def _blocks(answer: http.client.HTTPResponse, skip: int) -> Iterator[bytes]:
    """The data as it arrives, without its first `skip` bytes."""
    is_first = True
    while block := answer.read1(_BLOCK_BYTES):
        if is_first:
            _check_is_file(answer, block)
            is_first = False
        beat()
        if skip < len(block):
            yield block[skip:]
        skip = max(0, skip - len(block))


def _check_is_file(answer: http.client.HTTPResponse, start: bytes) -> None:
    failure = _not_the_file(answer, start)
    if failure:
        raise failure


def _not_the_file(answer: http.client.HTTPResponse, start: bytes = b"") -> DownloadFailed | None:
    """Networks that want a login first answer any request with a page of their own."""
    if answer.headers.get_content_type() == "text/html" or start.lstrip().lower().startswith(_WEB_PAGE):
        return DownloadFailed("it answers with a web page instead of the file; the network may want a login")
    return None


@contextmanager
def _on_this_disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DownloadFailed(disk_reason(error), is_local=True) from None


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _opened(url: str, start: int) -> http.client.HTTPResponse:
    headers = {"User-Agent": "video-pipeline", "Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
    request = urllib.request.Request(url, headers=headers)
    answer: http.client.HTTPResponse = _opener().open(request, timeout=CONNECT_TIMEOUT_S)
    return answer


def _opener() -> urllib.request.OpenerDirector:
    """Made for every request, since the environment may name another proxy."""
    return urllib.request.build_opener(_Plain, _Secure(context=_trust()))


@functools.cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


class _PlainConnection(http.client.HTTPConnection):
    def connect(self) -> None:
        super().connect()
        self.sock.settimeout(READ_TIMEOUT_S)


class _SecureConnection(http.client.HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        self.sock.settimeout(READ_TIMEOUT_S)


class _Plain(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_PlainConnection, req)


class _Secure(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        connection: Any = functools.partial(_SecureConnection, context=_trust())
        return self.do_open(connection, req)
