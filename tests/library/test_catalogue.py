"""What is done is remembered on the disk, for the same options and the same file only."""

from __future__ import annotations

import dataclasses
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from video_pipeline.core.errors import BadRecord, CannotWrite, NoSuchFile
from video_pipeline.core.files import file_digest
from video_pipeline.library.catalogue import Catalogue, catalogue
from video_pipeline.library.leases import DEAD_AFTER_S, born
from video_pipeline.library.records import Outcome, VideoJob
from video_pipeline.library.schema import NAME, VERSION
from video_pipeline.library.work import output_of

Behind = Callable[..., list[Any]]
pytestmark = pytest.mark.usefixtures("kind")


@pytest.fixture
def only_files(kind: str) -> None:
    if kind != "sqlite":
        pytest.skip("about the file library.sqlite")


@pytest.fixture
def job(tmp_path: Path) -> VideoJob:
    video = tmp_path / "video.mp4"
    video.write_bytes(b"x")
    (tmp_path / "out" / "video").mkdir(parents=True)
    (tmp_path / "out" / "video" / "video.srt").write_text("words")
    return VideoJob(video=video, out=tmp_path / "out", goals=("subtitles",), overrides={"speech.engine": "draft"})


def done(job: VideoJob) -> Outcome:
    folder = job.out / "video"
    digest = file_digest(job.video) if job.video.is_file() else ""
    outputs = (output_of(folder / "video.srt", file_digest(folder / "video.srt"), folder),)
    return Outcome(
        job=job,
        took_s=1.5,
        media_s=60.0,
        folder=str(folder),
        clips=2,
        engine="draft on cpu",
        digest=digest,
        outputs=outputs,
    )


def recorded(folder: Path, outcomes: Sequence[Outcome]) -> None:
    with catalogue(folder) as book:
        for outcome in outcomes:
            assert book.claim(outcome.job)
            assert book.record(outcome)


def test_done_is_done_the_next_time_too(tmp_path: Path, job: VideoJob) -> None:
    recorded(tmp_path, [done(job)])
    with catalogue(tmp_path) as book:
        assert not list(book.undone([job]))


@pytest.mark.parametrize(
    "change",
    [
        {"goals": ("clips",)},
        {"preset": "podcast"},
        {"overrides": {"speech.engine": "draft", "emotion": False}},
        {"out": Path("x")},
    ],
    ids=str,
)
def test_other_options_are_not_done(tmp_path: Path, job: VideoJob, change: dict[str, object]) -> None:
    recorded(tmp_path, [done(job)])
    with catalogue(tmp_path) as book:
        assert list(book.undone([dataclasses.replace(job, **change)]))  # type: ignore[arg-type]


def test_a_changed_file_is_not_done(tmp_path: Path, job: VideoJob) -> None:
    recorded(tmp_path, [done(job)])
    job.video.write_bytes(b"xy")
    with catalogue(tmp_path) as book:
        assert list(book.undone([job]))


def test_a_touched_file_is_not_done(tmp_path: Path, job: VideoJob) -> None:
    recorded(tmp_path, [done(job)])
    os.utime(job.video, ns=(1, 1))
    with catalogue(tmp_path) as book:
        assert list(book.undone([job]))


def test_a_changed_preset_file_is_not_done(tmp_path: Path, job: VideoJob) -> None:
    preset = tmp_path / "mine.toml"
    preset.write_text("[subtitles]\nlines = 1\n")
    own = dataclasses.replace(job, preset=str(preset))
    recorded(tmp_path, [done(own)])
    preset.write_text("[subtitles]\nlines = 2\n")
    with catalogue(tmp_path) as book:
        assert list(book.undone([own]))


def test_a_failure_is_tried_again_and_counted(tmp_path: Path, job: VideoJob) -> None:
    recorded(tmp_path, [Outcome.failed(job, ValueError("no luck"), 0.5), done(job)])
    with catalogue(tmp_path) as book:
        (row,) = book.rows()
        assert (row.state, row.attempts, row.clips, row.error) == ("done", 2, 2, "")
    recorded(tmp_path, [Outcome.failed(job, ValueError("no luck"))])
    with catalogue(tmp_path) as book:
        assert list(book.undone([job]))
        assert [row.error for row in book.rows()] == ["no luck"]


