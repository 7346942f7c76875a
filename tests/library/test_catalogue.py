"""What is done is remembered on the disk, for the same options and the same file only."""

from __future__ import annotations

import dataclasses
import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from video_pipeline.core.errors import CannotWrite
from video_pipeline.library.base import Job, Outcome
from video_pipeline.library.catalogue import NAME, Catalogue, catalogue


@pytest.fixture
def job(tmp_path: Path) -> Job:
    video = tmp_path / "video.mp4"
    video.write_bytes(b"x")
    (tmp_path / "out" / "video").mkdir(parents=True)
    return Job(video, tmp_path / "out", ("subtitles",), said={"speech.engine": "draft"})


def done(job: Job) -> Outcome:
    return Outcome(job, 1.5, 60.0, str(job.out / "video"), 2)


def recorded(folder: Path, outcomes: Sequence[Outcome]) -> None:
    with catalogue(folder) as book:
        for outcome in outcomes:
            book.record(outcome)


def test_done_is_done_the_next_time_too(tmp_path: Path, job: Job) -> None:
    recorded(tmp_path, [done(job)])
    with catalogue(tmp_path) as book:
        assert book.is_done(job)


@pytest.mark.parametrize(
    "change",
    [{"goals": ("clips",)}, {"preset": "podcast"}, {"said": {"speech.engine": "draft", "emotion": False}}, {"out": Path("x")}],
    ids=str,
)
def test_other_wishes_are_not_done(tmp_path: Path, job: Job, change: dict[str, object]) -> None:
    recorded(tmp_path, [done(job)])
    with catalogue(tmp_path) as book:
        assert not book.is_done(dataclasses.replace(job, **change))  # type: ignore[arg-type]


def test_a_changed_file_is_not_done(tmp_path: Path, job: Job) -> None:
    recorded(tmp_path, [done(job)])
    job.video.write_bytes(b"xy")
    with catalogue(tmp_path) as book:
        assert not book.is_done(job)


def test_a_touched_file_is_not_done(tmp_path: Path, job: Job) -> None:
    recorded(tmp_path, [done(job)])
    os.utime(job.video, ns=(1, 1))
    with catalogue(tmp_path) as book:
        assert not book.is_done(job)


def test_a_changed_preset_file_is_not_done(tmp_path: Path, job: Job) -> None:
    preset = tmp_path / "mine.toml"
    preset.write_text("[subtitles]\nlines = 1\n")
    own = dataclasses.replace(job, preset=str(preset))
    recorded(tmp_path, [done(own)])
    preset.write_text("[subtitles]\nlines = 2\n")
    with catalogue(tmp_path) as book:
        assert not book.is_done(own)


def test_a_failure_is_tried_again_and_counted(tmp_path: Path, job: Job) -> None:
    recorded(tmp_path, [Outcome.failed(job, ValueError("no luck"), 0.5), done(job)])
    with catalogue(tmp_path) as book:
        (row,) = book.rows()
        assert (row.state, row.attempts, row.clips, row.error) == ("done", 2, 2, "")
    recorded(tmp_path, [Outcome.failed(job, ValueError("no luck"))])
    with catalogue(tmp_path) as book:
        assert not book.is_done(job)
        assert [row.error for row in book.rows()] == ["no luck"]


def test_every_outcome_is_on_the_disk_at_once(tmp_path: Path, job: Job) -> None:
    book = Catalogue(tmp_path)
    book.record(done(job))
    with sqlite3.connect(tmp_path / NAME) as other:
        assert other.execute("SELECT state FROM items").fetchall() == [("done",)]
    book.close()


def test_results_that_were_deleted_are_not_done(tmp_path: Path, job: Job) -> None:
    recorded(tmp_path, [done(job)])
    (job.out / "video").rmdir()
    with catalogue(tmp_path) as book:
        assert not book.is_done(job)


def test_a_file_of_another_kind_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"not a data base" * 100)
    with pytest.raises(CannotWrite, match=NAME):
        Catalogue(tmp_path)


def test_a_file_in_place_of_the_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "place").write_text("mine")
    with pytest.raises(CannotWrite):
        Catalogue(tmp_path / "place")
