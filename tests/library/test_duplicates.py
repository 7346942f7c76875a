"""Videos of one content are worked on once, whatever they are called and whoever has them in hand."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from video_pipeline.core.files import file_digest
from video_pipeline.core.progress import Progress
from video_pipeline.core.transcript import EngineIdentity, MediaIdentity, Segment, Token, Transcript
from video_pipeline.jobs.limits import Pool
from video_pipeline.jobs.messages import Done
from video_pipeline.library.catalogue import catalogue
from video_pipeline.library.records import Outcome, VideoJob
from video_pipeline.library.runner import LibraryOptions, run
from video_pipeline.library.work import output_of

Files = Callable[..., list[VideoJob]]


@pytest.fixture
def jobs(tmp_path: Path) -> Files:
    """A job for each file of that content."""

    def make(**contents: bytes) -> list[VideoJob]:
        made = []
        for name, content in contents.items():
            (tmp_path / f"{name}.mp4").write_bytes(content)
            made.append(
                VideoJob(
                    video=tmp_path / f"{name}.mp4",
                    out=tmp_path / "out",
                    goals=("subtitles",),
                    overrides={"speech.engine": "draft"},
                )
            )
        return made

    return make


class Worker:
    """Writes one result for every video, and knows which it had."""

    def __init__(self, fails: str = "") -> None:
        self.had: list[str] = []
        self._fails = fails

    def __call__(self, job: VideoJob, progress: Progress) -> Done:
        self.had.append(job.video.stem)
        if job.video.stem == self._fails:
            raise ValueError("no luck")
        folder = job.out / job.video.stem
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "words.srt").write_text(job.video.stem)
        output = output_of(folder / "words.srt", file_digest(folder / "words.srt"), folder)
        return Done(10.0, Outcome(job=job, folder=str(folder), digest=file_digest(job.video), outputs=(output,)))


def worked(jobs: list[VideoJob], worker: Worker) -> list[Outcome]:
    with catalogue(jobs[0].out) as record:
        return list(run(record.undone(jobs), record, LibraryOptions(pool=Pool(free_mb=0), task=worker)))


def test_the_same_content_is_worked_on_once(jobs: Files) -> None:
    all_jobs, worker = jobs(a=b"one", b=b"two", c=b"one"), Worker()
    made = {outcome.job.video.stem: outcome for outcome in worked(all_jobs, worker)}
    assert worker.had == ["a", "b"]
    assert made["c"].same_as == all_jobs[0].source and made["c"].folder == made["a"].folder
    with catalogue(all_jobs[0].out) as record:
        assert [row.state for row in record.rows()] == ["done"] * 3
        assert not list(record.undone(all_jobs))
        totals = record.totals()
        assert (totals.done, totals.same, totals.media_s) == (3, 1, 20.0)


def test_a_copy_that_comes_later_costs_no_work(jobs: Files) -> None:
    worker = Worker()
    worked(jobs(a=b"one"), worker)
    (later,) = worked(jobs(z=b"one"), worker)
    assert worker.had == ["a"] and later.same_as.endswith("a.mp4")


def test_other_options_for_the_same_content_are_work(jobs: Files) -> None:
    import dataclasses

    worker = Worker()
    worked(jobs(a=b"one"), worker)
    worked([dataclasses.replace(job, goals=("clips",)) for job in jobs(b=b"one")], worker)
    assert worker.had == ["a", "b"]


def test_results_that_are_gone_cannot_be_shared(jobs: Files) -> None:
    worker = Worker()
    (first,) = worked(jobs(a=b"one"), worker)
    (Path(first.folder) / "words.srt").unlink()
    worked(jobs(b=b"one"), worker)
    assert worker.had == ["a", "b"]


def test_where_the_first_fails_the_next_is_tried(jobs: Files) -> None:
    worker = Worker(fails="a")
    made = worked(jobs(a=b"one", b=b"one", c=b"one"), worker)
    assert worker.had == ["a", "b"]
    assert [(outcome.error, bool(outcome.same_as)) for outcome in made] == [("no luck", False), ("", False), ("", True)]


def test_equal_ends_and_size_are_not_equal_content(jobs: Files) -> None:
    """Only what lies between the blocks that are looked at first differs."""
    some, other = bytes(400_000), bytearray(400_000)
    other[100_000] = 1
    worker = Worker()
    worked(jobs(a=some, b=bytes(other)), worker)
    assert worker.had == ["a", "b"]


def test_many_of_one_size_are_all_worked_on(jobs: Files) -> None:
    worker = Worker()
    worked(jobs(**{f"v{number}": bytes([number]) * 100 for number in range(50)}), worker)
    assert len(worker.had) == 50


def test_a_copy_waits_for_the_one_in_hand(media: Any, tmp_path: Path) -> None:
    """Two workers, each free at once: the second copy is not begun beside the first."""
    words = (Token(0.2, 0.8, "Good"), Token(0.8, 1.6, " morning."))
    record = Transcript(MediaIdentity("x", 2.0), EngineIdentity("test"), (Segment(0.2, 1.6, "Good morning.", tokens=words),))
    stored = tmp_path / "said.json"
    stored.write_bytes(msgspec.json.encode(record))
    said = {"speech.engine": "replay", "speech.transcript": str(stored)}
    names = ["a.mp4", "b.mp4", "other.mp4"]
    for name in names:
        shutil.copy(media("tone" if name != "other.mp4" else "ten-fps"), tmp_path / name)
    all_jobs = [VideoJob(video=tmp_path / name, out=tmp_path / "out", goals=("subtitles",), overrides=said) for name in names]
    with catalogue(tmp_path / "out") as book:
        made = {o.job.video.name: o for o in run(book.undone(all_jobs), book, LibraryOptions(executor="processes", workers=2))}
    assert [made[name].error for name in names] == ["", "", ""]
    assert made["b.mp4"].same_as == all_jobs[0].source and not made["a.mp4"].same_as and not made["other.mp4"].same_as
    assert [path.name for path in (tmp_path / "out").iterdir() if path.is_dir()].count("b") == 0