def test_every_outcome_is_stored_at_once(tmp_path: Path, job: VideoJob, behind: Behind) -> None:
    book = Catalogue(tmp_path)
    book.claim(job)
    book.record(done(job))
    assert behind(tmp_path, "SELECT state FROM items") == [("done",)]
    book.close()


def test_results_that_were_deleted_are_not_done(tmp_path: Path, job: VideoJob) -> None:
    recorded(tmp_path, [done(job)])
    shutil.rmtree(job.out / "video")
    with catalogue(tmp_path) as book:
        assert list(book.undone([job]))


@pytest.mark.usefixtures("only_files")
def test_a_file_of_another_kind_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"not a data base" * 100)
    with pytest.raises(CannotWrite, match=NAME):
        Catalogue(tmp_path)


def test_a_file_in_place_of_the_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "place").write_text("mine")
    with pytest.raises(CannotWrite):
        Catalogue(tmp_path / "place")


def test_a_result_that_was_changed_is_looked_at_again(tmp_path: Path, job: VideoJob) -> None:
    recorded(tmp_path, [done(job)])
    (job.out / "video" / "video.srt").write_text("other words")
    with catalogue(tmp_path) as book:
        assert list(book.undone([job])) == [job]
        assert [(damage.path.name, damage.why) for damage in book.damaged()] == [("video.srt", "changed")]
    (job.out / "video" / "video.srt").unlink()
    with catalogue(tmp_path) as book:
        assert [damage.why for damage in book.damaged()] == ["missing"]


def test_what_one_run_holds_is_not_for_another(tmp_path: Path, job: VideoJob) -> None:
    with catalogue(tmp_path) as one, catalogue(tmp_path) as other:
        assert [*one.undone([job]), *other.undone([job])] == [job, job]  # nobody has begun it
        assert one.claim(job)
        assert not other.claim(job)
        assert list(other.undone([job])) == []
        assert one.record(done(job))
        assert not other.record(Outcome.failed(job, ValueError("late")))
        assert [row.state for row in other.rows()] == ["done"]


def test_what_was_done_meanwhile_is_not_begun(tmp_path: Path, job: VideoJob) -> None:
    with catalogue(tmp_path) as one, catalogue(tmp_path) as other:
        assert list(one.undone([job])) == [job]
        other.claim(job)
        other.record(done(job))
        assert not one.claim(job)


def test_a_run_that_ends_leaves_the_rest_to_others(tmp_path: Path, job: VideoJob) -> None:
    with catalogue(tmp_path) as one:
        one.claim(job)
    with catalogue(tmp_path) as other:
        assert [row.state for row in other.rows()] == ["waiting"]
        assert other.claim(job)


