"""A hub of models on 127.0.0.1 that can misbehave, and counts what it serves. It knows the addresses of both real hubs."""

from __future__ import annotations

import hashlib
import json
import random
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from video_pipeline.core import hub_cache
from video_pipeline.speech.sensevoice import hubs

_BLOCK_BYTES = 16 << 10
LOGIN_PAGE = b"<!DOCTYPE html><html><body>Please log in to the guest network</body></html>"


@dataclass(kw_only=True)
class FakeHub:
    """What it serves and how it fails."""

    files: dict[str, bytes]
    ranges: bool = True
    """Whether it obeys `Range`."""
    breaks: list[int] = field(default_factory=list)
    """Bytes after which it closes the next connections, one number for each answer with the weights."""
    weights: tuple[str, ...] = (hubs.WEIGHTS, "model.bin")
    break_chance: float = 0.0
    """Of closing the connection after a block."""
    bytes_per_s: float = 0.0
    """0: as fast as it can."""
    status: int = 200
    """Another than 200 is its answer to every request for a file of `failing`."""
    login_page: bool = False
    """Answers a web page with status 200 instead of a file of `failing`."""
    page_type: str = "text/html; charset=utf-8"
    failing: tuple[str, ...] = hubs.FILES
    fails_left: int = 1_000_000
    """Failing answers before it works."""
    silent: bool = False
    """Accepts connections and says nothing."""
    served: dict[str, int] = field(default_factory=dict)
    """Bytes of each file that went out."""
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    """Path, file and `Range` of each request."""
    port: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def served_bytes(self) -> int:
        return sum(self.served.values())

    def count(self, file: str) -> int:
        """Requests for a file."""
        return sum(name == file for _, name, _ in self.asked)

    @contextmanager
    def running(self) -> Iterator[FakeHub]:
        hub, lock = self, Lock()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hub._answer(self, lock)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        server.daemon_threads = True
        self.port = server.server_address[1]
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()

    def _answer(self, request: BaseHTTPRequestHandler, lock: Lock) -> None:
        place = urlsplit(request.path)
        name = parse_qs(place.query).get("FilePath", [place.path.rsplit("/", 1)[-1]])[0]
        asked = request.headers.get("Range", "")
        with lock:
            self.asked.append((request.path, name, asked))
            is_failing = name in self.failing and self.fails_left > 0 and (self.status != 200 or self.login_page)
            self.fails_left -= is_failing
        if self.silent:
            time.sleep(60)
        if is_failing:
            self._fail(request)
            return
        start = int(found[1]) if self.ranges and (found := re.match(r"bytes=(\d+)-", asked)) else None
        data = self.files[name]
        if start is not None and start >= len(data):
            self._head(request, 416, "text/plain", 0)
            return
        if start is None:
            self._head(request, 200, "application/octet-stream", len(data))
        else:
            span = f"bytes {start}-{len(data) - 1}/{len(data)}"
            self._head(request, 206, "application/octet-stream", len(data) - start, span)
        most = self.breaks.pop(0) if name in self.weights and self.breaks else None
        self._send(request, name, data[start or 0 :], most, lock)

    def _send(self, request: BaseHTTPRequestHandler, name: str, data: bytes, most: int | None, lock: Lock) -> None:
        for start in range(0, len(data), _BLOCK_BYTES):
            if most is not None and start >= most:
                break
            block = data[start : start + _BLOCK_BYTES]
            try:
                request.wfile.write(block)
            except OSError:
                return
            with lock:
                self.served[name] = self.served.get(name, 0) + len(block)
            if self.bytes_per_s:
                time.sleep(len(block) / self.bytes_per_s)
            if random.random() < self.break_chance:
                break
        request.close_connection = True

    def _fail(self, request: BaseHTTPRequestHandler) -> None:
        if self.login_page:
            self._head(request, 200, self.page_type, len(LOGIN_PAGE))
            request.wfile.write(LOGIN_PAGE)
        else:
            self._head(request, self.status, "text/plain", 0)

    def _head(self, request: BaseHTTPRequestHandler, status: int, kind: str, size: int, span: str = "") -> None:
        request.send_response(status)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(size))
        if span:
            request.send_header("Content-Range", span)
        if status == 429:
            request.send_header("Retry-After", "0")
        request.end_headers()


WHISPER_FILES = {
    "config.json": b"{}",
    "tokenizer.json": b"[1]" * 50,
    "vocabulary.txt": b"words\n" * 90,
    "model.bin": random.Random(2).randbytes(2_000_000),
}
"""Of a Whisper, as far as fetching is concerned."""


def whisper_description(sha256: str = hashlib.sha256(WHISPER_FILES["model.bin"]).hexdigest(), **more: Any) -> bytes:
    """What Hugging Face says of a repository with these files; serve it under the repository's own name."""
    files: list[dict[str, Any]] = [{"rfilename": name, "size": len(data)} for name, data in WHISPER_FILES.items()]
    files[-1]["lfs"] = {"sha256": sha256, "size": files[-1]["size"], "pointerSize": 135}
    return json.dumps({"id": "x", "sha": "abc123", "siblings": [*files, {"rfilename": "README.md", "size": 3}], **more}).encode()


def publish(files: dict[str, bytes], patch: pytest.MonkeyPatch) -> None:
    """Make these files the published ones."""
    patch.setattr(hubs, "PUBLISHED_BYTES", {name: len(data) for name, data in files.items()})
    patch.setattr(hubs, "PUBLISHED_SHA256", {name: hashlib.sha256(data).hexdigest() for name, data in files.items()})


def point_at(address: str, patch: pytest.MonkeyPatch, *others: str) -> None:
    """Send both hubs to this address, or ModelScope to another; the network is allowed."""
    for name in (hub_cache.OFFLINE, "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "MODELSCOPE_DOMAIN", "http_proxy", "HTTP_PROXY"):
        patch.delenv(name, raising=False)
    patch.setenv("HF_ENDPOINT", address)
    patch.setenv("MODELSCOPE_ENDPOINT", others[0] if others else address)
    patch.setenv("NO_PROXY", "127.0.0.1")


def folder_files(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in hubs.FILES}


def closed_address() -> str:
    """Where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"
