"""One chat request over HTTP, with the standard library: waits for busy servers, reads streams, never shows the key.

What a server does not know of the request (a form for the answer, a limit of tokens) is left out from then on. Redirects are not
followed: they would carry the key elsewhere.
"""

from __future__ import annotations

import contextlib
import email.utils
import http.client
import os
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec

from video_pipeline.core.heartbeat import beat
from video_pipeline.core.printable import one_line
from video_pipeline.translate.base import TranslationOptions
from video_pipeline.translate.errors import TranslatorFailed, TranslatorRefused, TranslatorUnavailable
from video_pipeline.translate.scripts import tokens_in

T = TypeVar("T")
KEY = "VIDEO_PIPELINE_TRANSLATOR_KEY"
"""Name of the variable with the key, for any server."""
OPENAI_KEY = "OPENAI_API_KEY"
"""The same for OpenAI's own server, and sent to no other."""
_OPENAI_HOST = "api.openai.com"
_NAME = "openai"
_MOST_BYTES = 8 << 20
"""Of one answer."""
_BOM = b"\xef\xbb\xbf"
_MOST_TOKENS = 1 << 40
"""Of one answer; a server that counts more does not count."""
_BUSY = (429, 503, 529)
_BROKEN = (408, 409, 425, 500, 502, 504)
_TRIES = 4
"""Requests that break are sent again this often."""
_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 30.0
"""Between two tries where the server does not say how long."""
_BEAT_S = 1.0
_OPTIONAL = ("response_format", "stream_options", "max_tokens", "temperature", "stream")
_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a server is, and how long it is waited for."""

    url: str
    timeout_s: float
    patience_s: float

    @classmethod
    def of(cls, options: TranslationOptions) -> Endpoint:
        return cls(url=options.url.rstrip("/"), timeout_s=options.timeout_s, patience_s=options.patience_s)

    def key(self) -> str:
        """From the environment, when it is needed; kept nowhere."""
        own = os.environ.get(KEY, "")
        return own or (os.environ.get(OPENAI_KEY, "") if urlsplit(self.url).hostname == _OPENAI_HOST else "")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model said. Tokens are counted by the server, or estimated."""

    text: str
    tokens_in: int
    tokens_out: int
    is_cut: bool = False
    """It reached the limit of tokens."""


