"""A library in other languages: every video's files, nothing translated twice after a kill, search in all languages."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.translate.endpoint import Endpoint, Row, answer, made, served

ROOT = Path(__file__).parents[2]
SENTENCES = 13
"""Of the sample's transcript."""
SOME_FAILED = 11


def in_the_language_asked_for(endpoint: Endpoint, rows: list[Row], request: dict[str, Any]) -> str:
    return answer(rows, lambda row: made(row, language_of(request)))


def language_of(request: dict[str, Any]) -> str:
    return "ja" if "into Japanese" in request["messages"][0]["content"] else "de"


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with served(Endpoint(play=in_the_language_asked_for)) as one:
        yield one


def command(endpoint: Endpoint, videos: Path, out: Path) -> list[str]:
    stored = ROOT / "examples" / "sample.transcript.json"
    words = ["library", "run", str(videos), "-o", str(out), "--executor", "processes", "--engine", "replay", "--formats", "srt"]
    words += ["--set", f"speech.transcript={str(stored)!r}", "--set", "speech.other_video=true"]
    words += ["--translate", "en,de,ja", "--translator-url", endpoint.url, "--set", "translation.window=3", "-q"]
    return [sys.executable, "-c", "from video_pipeline.cli import main; main()", *words]


def ran(line: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(line, env=environment(), capture_output=True, text=True, check=False)


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def library(*words: str) -> str:
    return ran([sys.executable, "-c", "from video_pipeline.cli import main; main()", "library", *words]).stdout


def asked(endpoint: Endpoint) -> Counter[tuple[str, str]]:
    """How often each sentence was asked for in each language, not counting shorter texts."""
    found: Counter[tuple[str, str]] = Counter()
    for request in endpoint.requests:
        material = json.loads(request["messages"][-1]["content"])
        rows = [row for row in material.get("sentences", ()) if "too_long" not in row]
        found.update((language_of(request), row["text"]) for row in rows)
    return found


def kept(out: Path) -> int:
    """Sentences whose translations are on the disk."""
    return sum(len(path.read_bytes().splitlines()) for path in out.glob("*/.translations.jsonl"))


def test_a_library_that_is_killed_translates_nothing_twice(endpoint: Endpoint, media: Any, tmp_path: Path) -> None:
    videos, out = tmp_path / "videos", tmp_path / "out"
    videos.mkdir()
    for name in ("tone", "colours"):
        shutil.copy(media(name), videos / f"{name}.mp4")
    shutil.copy(media.garbage(), videos / "broken.mp4")
    line = command(endpoint, videos, out)
    endpoint.wait_s = 0.3
    running = subprocess.Popen(line, env=environment(), stderr=subprocess.DEVNULL)
    until_s = time.monotonic() + 120
    while kept(out) < 9 and time.monotonic() < until_s:
        time.sleep(0.02)
    running.kill()
    running.wait()
    time.sleep(1.0)  # its workers notice that it is gone
    endpoint.wait_s, before = 0.0, kept(out)
    assert 9 <= before < 4 * SENTENCES
    endpoint.requests.clear()
    done = ran(line)
    assert done.returncode == SOME_FAILED and "1 of 3 files failed" in done.stderr
    assert asked(endpoint).total() == 4 * SENTENCES - before and max(asked(endpoint).values()) <= 2  # two videos say the same
    for name in ("tone", "colours"):
        assert {path.name for path in (out / name).glob("*.srt")} == {f"{name}.{tag}.srt" for tag in ("en", "de", "ja")}
    endpoint.requests.clear()
    assert ran(line).returncode == SOME_FAILED and not endpoint.requests

    japanese = json.loads((out / "tone" / "translations.json").read_bytes())["languages"]["ja"]["texts"][0]
    found = library("search", japanese[:6], "-o", str(out))
    assert "tone.mp4" in found and "colours.mp4" in found
    library("report", "-o", str(out))
    assert "broken.mp4" in (out / "library.html").read_text(encoding="utf-8")
