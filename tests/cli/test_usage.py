"""Files whose names look like flags, and addresses where files are expected."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from video_pipeline.cli.usage import like_files, with_files_marked

CUES = "1\n00:00:01,000 --> 00:00:03,000\nHello there.\n\n"


def test_only_files_that_are_there_are_marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("-lead.srt", "--help.mp4", "-two\nlines.srt"):
        (tmp_path / name).write_text(CUES)
    given = ["qc", "-lead.srt", "--help.mp4", "-two\nlines.srt", "-l", "en", "-absent.srt", "--", "-lead.srt"]
    marked = ["qc", "./-lead.srt", "./--help.mp4", "./-two\nlines.srt", "-l", "en", "-absent.srt", "--", "-lead.srt"]
    assert with_files_marked(given) == marked
    assert like_files(["-absent.srt", "--set=a.srt", "-1.5", "-p", "talk.mp4", "--", "-other.srt"]) == ["-absent.srt"]


def test_a_leading_dash_is_no_flag(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any]) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "-lead.srt").write_text(CUES)
    checked = cli("qc", "-lead.srt")
    assert checked.code == 0 and "-lead.srt: 1 cue" in checked.out


@pytest.mark.parametrize("command", ["qc", "subtitles", "events"])
def test_an_absent_one_is_told_how_to_be_named(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = cli(command, "-lead.mp4")
    assert ran.code == 2 and "./-lead.mp4" in ran.err


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>A talk</title>")

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/watch"
        server.shutdown()


def test_a_page_that_is_no_video_is_named_by_its_address(address: str, tmp_path: Path, cli: Callable[..., Any]) -> None:
    ran = cli("subtitles", address, "--engine", "draft", "--out", tmp_path)
    assert ran.code == 4 and f"{address} is not a video or audio file" in ran.err


def test_nothing_lies_beside_an_address(address: str, tmp_path: Path, cli: Callable[..., Any]) -> None:
    ran = cli("subtitles", address, "--beside", "--out", tmp_path)
    assert ran.code == 2 and f"beside {address}" in ran.err and not any(tmp_path.iterdir())