class Chat:
    """Requests to one server, from any number of threads."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._unknown: set[str] = set()
        """Parameters that this server does not take."""
        local = urlsplit(endpoint.url).hostname in _LOCAL
        proxies = [urllib.request.ProxyHandler({})] if local else []
        self._opener = urllib.request.build_opener(_NoRedirects(), *proxies)

    def models(self) -> list[str]:
        """Names of the server's models. Raises TranslatorFailed, TranslatorRefused."""
        value = self._tried("models", None, lambda response: _json(response.read(_MOST_BYTES)))
        rows = value.get("data", ()) if isinstance(value, dict) else ()
        return [row["id"] for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str)]

    def ask(self, model: str, messages: Sequence[Mapping[str, str]], form: Mapping[str, Any]) -> Reply:
        """One answer. Raises TranslatorFailed, TranslatorRefused, TranslatorUnavailable."""
        whole = {"model": model, "messages": messages, **form, "stream": True, "stream_options": {"include_usage": True}}
        reply = self._tried("chat/completions", whole, self._read)
        if reply.is_cut and not reply.text.strip():  # a model that thinks first used its tokens up for that
            reply = self._tried("chat/completions", {**whole, "max_tokens": 8 * int(whole.get("max_tokens", 1000))}, self._read)
        if reply.tokens_in:
            return reply
        sent = sum(tokens_in(message["content"]) for message in messages)
        return replace(reply, tokens_in=sent, tokens_out=tokens_in(reply.text))

    def _tried(self, place: str, body: Mapping[str, Any] | None, read: Callable[[http.client.HTTPResponse], T]) -> T:
        """Sends again what broke, without parameters that are not known there."""
        wait_s, tries = _FIRST_WAIT_S, 0
        while True:
            known = {name: value for name, value in body.items() if name not in self._unknown} if body is not None else None
            try:
                with self._sent(place, known) as response:
                    return read(response)
            except _NotTaken as error:
                if not self._learns(error.words, known or {}):
                    raise TranslatorFailed(_NAME, self._safe(f"{error.status} {error.words}")) from None
            except _Broken as error:
                tries += 1
                if tries >= _TRIES:
                    raise TranslatorFailed(_NAME, self._safe(str(error))) from None
                _wait(wait_s)
                wait_s = min(2 * wait_s, _LONGEST_WAIT_S)

    def _read(self, response: http.client.HTTPResponse) -> Reply:
        """A stream of events, or a whole answer. Raises _Broken where it ends too early, TranslatorFailed where it never does."""
        longest_s = max(self._endpoint.timeout_s, self._endpoint.patience_s)
        try:
            if "event-stream" in response.headers.get("Content-Type", ""):
                return _streamed(response, longest_s)
            content = _whole(response, longest_s).removeprefix(_BOM)
            if content.lstrip().startswith(b"data:"):  # a stream under another name
                return _streamed(content.splitlines(), longest_s)
            return _reply([_json(content)])
        except (OSError, http.client.HTTPException) as error:
            raise _Broken(str(error) or type(error).__name__) from None

    def _learns(self, words: str, sent: Mapping[str, Any]) -> bool:
        """Whether a request that was not taken may be, with fewer parameters."""
        optional = [name for name in _OPTIONAL if name in sent]
        named = [name for name in optional if name in words] or optional[:1]
        self._unknown.update(named)
        return bool(named)

    @contextlib.contextmanager
    def _sent(self, place: str, body: Mapping[str, Any] | None) -> Iterator[http.client.HTTPResponse]:
        """The open response of a request; a busy server is waited for."""
        waited_s, wait_s = 0.0, _FIRST_WAIT_S
        with _beating():
            while True:
                try:
                    with self._opener.open(self._request(place, body), timeout=self._endpoint.timeout_s) as response:
                        yield response
                        return
                except urllib.error.HTTPError as error:
                    pause_s = self._pause_s(error, wait_s)
                    if pause_s is None or waited_s + pause_s > self._endpoint.patience_s:
                        self._give_up(error)
                except (OSError, http.client.HTTPException) as error:
                    raise _Broken(_reason(error, self._endpoint)) from None
                _wait(pause_s or 0.0)
                waited_s, wait_s = waited_s + (pause_s or 0.0), min(2 * wait_s, _LONGEST_WAIT_S)

    def _request(self, place: str, body: Mapping[str, Any] | None) -> urllib.request.Request:
        headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
        if key := self._endpoint.key():
            headers["Authorization"] = f"Bearer {key}"
        parts = urlsplit(self._endpoint.url)  # with what a person asks in it, such as Azure's api-version
        url = parts._replace(path=f"{parts.path.rstrip('/')}/{place}").geturl()
        return urllib.request.Request(url, msgspec.json.encode(body) if body is not None else None, headers)

    def _pause_s(self, error: urllib.error.HTTPError, usual_s: float) -> float | None:
        """How long a busy server asks to be left alone; None for all other answers."""
        if error.code not in _BUSY:
            return None
        asked = error.headers.get("Retry-After", "")
        if asked.strip().replace(".", "", 1).isdecimal():
            return float(asked)
        try:
            return max(0.0, email.utils.parsedate_to_datetime(asked).timestamp() - time.time())
        except (ValueError, OverflowError):  # no date
            return usual_s

    def _give_up(self, error: urllib.error.HTTPError) -> None:
        """Raises what an error status stands for."""
        words = self._safe(_words(error))
        if error.code in (401, 403):
            raise TranslatorRefused(_NAME, f"{error.code} {words}") from None
        if error.code == 404:
            raise TranslatorUnavailable(_NAME, f"404 {words}") from None
        if error.code in (400, 422):
            raise _NotTaken(error.code, words) from None
        if error.code in _BROKEN:
            raise _Broken(f"{error.code} {words}") from None
        raise TranslatorFailed(_NAME, f"{error.code} {words}") from None

    def _safe(self, words: str) -> str:
        """Without the key, which servers like to repeat."""
        key = self._endpoint.key()
        return words.replace(key, "***") if key else words


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **more: Any) -> None:
        return None


