"""A server of our own that plays an OpenAI-compatible endpoint, well or badly."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Row = dict[str, Any]
Play = Callable[["Endpoint", list[Row], dict[str, Any]], str]
"""From the sentences that are asked for, and the whole request, to the text of the answer."""
WORDS = {
    "en": "so we will see what this one is about and then you can tell me more of it".split(),
    "de": "dann werden wir sehen was das hier ist und du kannst mir mehr davon sagen".split(),
    "fr": "alors nous allons voir ce que c'est et tu peux me dire la suite de cela".split(),
    "ja": list("これはとても良いことですからみんなでゆっくり考えてみましょうね"),
    "zh": list("我们一起看看这件事情到底是怎么回事然后再慢慢地说给大家听吧"),
    "ko": "우리는 이것이 무엇인지 함께 보고 나서 천천히 이야기해 봅시다".split(),
}
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def made(row: Row, language: str, ratio: float = 1.0) -> str:
    """A text in a language that says about as much as the sentence, and keeps its numbers: always the same for the same text."""
    text = row["text"]
    size = len(text) + 1.6 * len(_WIDE.findall(text))
    most = row.get("max_characters") if row.get("too_long") else None
    spaceless = language in ("ja", "zh")
    wanted = size * ratio / (2.6 if spaceless else 1.0)
    wanted = min(wanted, most) if most else wanted
    words, out = WORDS[language], []
    number = sum(map(ord, text))
    glue = "" if spaceless else " "
    numbers = [number for number in re.findall(r"\d+(?:[.,]\d+)*", text) if len(re.sub(r"\D", "", number)) >= 3]
    numbers = ["、".join(numbers)] if numbers and spaceless else numbers
    while not out or len(glue.join([*out, *numbers])) < max(2, wanted - 3):
        out.append(words[number % len(words)])
        number += 1
    return (glue.join([*out, *numbers]) or words[0]).strip() + ("。" if spaceless else ".")


def right(endpoint: Endpoint, rows: list[Row], request: dict[str, Any]) -> str:
    return answer(rows, lambda row: made(row, endpoint.language, endpoint.ratio))


def answer(rows: list[Row], text: Callable[[Row], str]) -> str:
    return json.dumps({"translations": [{"id": row["id"], "text": text(row)} for row in rows]}, ensure_ascii=False)


@dataclass
class Endpoint:
    """How the server plays, and what it saw."""

    play: Play = right
    language: str = "en"
    ratio: float = 1.0
    busy: int = 0
    """How many requests are answered with 429 first."""
    retry_after: str = "0"
    wait_s: float = 0.0
    streams: bool = True
    status: int = 200
    error: str = ""
    rejects: tuple[str, ...] = ()
    """Parameters that it does not know."""
    breaks_off: int = 0
    """Streams that end in the middle."""
    survey: dict[str, Any] = field(default_factory=dict)
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""
    die_after: int = 0
    """Requests after which it only fails; 0 for never."""

    @property
    def asked(self) -> list[list[Row]]:
        """The sentences of each request for a translation."""
        return [json.loads(one["messages"][-1]["content"])["sentences"] for one in self.requests if not is_survey(one)]

    @property
    def sentences(self) -> list[str]:
        """All texts that were asked for, in order."""
        return [row["text"] for rows in self.asked for row in rows]

    @property
    def surveys(self) -> int:
        return sum(map(is_survey, self.requests))

    def reply(self, request: dict[str, Any]) -> str:
        if is_survey(request):
            return json.dumps(self.survey, ensure_ascii=False)
        return self.play(self, json.loads(request["messages"][-1]["content"])["sentences"], request)


def is_survey(request: dict[str, Any]) -> bool:
    return "sentences" not in json.loads(request["messages"][-1]["content"])


@contextmanager
def served(endpoint: Endpoint) -> Iterator[Endpoint]:
    """The endpoint on a free port of 127.0.0.1."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *words: Any) -> None:
            pass

        def do_GET(self) -> None:
            endpoint.headers.append(dict(self.headers))
            self._send(200, json.dumps({"object": "list", "data": [{"id": "test-model"}]}))

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            endpoint.headers.append(dict(self.headers))
            if endpoint.busy:
                endpoint.busy -= 1
                return self._send(429, '{"error": {"message": "slow down"}}', {"Retry-After": endpoint.retry_after})
            if endpoint.status != 200:
                return self._send(endpoint.status, json.dumps({"error": {"message": endpoint.error}}))
            if unknown := [name for name in endpoint.rejects if name in request]:
                return self._send(400, json.dumps({"error": {"message": f"unknown parameter {unknown[0]}"}}))
            endpoint.requests.append(request)
            if endpoint.die_after and len(endpoint.requests) > endpoint.die_after:
                return self._send(500, '{"error": {"message": "out of memory"}}')
            time.sleep(endpoint.wait_s)
            text = endpoint.reply(request)
            if endpoint.streams and request.get("stream"):
                return self._stream(text)
            usage = {"prompt_tokens": 100, "completion_tokens": 50}
            choice = {"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
            return self._send(200, json.dumps({"choices": [choice], "usage": usage}))

        def _send(self, status: int, text: str, more: dict[str, str] | None = None) -> None:
            content = text.encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", "Content-Length": str(len(content)), **(more or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def _stream(self, text: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            step = max(1, len(text) // 5)
            parts = [text[at : at + step] for at in range(0, len(text), step)]
            if endpoint.breaks_off:
                endpoint.breaks_off -= 1
                parts, last = parts[: len(parts) // 2], False
            else:
                last = True
            for part in parts:
                self._event({"choices": [{"delta": {"content": part}}]})
            if last:
                self._event({"choices": [{"delta": {}, "finish_reason": "stop"}]})
                self._event({"choices": [], "usage": {"prompt_tokens": 100, "completion_tokens": 50}})
                self.wfile.write(b"data: [DONE]\n\n")
            self.close_connection = True

        def _event(self, data: dict[str, Any]) -> None:
            self.wfile.write(f"data: {json.dumps(data, ensure_ascii=False)}\n\n".encode())

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *where: Any) -> None:
            """A client that does not wait to the end is no error here."""

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    endpoint.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
