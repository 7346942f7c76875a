"""Files of web servers: fetched in one piece however often the line breaks, and told from what they were before.

A download that broke goes on where it stopped (`Range`), unless the file has changed meanwhile (`If-Range`). A server that is
busy says when to come again (`Retry-After`), and is left in peace until then.
"""

from __future__ import annotations

import base64
import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from video_pipeline.core.download import cause
from video_pipeline.core.errors import CannotWrite, PipelineError
from video_pipeline.core.files import reason
from video_pipeline.core.heartbeat import beat
from video_pipeline.library.addresses import identity, without_secrets
from video_pipeline.library.errors import RemoteBroken, RemoteMissing, RemoteRefused, RemoteTooBig, RemoteUnknown, name_only

SILENCE_S = 60.0
"""A server that sends nothing for this long is given up."""
_ASK_S = 15.0
"""The same for a question about a file that is done already, of which there may be thousands."""
_BLOCK_BYTES = 256 << 10
_AT_ONCE = 16
"""Questions to servers at the same time."""
_LONGEST_WAIT_S = 3600.0
"""A server that asks for a longer pause is given up."""
_MOST_PAUSES = 8
"""That one download grants a server."""
_BUSY = (429, 503)
_SAFE = "/%:@!$&'()*+,;=~-._"
"""Characters of an address that stay as they are; people also write spaces and letters of their own."""


def is_web(url: str) -> bool:
    return url.startswith(("http://", "https://"))


@dataclass(slots=True)
class Download:
    """One file on its way here, across several connections."""

    url: str
    part: Path
    most_bytes: int
    mark: str = ""
    """What the server says of the file: see `mark_of`."""
    size: int | None = None
    pauses: int = 0

    def run(self, waits_s: Sequence[float]) -> str:
        """Fetch it whole; gives its mark. `waits_s` are the pauses after connections that brought nothing new.

        Raises:
            RemoteError: it does not exist, is refused, too large, or did not arrive whole. CannotWrite: no room for it.
        """
        best, left = 0, list(waits_s)
        while True:
            try:
                if self._connect():
                    return self.mark
            except RemoteBroken:
                have = self._have()
                if have > best:
                    best, left = have, list(waits_s)
                if not left:
                    raise
                _wait(left.pop(0))

    def _connect(self) -> bool:
        """Whether the file is whole now."""
        start = self._have()
        headers = {"Range": f"bytes={start}-"} if start else {}
        if start and (validator := _validator(self.mark)):
            headers["If-Range"] = validator
        with _answer(self.url, headers, SILENCE_S, self) as answer:
            if answer is None:  # a pause that the server asked for is over
                return False
            is_rest = answer.status == 206 and _range_start(answer.headers) == start and _size(answer) in (None, self.size)
            if start and not is_rest:
                start = 0
                self.part.unlink(missing_ok=True)
                if answer.status == 206:
                    raise RemoteBroken(name_only(self.url), identity(self.url), "the server sent another part than was asked for")
            self.mark, self.size = mark_of(answer.headers, _size(answer)), _size(answer)
            self._check_size(self.size or 0)
            self._take(answer, start)
        arrived = self._have()
        if self.size is not None and arrived != self.size:
            raise RemoteBroken(name_only(self.url), identity(self.url), f"{arrived} of {self.size} bytes came")
        return True

    def _take(self, answer: Any, start: int) -> None:
        count = start
        try:
            with self.part.open("ab" if start else "wb") as file:
                while block := answer.read1(_BLOCK_BYTES):
                    beat()
                    file.write(block)
                    count += len(block)
                    self._check_size(count)
        except OSError as error:
            if isinstance(error, TimeoutError | ConnectionError) or error.errno is None:
                raise
            raise CannotWrite(self.part, reason(error)) from None

    def _check_size(self, count: int) -> None:
        if count > self.most_bytes:
            raise RemoteTooBig(name_only(self.url), identity(self.url), most_bytes=self.most_bytes)

    def _have(self) -> int:
        return self.part.stat().st_size if self.part.is_file() else 0

    def pause(self, asked_for: str) -> bool:
        """Wait as long as a busy server asks for; False where it does not say, or has been granted enough."""
        wait_s = _retry_after_s(asked_for)
        if wait_s is None or wait_s > _LONGEST_WAIT_S or self.pauses >= _MOST_PAUSES:
            return False
        self.pauses += 1
        _wait(wait_s)
        return True