def test_what_a_killed_run_held_is_free_at_once(tmp_path: Path, job: VideoJob) -> None:
    code = (
        "import os, signal, pathlib\n"
        "from video_pipeline.library.records import VideoJob\n"
        "from video_pipeline.library.catalogue import Catalogue\n"
        f"video, out, overrides = pathlib.Path({str(job.video)!r}), pathlib.Path({str(job.out)!r}), {dict(job.overrides)!r}\n"
        "job = VideoJob(video=video, out=out, goals=('subtitles',), overrides=overrides)\n"
        f"assert Catalogue(pathlib.Path({str(tmp_path)!r})).claim(job)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False)
    assert killed.returncode == -signal.SIGKILL
    with catalogue(tmp_path) as book:
        assert [row.state for row in book.rows()] == ["running"]
        assert list(book.undone([job])) == [job]
        assert book.claim(job)
        assert [row.attempts for row in book.rows()] == [2]


@pytest.mark.parametrize(("age_s", "state"), [(0.0, "running"), (DEAD_AFTER_S + 1, "waiting")])
def test_a_run_on_another_machine_is_dead_without_a_pulse(
    tmp_path: Path, job: VideoJob, behind: Behind, age_s: float, state: str
) -> None:
    book = Catalogue(tmp_path)
    book.claim(job)
    behind(tmp_path, "UPDATE runs SET place = 'elsewhere', beat = ?", time.time() - age_s)
    with catalogue(tmp_path) as later:
        list(later.undone([job]))
        assert [row.state for row in later.rows()] == [state]
    book.close()


def test_the_number_of_a_dead_process_may_have_a_new_owner(tmp_path: Path, job: VideoJob, behind: Behind) -> None:
    if not born(os.getpid()):
        pytest.skip("this system does not tell when a process started; the pulse decides there")
    book = Catalogue(tmp_path)
    book.claim(job)
    behind(tmp_path, "UPDATE runs SET born = '1'")
    with catalogue(tmp_path) as later:
        assert list(later.undone([job])) == [job]
    book.close()


def test_failed_items_are_retried_by_name_or_all(tmp_path: Path, job: VideoJob) -> None:
    jobs = [dataclasses.replace(job, video=tmp_path / name) for name in ("a.mp4", "b.mp4", "c.mp4")]
    recorded(tmp_path, [Outcome.failed(jobs[0], ValueError("x")), Outcome.failed(jobs[1], ValueError("y")), done(jobs[2])])
    with catalogue(tmp_path) as book:
        assert [again.video.name for again in book.jobs()] == ["a.mp4", "b.mp4"]
        assert list(book.jobs("failed", [jobs[1].source])) == [jobs[1]]
        assert book.retry([jobs[0].source, jobs[2].source]) == 1
        assert [row.state for row in book.rows()] == ["waiting", "failed", "done"]
        assert book.retry() == 1
        assert book.totals().waiting == 2 and book.totals().failed == 0


def test_what_is_forgotten_is_new_again_and_its_results_stay(tmp_path: Path, job: VideoJob) -> None:
    recorded(tmp_path, [done(job)])
    with catalogue(tmp_path) as book:
        assert book.forget([job.source, "unknown"]) == 1
        assert not list(book.rows()) and not book.outputs(job.source)
        assert list(book.undone([job])) == [job]
    assert (job.out / "video" / "video.srt").is_file()


def test_what_is_being_worked_on_cannot_be_forgotten(tmp_path: Path, job: VideoJob) -> None:
    with catalogue(tmp_path) as book:
        book.claim(job)
        assert book.forget([job.source]) == 0


def test_a_row_holds_all_there_is_to_know(tmp_path: Path, job: VideoJob) -> None:
    recorded(tmp_path, [done(job)])
    with catalogue(tmp_path) as book:
        (row,) = book.rows("done")
        assert (row.engine, row.took_s, row.media_s, row.rtf, row.attempts) == ("draft on cpu", 1.5, 60.0, 0.025, 1)
        assert row.digest == file_digest(job.video) and row.folder == str(job.out / "video") and row.began <= row.ended
        assert [(file.path, file.digest) for file in book.outputs(job.source)] == [
            ("video.srt", file_digest(job.out / "video" / "video.srt"))
        ]
        totals = book.totals()
        assert (totals.items, totals.done, totals.media_s, totals.clips) == (1, 1, 60.0, 2)


def test_only_what_changed_since_is_told(tmp_path: Path, job: VideoJob) -> None:
    other = dataclasses.replace(job, video=tmp_path / "other.mp4")
    recorded(tmp_path, [done(job), done(other)])
    with catalogue(tmp_path) as book:
        last = max(row.serial for row in book.rows())
        assert not list(book.changed(last))
        assert [row.source for row in book.changed(0)] == [job.source, other.source]
        book.claim(job)
        assert [row.source for row in book.changed(last)] == [job.source]


def test_a_library_may_be_moved_with_its_results(tmp_path: Path, job: VideoJob) -> None:
    recorded(job.out, [done(job)])
    shutil.move(job.out, tmp_path / "elsewhere")
    with catalogue(tmp_path / "elsewhere") as book:
        assert [row.folder for row in book.rows()] == [str(tmp_path / "elsewhere" / "video")]
        assert not list(book.damaged())


def test_decisions_come_in_pieces_and_in_order(tmp_path: Path, job: VideoJob) -> None:
    jobs = [dataclasses.replace(job, video=tmp_path / f"{number:04}.mp4") for number in range(1200)]
    asked: list[VideoJob] = []

    def tell() -> Iterator[VideoJob]:
        for one in jobs:
            asked.append(one)
            yield one

    recorded(tmp_path, [done(jobs[700])])
    with catalogue(tmp_path) as book:
        found = book.undone(tell())
        assert next(found) == jobs[0] and len(asked) < len(jobs)
        assert [jobs[0], *found] == jobs[:700] + jobs[701:]


@pytest.mark.usefixtures("only_files")
def test_a_catalogue_that_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(NoSuchFile, match=NAME), catalogue(tmp_path, new=False):
        pass
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("only_files")
def test_the_first_format_is_taken_over_with_its_items(tmp_path: Path, job: VideoJob) -> None:
    with sqlite3.connect(tmp_path / NAME) as old:
        old.execute("CREATE TABLE items (video TEXT PRIMARY KEY, state TEXT NOT NULL)")
        old.execute("INSERT INTO items VALUES (?, 'done')", (job.source,))
    with catalogue(tmp_path) as book:
        assert [(row.source, row.state) for row in book.rows()] == [(job.source, "done")]
        assert list(book.undone([job])) == [job] and book.claim(job)


@pytest.mark.usefixtures("only_files")
def test_the_second_format_is_taken_over_with_its_items(tmp_path: Path, job: VideoJob) -> None:
    others = [dataclasses.replace(job, video=job.video.with_name(name)) for name in ("b.mp4", "c.mp4")]
    with catalogue(tmp_path) as book:
        for number, (item, error) in enumerate(zip([job, *others], ("", "NoAudio", "NotMedia"), strict=True)):
            assert book.claim(item), number
            assert book.record(Outcome(job=item, error=error and "it went wrong", error_type=error, folder=str(tmp_path)))
    with sqlite3.connect(tmp_path / NAME) as old:
        old.execute("UPDATE items SET state = 'failed' WHERE state = 'empty'")
        old.execute("PRAGMA user_version = 2")
    with catalogue(tmp_path) as book:
        assert [row.state for row in sorted(book.rows(), key=lambda row: row.error_type)] == ["done", "empty", "failed"]
        assert (book.totals().done, book.totals().empty, book.totals().failed) == (1, 1, 1)


def test_an_empty_video_is_processed_again_only_on_request(tmp_path: Path, job: VideoJob) -> None:
    with catalogue(tmp_path) as book:
        assert book.claim(job)
        assert book.record(Outcome(job=job, error="nothing to write", error_type="NothingHeard"))
        assert not list(book.undone([job]))
        assert book.retry() == 0
        assert book.retry(state="empty") == 1
        assert list(book.undone([job])) == [job]


@pytest.mark.usefixtures("only_files")
def test_a_later_format_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / NAME) as later:
        later.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(BadRecord, match="newer version"):
        Catalogue(tmp_path)


def test_what_a_table_says_is_kept_up_to_date_without_work(tmp_path: Path, job: VideoJob) -> None:
    recorded(tmp_path, [done(dataclasses.replace(job, metadata={"title": "One"}))])
    with catalogue(tmp_path) as book:
        (before,) = book.rows()
        assert not list(book.undone([dataclasses.replace(job, metadata={"title": "Two"})]))
        (row,) = book.rows()
        assert '"title":"Two"' in row.job and row.serial > before.serial
        assert not list(book.undone([job]))
        assert [row.job.count('"title"') for row in book.rows()] == [0]
