"""Listening that was stopped goes on from the last stretch that is stored, and ends as if it had not been stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.video.conftest import SAMPLE, Steps
from video_pipeline.core.labels import Language
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Segment
from video_pipeline.media.ffmpeg import find_ffmpeg
from video_pipeline.options import load_options
from video_pipeline.speech.base import Heard
from video_pipeline.video.journal import Journal
from video_pipeline.video.process import process

_LONG_MIN = 30
_PATIENCE_S = 300
RUN = """
import sys
from pathlib import Path
from video_pipeline import load_options, process
video, model, out = map(Path, sys.argv[1:])
process(video, ["transcript"], load_options("default", {"speech.engine": "sensevoice", "speech.model": str(model)}), out)
"""


def heard(start_s: float, text: str) -> Heard:
    span = Span(start_s, start_s + 1)
    return Heard(span, Segment(span.start_s, span.end_s, text, language=Language.EN), {})


def test_a_journal_gives_back_what_was_stored(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "journal"
    first = Journal(path, "key")
    assert first.known() is None
    stored = [first.append([Span(k, k + 1)], [heard(k, f"word {k}")], {"language": "en"}) for k in range(3)]
    again = Journal(path, "key")
    assert [again.known() for _ in range(3)] == stored
    assert again.known() is None
    again.append([Span(3, 4)], [heard(3, "more")], {})
    assert len(Journal(path, "key")) == 4
    assert Journal(path, "key").end_s == 4


@pytest.mark.parametrize("cut_bytes", [1, 40, 200])
def test_a_line_that_a_kill_cut_short_counts_as_not_written(tmp_path: Path, cut_bytes: int) -> None:
    path = tmp_path / "journal"
    journal = Journal(path, "key")
    for k in range(3):
        journal.append([Span(k, k + 1)], [heard(k, f"word {k}")], {})
    path.write_bytes(path.read_bytes()[:-cut_bytes])
    again = Journal(path, "key")
    assert len(again) == 2
    while again.known():
        pass
    again.append([Span(2, 3)], [heard(2, "word 2")], {})
    assert len(Journal(path, "key")) == 3


def test_a_journal_of_other_options_is_of_no_use(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    Journal(path, "one").append([Span(0, 1)], [heard(0, "word")], {})
    other = Journal(path, "other")
    assert len(other) == 0
    other.append([Span(0, 1)], [heard(0, "another")], {})
    assert len(Journal(path, "one")) == 0


@pytest.fixture(scope="module")
def long_talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half an hour of sound: the sample over and over, its level changing, so that no two minutes are the same."""
    path = tmp_path_factory.mktemp("long") / "talk.wav"
    level = "volume='0.5+0.4*sin(t/97)':eval=frame"
    command = [find_ffmpeg(), "-v", "error", "-nostdin", "-y", "-stream_loop", str(_LONG_MIN - 1), "-i", str(SAMPLE)]
    subprocess.run([*command, "-vn", "-af", level, "-ar", "16000", "-ac", "1", str(path)], check=True, timeout=120)
    return path


@pytest.mark.slow
def test_a_run_that_was_killed_goes_on_and_ends_the_same(long_talk: Path, small_checkpoint: Path, tmp_path: Path) -> None:
    journal = tmp_path / "killed" / "talk" / ".listened.jsonl"
    command = [sys.executable, "-c", RUN, str(long_talk), str(small_checkpoint)]
    running = subprocess.Popen([*command, str(tmp_path / "killed")])
    give_up_s = time.monotonic() + _PATIENCE_S
    while not journal.is_file() or journal.read_bytes().count(b"\n") < 2:
        assert running.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < give_up_s
        time.sleep(0.02)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    stored = journal.read_bytes()
    assert not (tmp_path / "killed" / "talk" / "transcript.json").exists()

    options = load_options("default", {"speech.engine": "sensevoice", "speech.model": str(small_checkpoint)})
    steps = Steps()
    resumed = process(long_talk, ["transcript"], options, tmp_path / "killed", steps)
    assert any("resuming" in notice for notice in steps.notices)
    assert not journal.exists()
    assert stored.count(b"\n") >= 2
    undisturbed = process(long_talk, ["transcript"], options, tmp_path / "undisturbed")
    for name in ("transcript.json", "posterior.npz"):
        assert (resumed.folder / name).read_bytes() == (undisturbed.folder / name).read_bytes()
    assert np.isclose(resumed.duration_s, _LONG_MIN * 60, atol=30)
