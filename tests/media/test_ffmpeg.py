"""FFmpeg is started safely: names are taken literally, and a process that hangs is stopped."""

from __future__ import annotations

import shutil
import stat
import time
from pathlib import Path
from typing import Any

import pytest

from video_pipeline.core.span import Span
from video_pipeline.media import ffmpeg
from video_pipeline.media.cut import cut
from video_pipeline.media.cutting.base import CutOptions, Piece
from video_pipeline.media.decode import audio_blocks
from video_pipeline.media.errors import FfmpegFailed, FfmpegMissing, FfmpegTimeout
from video_pipeline.media.ffmpeg import Ending, Task, follow, run, stream, tail
from video_pipeline.media.frame import frame
from video_pipeline.media.probe import probe
from video_pipeline.media.shots import ShotOptions, cut_times_s
from video_pipeline.media.targets import whole

ODD_NAMES = (
    "two words.mp4", "it's \"quoted\".mp4", "100%d %s.mp4", "a:b;c,[d]=e.mp4", "-i.mp4", "$(touch owned) `x` &.mp4",
    "日本語 🎬.mp4", "new\nline.mp4", "back\\slash.mp4", "http:x.mp4", "tab\tand?#.mp4", "é combining é.mp4",
)  # fmt: skip


@pytest.fixture
def hanging(tmp_path: Path) -> list[str]:
    """A program that takes its time, as FFmpeg does on a network folder that went away."""
    script = tmp_path / "ffmpeg"
    script.write_text("#!/bin/sh\nprintf 12345678\nprintf 'a word' >&2\nexec sleep 60\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return [str(script)]


@pytest.mark.parametrize("name", ODD_NAMES, ids=ascii)
def test_a_name_is_taken_literally_everywhere(media: Any, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    shutil.copy(media("colours"), path)
    info = probe(path)
    assert sum(len(block.samples) for block in audio_blocks(path)) == pytest.approx(6 * 16_000, rel=0.02)
    assert len(list(cut_times_s(path, ShotOptions()))) == 2
    cut(Piece(info, 0, Span(1.0, 1.2)), path.with_name(f"clip of {name}"), CutOptions())
    frame(info, 1.0, path.with_name(f"{name}.jpg"))
    assert {file.name for file in tmp_path.iterdir()} == {name, f"clip of {name}", f"{name}.jpg"}


def test_a_relative_name_that_starts_with_a_dash(media: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(media("tone"), tmp_path / "-y.mp4")
    monkeypatch.chdir(tmp_path)
    assert probe(Path("-y.mp4")).video is not None


def test_a_run_that_hangs_is_stopped(hanging: list[str]) -> None:
    began = time.monotonic()
    with pytest.raises(FfmpegTimeout, match="no progress for 0 s while testing"):
        run(hanging, Task("testing", Path("video.mp4"), 0.3))
    assert time.monotonic() - began < 5


def test_a_stream_that_falls_silent_is_stopped(hanging: list[str]) -> None:
    began, blocks = time.monotonic(), []
    with pytest.raises(FfmpegTimeout):
        for block in stream(hanging, Task("testing", Path("video.mp4"), 0.3), 4, Ending()):
            blocks.append(block)  # noqa: PERF402 - what came before the silence is wanted
    assert blocks == [b"1234", b"5678"]
    assert time.monotonic() - began < 5


def test_a_long_run_that_writes_nothing_more_is_stopped(tmp_path: Path) -> None:
    script = tmp_path / "ffmpeg"
    script.write_text("#!/bin/sh\nfor _ in 1 2 3 4 5 6 7 8 9; do echo out_time_us=500000; sleep 0.1; done\nexec sleep 60\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    told: list[float] = []
    began = time.monotonic()
    with pytest.raises(FfmpegTimeout):
        follow([str(script)], Task("testing", Path("video.mp4"), 0.5), told.append)
    assert told == [0.5]
    assert time.monotonic() - began < 5


def test_a_long_run_tells_how_far_it_is_and_why_it_failed(media: Any) -> None:
    sound = ffmpeg.source(media("long"))["a:0"]
    told: list[float] = []
    follow(ffmpeg.command(ffmpeg.graph().output(sound, "-", format="null")), Task("testing", media("long")), told.append)
    assert told[-1] == pytest.approx(40, abs=0.5)
    wrong = ffmpeg.graph().output(ffmpeg.source(media("long"))["a:7"], "-", format="null")
    with pytest.raises(FfmpegFailed, match="matches no streams"):
        follow(ffmpeg.command(wrong, verbosity="level+verbose"), Task("testing", media("long")), told.append)


def test_a_slow_consumer_is_not_taken_for_a_hung_process(media: Any) -> None:
    line = ffmpeg.command(ffmpeg.graph().output(ffmpeg.source(media("tone"))["a:0"], "pipe:", format="f32le"))
    for _ in stream(line, Task("testing", media("tone"), 0.4), 40_000, Ending()):
        time.sleep(0.5)


def test_a_failure_tells_the_reason_on_one_line(media: Any) -> None:
    node = ffmpeg.graph().output(ffmpeg.source(media("tone"))["a:7"], "-", format="null")
    with pytest.raises(FfmpegFailed) as caught:
        run(ffmpeg.command(node), Task("testing", media("tone")))
    assert "matches no streams" in str(caught.value) and "\n" not in str(caught.value)


def test_the_tail_has_no_addresses_and_no_repetition() -> None:
    text = "[aac @ 0x55aa] bad\n[aac @ 0x66bb] bad\n[mov @ 0x1] worse\nConversion failed!\n"
    assert tail(text) == "bad; worse"
    assert tail("[info] fine\n[a @ 0x1] [error] very bad\n[verbose] 3 packets\n") == "very bad"
    assert tail("") == "FFmpeg gave no reason"


@pytest.mark.parametrize("place", ["http://127.0.0.1:9/x.mp4", "concat:a.mp4|b.mp4", "data:text/plain,x"])
def test_no_other_protocol_is_opened(place: str) -> None:
    line = [ffmpeg.find_ffmpeg(), "-v", "error", "-nostdin", "-protocol_whitelist", ffmpeg.PROTOCOLS]
    with pytest.raises(FfmpegFailed, match="not on whitelist"):
        run([*line, "-i", place, "-f", "null", "-"], Task("testing", Path(place)))


def test_an_ffmpeg_that_is_removed_during_a_run_is_named(hanging: list[str], tmp_path: Path) -> None:
    """While a file is written, too: it is not the disk that refuses."""
    Path(hanging[0]).unlink()
    with pytest.raises(FfmpegMissing, match="ffmpeg"), whole(tmp_path / "clip.mp4"):
        run(hanging, Task("reading", Path("talk.mp4")))