def marks_of(urls: Sequence[str]) -> list[str]:
    """What servers say of files, without fetching them; empty where one does not answer, or says nothing."""
    if not urls:
        return []
    with ThreadPoolExecutor(min(_AT_ONCE, len(urls))) as pool:
        return list(pool.map(_mark_now, urls))


def _mark_now(url: str) -> str:
    try:
        with _answer(url, {}, _ASK_S, None, method="HEAD") as answer:
            return mark_of(answer.headers, _size(answer))
    except PipelineError:
        return ""


def mark_of(headers: Mapping[str, str], size: int | None) -> str:
    """What tells a file from another version of it: entity tag, time and size, one a line. Empty where nothing is known."""
    parts = (headers.get("ETag") or "", headers.get("Last-Modified") or "", "" if size is None else str(size))
    return "\n".join(parts) if any(parts) else ""


def same_mark(before: str, now: str) -> bool:
    """Decided by the best that both know; files of which nothing is known count as unchanged."""
    first, second = before.split("\n"), now.split("\n")
    if len(first) != 3 or len(second) != 3:
        return True
    tags = [tag.removeprefix("W/") for tag in (first[0], second[0])]
    if all(tags):
        return tags[0] == tags[1]
    return all(one == other for one, other in zip(first[1:], second[1:], strict=True) if one and other)


def _validator(mark: str) -> str:
    """For `If-Range`: a strong entity tag, else the time."""
    tag, changed, _ = mark.split("\n") if mark else ("", "", "")
    return tag if tag and not tag.startswith("W/") else changed


def _size(answer: Any) -> int | None:
    whole = answer.headers.get("Content-Range", "").rpartition("/")[2] if answer.status == 206 else None
    text = whole if whole is not None else answer.headers.get("Content-Length", "")
    return int(text) if text.isdigit() else None


def _range_start(headers: Mapping[str, str]) -> int:
    start = headers.get("Content-Range", "").removeprefix("bytes ").partition("-")[0]
    return int(start) if start.isdigit() else -1


def _retry_after_s(value: str) -> float | None:
    """Seconds, or the time of day when to come again."""
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError):
        return None


def _wait(wait_s: float) -> None:
    """A pause that was asked for is no standstill."""
    end_s = time.monotonic() + wait_s
    while (left_s := end_s - time.monotonic()) > 0:
        beat()
        time.sleep(min(1.0, left_s))


@contextmanager
def _answer(
    url: str, headers: Mapping[str, str], limit_s: float, download: Download | None, method: str = "GET"
) -> Iterator[Any]:
    """The answer to a request; None after a pause that the server asked for."""
    words = identity(url)
    try:
        with urllib.request.urlopen(_request(url, headers, method), timeout=limit_s) as answer:
            yield answer
    except urllib.error.HTTPError as error:
        with error:
            if error.code in _BUSY and download is not None and download.pause(error.headers.get("Retry-After", "")):
                yield None
                return
            if error.code == 416 and download is not None:  # it is shorter now
                download.part.unlink(missing_ok=True)
            raise _refusal(url, error.code, str(error.reason)) from None
    except PipelineError:
        raise
    except (OSError, http.client.HTTPException) as error:
        raise RemoteBroken(name_only(url), words, without_secrets(str(cause(error)), url)) from None
    except ValueError as error:
        raise RemoteUnknown(words, without_secrets(str(error), url)) from None


def _refusal(url: str, status: int, why: str) -> PipelineError:
    words = f"HTTP {status} {why}".strip()
    if status in (401, 403, 407):
        return RemoteRefused(name_only(url), identity(url), words)
    if status in (404, 410):
        return RemoteMissing(name_only(url), identity(url))
    return RemoteBroken(name_only(url), identity(url), words)


def _request(url: str, headers: Mapping[str, str], method: str) -> urllib.request.Request:
    """A name and password in the address are sent as HTTP wants them, and to no server that it is sent on to."""
    parts = urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    path, query = quote(parts.path, _SAFE), quote(parts.query, _SAFE + "?")
    host = host if host.isascii() else host.encode("idna").decode()
    plain = urlunsplit(parts._replace(netloc=host, path=path, query=query, fragment=""))
    given = {"Accept-Encoding": "identity", "User-Agent": "video-pipeline", **headers}
    request = urllib.request.Request(plain, headers=given, method=method)
    if user:
        token = base64.b64encode(unquote(user).encode()).decode()
        request.add_unredirected_header("Authorization", f"Basic {token}")
    return request
