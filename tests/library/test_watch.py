"""What is still being copied waits; what has come to rest is worked on, when the machine is free."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.library.conftest import two_words
from video_pipeline.core.errors import BadValue
from video_pipeline.core.files import file_digest
from video_pipeline.library.catalogue import catalogue
from video_pipeline.library.records import Outcome, VideoJob
from video_pipeline.library.runner import LibraryOptions, run
from video_pipeline.library.watch import Manners, Rest
from video_pipeline.media.ffmpeg import find_ffmpeg


class Times:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def jobs(folder: Path) -> list[VideoJob]:
    return [VideoJob(video=path, out=folder / "out", goals=("subtitles",)) for path in sorted(folder.glob("*.mp4"))]


def names(ready: list[VideoJob]) -> list[str]:
    return [job.video.name for job in ready]


def test_a_file_that_grows_is_left_alone_until_it_rests(tmp_path: Path) -> None:
    clock = Times()
    rest = Rest(60.0, clock, wall_clock=lambda: 5000.0)
    for name, changed_s in (("old.mp4", 100.0), ("fresh.mp4", 4990.0), ("empty.mp4", 100.0)):
        (tmp_path / name).write_bytes(b"" if name == "empty.mp4" else b"x")
        os.utime(tmp_path / name, (changed_s, changed_s))
    assert names(rest.at_rest(jobs(tmp_path))) == ["old.mp4"]
    (tmp_path / "copied.mp4").write_bytes(b"x")
    os.utime(tmp_path / "copied.mp4", (100.0, 100.0))  # a copy that brings the old time with it
    clock.now_s += 30
    assert names(rest.at_rest(jobs(tmp_path))) == ["old.mp4"]
    with (tmp_path / "copied.mp4").open("ab") as file:
        file.write(b"more")
    os.utime(tmp_path / "copied.mp4", (100.0, 100.0))
    clock.now_s += 40
    assert names(rest.at_rest(jobs(tmp_path))) == ["fresh.mp4", "old.mp4"]
    clock.now_s += 60
    assert names(rest.at_rest(jobs(tmp_path))) == ["copied.mp4", "fresh.mp4", "old.mp4"]


def test_what_went_away_and_came_back_is_watched_anew(tmp_path: Path) -> None:
    clock = Times()
    rest = Rest(60.0, clock)
    rest.at_rest([])
    (tmp_path / "a.mp4").write_bytes(b"x")
    known = jobs(tmp_path)
    rest.at_rest(known)
    clock.now_s += 50
    rest.at_rest([])
    clock.now_s += 50
    assert rest.at_rest(known) == []


def test_remote_files_are_whole_when_they_appear(tmp_path: Path) -> None:
    job = VideoJob(video=Path("a.mp4"), out=tmp_path, goals=(), url="s3://bucket/a.mp4")
    assert Rest(60.0).at_rest([job]) == [job]


@pytest.mark.parametrize(
    ("hours", "at", "allowed"),
    [
        ("", "12:00", True),
        ("22-6", "23:30", True),
        ("22-6", "05:59", True),
        ("22-6", "06:00", False),
        ("22-6", "12:00", False),
        ("9-17", "09:00", True),
        ("9-17", "17:00", False),
        ("12:30-13:30", "12:29", False),
        ("12:30-13:30", "13:29", True),
        ("0-24", "23:59", True),
    ],
)
def test_hours(hours: str, at: str, allowed: bool) -> None:
    assert Manners(hours=hours).allow(datetime.strptime(at, "%H:%M")) is allowed


@pytest.mark.parametrize("hours", ["night", "22", "25-3", "6-6", "9-17-20"])
def test_hours_that_make_no_sense(hours: str) -> None:
    with pytest.raises(BadValue, match="22-6"):
        Manners(hours=hours)


def test_a_busy_machine_begins_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    polite = Manners(max_load=2.0)
    assert polite.allow(load=1.9) and not polite.allow(load=2.1)
    loads = iter([1.0, 1.0, 3.0])
    monkeypatch.setattr(os, "getloadavg", lambda: (next(loads), 0.0, 0.0))
    waiting = [VideoJob(video=Path(f"{number}.mp4"), out=Path("out"), goals=()) for number in range(4)]
    assert list(polite.while_allowed(waiting)) == waiting[:2]


@pytest.fixture
def recording(media: Any, tmp_path: Path) -> Iterator[Callable[[], None]]:
    """A recorder that goes on writing a.ts until it is called."""
    source = tmp_path / "source.ts"
    subprocess.run([find_ffmpeg(), "-v", "error", "-i", media("tone"), "-c", "copy", "-f", "mpegts", source], check=True)
    content, path, over = source.read_bytes(), tmp_path / "videos" / "a.ts", threading.Event()
    path.parent.mkdir()
    path.write_bytes(content[: len(content) // 2])

    def record() -> None:
        rest = content[len(content) // 2 :]
        while not over.wait(0.02):
            with path.open("ab") as file:
                file.write(rest[:188])
            rest = rest[188:]
        with path.open("ab") as file:
            file.write(rest)

    writer = threading.Thread(target=record)
    writer.start()

    def stop() -> None:
        over.set()
        writer.join()

    yield stop
    stop()


def test_a_recording_that_goes_on_gives_no_results_until_it_is_over(recording: Callable[[], None], tmp_path: Path) -> None:
    video, out = tmp_path / "videos" / "a.ts", tmp_path / "out"
    said = two_words(tmp_path, 0.5, 0.9) | {"speech.other_video": True}
    job = VideoJob(video=video, out=out, goals=("subtitles",), overrides=said)

    def ran() -> list[Outcome]:
        with catalogue(out) as record:
            return list(run(record.undone([job], retry_failed=False), record, LibraryOptions()))

    (early,) = ran()
    assert early.error_type == "SourceChanged" and "a.ts changed while it was read" in early.error
    assert not [path for path in (out / "a").rglob("*") if path.is_file()]
    recording()
    (whole,) = ran()
    assert whole.error == "" and whole.digest == file_digest(video)
    assert ran() == []
    with video.open("ab") as file:
        file.write(b"\xff" * 188)
    assert [outcome.error for outcome in ran()] == [""]
