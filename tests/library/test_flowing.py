"""A download that flows is never hung, however slow it is; one that stands still is ended."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
import pytest

from video_pipeline.core.heartbeat import beats_to
from video_pipeline.core.transcript import EngineIdentity, MediaIdentity, Segment, Token, Transcript
from video_pipeline.jobs.limits import Pool
from video_pipeline.library.catalogue import catalogue
from video_pipeline.library.plan import plan
from video_pipeline.library.records import Outcome
from video_pipeline.library.remote import local_copy
from video_pipeline.library.runner import LibraryOptions, run

pytest.importorskip("aiohttp")
HANG_S = 8.0
"""Longer than a busy machine needs for any step here but the download."""


@contextmanager
def serving(content: bytes, takes_s: float, stops_at: float = 1.0) -> Iterator[str]:
    """The address of a video that a server sends in small pieces over `takes_s`; it stands still after a share of them."""
    over = threading.Event()

    class Slow(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()

        def do_GET(self) -> None:
            self.do_HEAD()
            pieces = 40
            for number in range(pieces):
                if number >= stops_at * pieces:
                    over.wait(60)
                    return
                start, end = (len(content) * k // pieces for k in (number, number + 1))
                self.wfile.write(content[start:end])
                self.wfile.flush()
                time.sleep(takes_s / pieces)

        def log_message(self, *words: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/talk.mp4"
    finally:
        over.set()
        server.shutdown()
        server.server_close()


@pytest.fixture
def overrides(tmp_path: Path) -> dict[str, Any]:
    words = (Token(0.2, 0.8, "Good"), Token(0.8, 1.6, " morning."))
    record = Transcript(MediaIdentity("x", 2.0), EngineIdentity("test"), (Segment(0.2, 1.6, "Good morning.", tokens=words),))
    (tmp_path / "stored.json").write_bytes(msgspec.json.encode(record))
    return {"speech.engine": "replay", "speech.transcript": str(tmp_path / "stored.json")}


def outcome(url: str, out: Path, overrides: dict[str, Any]) -> Outcome:
    pool = Pool(workers=1, hang_s=HANG_S)
    options = LibraryOptions(executor="processes", goals=("subtitles",), overrides=overrides, pool=pool)
    with catalogue(out) as record:
        (made,) = run(plan([url], out, options), record, options)
    return made


def test_a_slow_download_that_flows_is_not_hung(media: Any, overrides: dict[str, Any], tmp_path: Path) -> None:
    with serving(media("tone").read_bytes(), takes_s=2.5 * HANG_S) as url:
        made = outcome(url, tmp_path / "out", overrides)
    assert (made.error, made.error_type) == ("", "")
    assert made.stages["fetch"] > 1.5 * HANG_S


def test_a_download_that_stands_still_is_ended(media: Any, overrides: dict[str, Any], tmp_path: Path) -> None:
    with serving(media("tone").read_bytes(), takes_s=1.0, stops_at=0.5) as url:
        made = outcome(url, tmp_path / "out", overrides)
    assert made.error_type == "WorkerHung"
    assert f"no progress for {HANG_S:.0f} s" in made.error


def test_every_piece_of_a_download_is_a_sign_of_progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDEO_PIPELINE_SCRATCH", str(tmp_path))
    beats: list[float] = []
    with (
        serving(bytes(100_000), takes_s=1.0) as url,
        beats_to(lambda: beats.append(time.monotonic())),
        local_copy(url, "talk.mp4") as copy,
    ):
        assert copy.read_bytes() == bytes(100_000)
    assert len(beats) >= 20
