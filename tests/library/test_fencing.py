"""A run that stood still, and was taken for dead, cannot write over the run that took its videos."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from video_pipeline.core.files import atomic_write, check_fence, fenced
from video_pipeline.library.catalogue import Catalogue, catalogue
from video_pipeline.library.claims import check_claim
from video_pipeline.library.errors import TakenOver
from video_pipeline.library.leases import DEAD_AFTER_S
from video_pipeline.library.records import Outcome, VideoJob

Behind = Callable[..., list[Any]]
pytestmark = pytest.mark.usefixtures("kind")


@pytest.fixture
def jobs(tmp_path: Path) -> list[VideoJob]:
    made = []
    for name in ("a.mp4", "b.mp4"):
        (tmp_path / name).write_bytes(b"x")
        made.append(VideoJob(video=tmp_path / name, out=tmp_path / "out", goals=("subtitles",)))
    return made


@pytest.fixture
def stand_still(behind: Behind) -> Callable[[Path], None]:
    """As if every run there had been paused in another container for longer than anybody waits."""

    def change(library: Path) -> None:
        behind(library, "UPDATE runs SET place = 'elsewhere', beat = ?", time.time() - DEAD_AFTER_S - 1)

    return change


def test_a_worker_that_wakes_up_too_late_writes_nothing(
    tmp_path: Path, jobs: list[VideoJob], stand_still: Callable[[Path], None]
) -> None:
    job, target = jobs[0], tmp_path / "result.txt"
    paused = Catalogue(tmp_path)
    assert paused.claim(job)
    asleep = paused.claimed(job)
    with fenced(lambda: check_claim(asleep)):
        atomic_write(target, b"the first words")
        stand_still(tmp_path)
        with catalogue(tmp_path) as later:
            assert list(later.undone([job])) == [job] and later.claim(job)
            with pytest.raises(TakenOver, match=r"a\.mp4"):
                atomic_write(target, b"words of the dead")
            assert not paused.record(Outcome(job=job))
            with fenced(lambda: None):
                assert target.read_bytes() == b"the first words"
            check_claim(later.claimed(job))
            assert later.record(Outcome(job=job))
    assert not list(tmp_path.glob(".result*"))
    check_fence()
    paused.close()


def test_a_run_that_was_taken_for_dead_begins_anew(
    tmp_path: Path, jobs: list[VideoJob], stand_still: Callable[[Path], None]
) -> None:
    paused = Catalogue(tmp_path)
    assert paused.claim(jobs[0])
    stand_still(tmp_path)
    with catalogue(tmp_path) as later:
        list(later.undone(jobs))
        assert paused.claim(jobs[1])
        assert list(later.undone([jobs[1]])) == []  # alive again, and seen to be
    paused.close()
    with catalogue(tmp_path) as last:
        assert {row.state for row in last.rows()} == {"waiting"}


def test_work_that_nobody_took_meanwhile_counts(
    tmp_path: Path, jobs: list[VideoJob], stand_still: Callable[[Path], None]
) -> None:
    paused = Catalogue(tmp_path)
    assert paused.claim(jobs[0])
    stand_still(tmp_path)
    with catalogue(tmp_path) as later:
        assert list(later.undone(jobs)) == jobs
    assert paused.record(Outcome(job=jobs[0], error="bad", error_type="NotMedia"))
    assert [row.state for row in paused.rows()] == ["failed"]
    paused.close()


def test_what_a_run_without_a_line_held_is_free(tmp_path: Path, jobs: list[VideoJob], behind: Behind) -> None:
    book = Catalogue(tmp_path)
    assert book.claim(jobs[0])
    behind(tmp_path, "DELETE FROM runs")
    with catalogue(tmp_path) as later:
        assert list(later.undone([jobs[0]])) == [jobs[0]]
    book.close()


def test_what_another_run_holds_is_not_done_before(tmp_path: Path, jobs: list[VideoJob]) -> None:
    with catalogue(tmp_path) as one, catalogue(tmp_path) as other:
        assert one.claim(jobs[0])
        assert list(other.undone(jobs)) == [jobs[1]]
        assert dict(other.skipped) == {"elsewhere": 1}


@pytest.mark.parametrize("jump_s", [-86400.0, 86400.0])
def test_a_run_is_not_taken_for_dead_by_a_clock_that_jumped(
    tmp_path: Path, jobs: list[VideoJob], monkeypatch: pytest.MonkeyPatch, kind: str, behind: Behind, jump_s: float
) -> None:
    """The clock is set while a run in another container works. Its next beat is by the new time, or by that of the server."""
    monkeypatch.setattr("video_pipeline.library.leases.PULSE_S", 0.05)
    monkeypatch.setattr("video_pipeline.library.leases.place", lambda: "elsewhere")
    running = Catalogue(tmp_path)
    assert running.claim(jobs[0])
    monkeypatch.setattr("video_pipeline.library.leases.place", lambda: "here")
    now = time.time
    monkeypatch.setattr("video_pipeline.library.stores.sqlite.time.time", lambda: now() + jump_s)
    expected_s, deadline = now() + (jump_s if kind == "sqlite" else 0), time.monotonic() + 20
    while abs(behind(tmp_path, "SELECT beat FROM runs")[0][0] - expected_s) > 30:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    with catalogue(tmp_path) as other:
        assert list(other.undone(jobs)) == [jobs[1]]
    running.close()


def test_a_dead_run_does_not_live_on_because_the_clock_was_set_back(tmp_path: Path, jobs: list[VideoJob], behind: Behind) -> None:
    dead = Catalogue(tmp_path)
    assert dead.claim(jobs[0])
    behind(tmp_path, "UPDATE runs SET place = 'elsewhere', beat = ?", time.time() + 86400)
    with catalogue(tmp_path) as later:
        assert list(later.undone(jobs)) == jobs
    dead.close()