class _NotTaken(Exception):
    """The server says that the request is wrong."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status, self.words = status, words


class _Broken(Exception):
    """It may work the next time."""


def _whole(response: http.client.HTTPResponse, longest_s: float) -> bytes:
    """What comes in `longest_s`, at most `_MOST_BYTES`. Raises TranslatorFailed where more is still coming then."""
    until_s, content = time.monotonic() + longest_s, bytearray()
    while len(content) < _MOST_BYTES and (part := response.read1(_MOST_BYTES - len(content))):
        _check_patience(until_s, longest_s)
        content += part
    return bytes(content)


def _check_patience(until_s: float, longest_s: float) -> None:
    """A server that only says that it is alive is waited for as long as a busy one."""
    if time.monotonic() > until_s:
        raise TranslatorFailed(_NAME, f"its answer did not come or end in {longest_s:g} s")


def _streamed(response: Iterable[bytes], longest_s: float) -> Reply:
    chunks: list[Any] = []
    size, until_s = 0, time.monotonic() + longest_s
    for line in response:
        size += len(line)
        _check_patience(until_s, longest_s)
        if size > _MOST_BYTES:
            break
        data = line.strip().removeprefix(b"data:").strip()
        if not line.startswith((b"data:", b"{")) or not data:  # some send a whole answer without an event
            continue
        if data == b"[DONE]":
            return _reply(chunks)
        chunks.append(_json(data))
        until_s = time.monotonic() + longest_s
    reply = _reply(chunks)
    if not _is_finished(chunks):
        raise _Broken("the answer broke off")
    return reply


def _is_finished(chunks: Sequence[Any]) -> bool:
    return any(choice.get("finish_reason") for chunk in chunks for choice in _choices(chunk))


def _reply(chunks: Sequence[Any]) -> Reply:
    text: list[str] = []
    usage: dict[str, Any] = {}
    cut = False
    for chunk in chunks:
        if isinstance(chunk, dict) and isinstance(chunk.get("error"), dict | str):
            raise _Broken(_told(chunk["error"]))
        for choice in _choices(chunk):
            text += _said(choice)
            cut = cut or choice.get("finish_reason") == "length"
        found = chunk.get("usage") if isinstance(chunk, dict) else None
        usage = found if isinstance(found, dict) else usage
    counts = [usage.get(name) for name in ("prompt_tokens", "completion_tokens")]
    sent, received = (count if isinstance(count, int) and 0 <= count < _MOST_TOKENS else 0 for count in counts)
    return Reply("".join(text), sent, received, cut)


def _said(choice: Mapping[str, Any]) -> Iterator[str]:
    """The text of a choice, whole or a piece of a stream; some servers send it in parts, or as what a function is called with."""
    said = choice.get("delta") or choice.get("message") or {}
    if not isinstance(said, dict):
        return
    content = said.get("content")
    for part in content if isinstance(content, list) else [content]:
        text = part.get("text") if isinstance(part, dict) else part
        yield text if isinstance(text, str) else ""
    if isinstance(content, dict):
        yield msgspec.json.encode(content).decode()
    calls = said.get("tool_calls")
    for call in calls if isinstance(calls, list) else ():
        function = call.get("function") if isinstance(call, dict) else None
        words = function.get("arguments") if isinstance(function, dict) else None
        yield words if isinstance(words, str) else ""


def _choices(chunk: Any) -> list[dict[str, Any]]:
    rows = chunk.get("choices") if isinstance(chunk, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _json(content: bytes) -> Any:
    """Raises _Broken."""
    try:
        return msgspec.json.decode(content)
    except (ValueError, RecursionError):
        raise _Broken(f"it answers {content[:80]!r}, which is no JSON") from None


def _words(error: urllib.error.HTTPError) -> str:
    """What a server says is wrong, in one line."""
    with contextlib.suppress(OSError, http.client.HTTPException):
        content = error.read(1 << 16)
        with contextlib.suppress(ValueError):
            value = msgspec.json.decode(content)
            return _told(value.get("error", value) if isinstance(value, dict) else value)
        if content.strip():
            return _told(content.decode("utf-8", "replace"))
    return str(error.reason)


def _told(error: Any) -> str:
    """What a server says of an error, as a terminal may show it."""
    words = error.get("message", error) if isinstance(error, dict) else error
    return one_line(" ".join(str(words).split()))[:300]


def _reason(error: Exception, endpoint: Endpoint) -> str:
    cause = getattr(error, "reason", error)
    if isinstance(cause, TimeoutError):
        return f"nothing came from {endpoint.url} for {endpoint.timeout_s:g} s"
    return f"{endpoint.url}: {getattr(cause, 'strerror', None) or cause or type(cause).__name__}"


def _wait(seconds: float) -> None:
    until_s = time.monotonic() + seconds
    while (left_s := until_s - time.monotonic()) > 0:
        beat()
        time.sleep(min(_BEAT_S, left_s))


@contextlib.contextmanager
def _beating() -> Iterator[None]:
    """Reports that this process lives while it waits for a server, which has a time limit of its own."""
    over = threading.Event()

    def run() -> None:
        while not over.wait(_BEAT_S):
            beat()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
