"""A run that is killed at any moment, or whose workers are, loses nothing and does nothing twice."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from video_pipeline.library.catalogue import catalogue
from video_pipeline.library.records import VideoJob
from video_pipeline.library.runner import LibraryOptions, run

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="looks for processes in /proc")
GOALS = ("subtitles", "highlights", "clips")


@pytest.fixture
def jobs(media: Any, sample_transcript: Path, tmp_path: Path) -> list[VideoJob]:
    said = {"speech.engine": "replay", "speech.transcript": str(sample_transcript), "speech.other_video": True}
    made = []
    for name in ("tone", "colours", "ten-fps", "anamorphic", "late-audio"):
        video = tmp_path / media(name).name
        shutil.copy(media(name), video)
        made.append(VideoJob(video=video, out=tmp_path / "out", goals=GOALS, overrides=said))
    return made


def worked(jobs: list[VideoJob], out: Path) -> None:
    import dataclasses

    with catalogue(out) as record:
        for outcome in run([dataclasses.replace(job, out=out) for job in jobs], record, LibraryOptions()):
            assert not outcome.error


def workers_of(pid: int) -> list[int]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                is_child = (folder / "stat").read_text().rpartition(")")[2].split()[1] == str(pid)
                if is_child and b"spawn_main" in (folder / "cmdline").read_bytes():
                    found.append(int(folder.name))
    return found


def wait_for(condition: Callable[[], Any], limit_s: float = 60.0) -> None:
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def done(out: Path) -> dict[str, tuple[int, str]]:
    with catalogue(out) as record:
        return {row.source: (row.attempts, row.ended) for row in record.rows("done")}


def test_a_run_that_is_killed_is_gone_with_its_workers_and_goes_on(jobs: list[VideoJob], begin_run: Any, contents: Any) -> None:
    """Killed twice: after its first video, and at some moment while another is worked on."""
    dice, out = random.Random(5), jobs[0].out
    assert begin_run(jobs, "processes", kill_after=1).wait(timeout=120) == -signal.SIGKILL
    first = done(out)
    assert len(first) == 1
    second = begin_run(jobs, "processes")
    wait_for(lambda: workers_of(second.pid))
    workers = workers_of(second.pid)
    time.sleep(dice.uniform(0.5, 4.0))
    second.kill()
    second.wait()
    wait_for(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers), 20.0)
    before = done(out)
    assert first.items() <= before.items()
    assert begin_run(jobs, "processes").wait(timeout=120) == 0
    after = done(out)
    assert before.items() <= after.items() and len(after) == len(jobs)
    worked(jobs, out.with_name("undisturbed"))
    assert contents(out) == contents(out.with_name("undisturbed"))


def test_a_worker_that_is_killed_costs_no_video(jobs: list[VideoJob], begin_run: Any, contents: Any) -> None:
    out = jobs[0].out
    begun = begin_run(jobs, "processes")
    wait_for(lambda: list(out.glob("*/.stages.json")))  # it is in the middle of a video
    for worker in workers_of(begun.pid)[:1]:
        with contextlib.suppress(OSError):
            os.kill(worker, signal.SIGKILL)
    assert begun.wait(timeout=120) == 0
    assert len(done(out)) == len(jobs)
    worked(jobs, out.with_name("undisturbed"))
    assert contents(out) == contents(out.with_name("undisturbed"))
