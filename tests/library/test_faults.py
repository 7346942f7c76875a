"""What goes wrong with one item, or the disk, is its outcome; the run goes on. What is asked for again redoes what it needs."""

from __future__ import annotations

import dataclasses
import errno
import os
import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest

from video_pipeline.core.files import atomic_write
from video_pipeline.core.transcript import EngineIdentity, MediaIdentity, Segment, Token, Transcript
from video_pipeline.jobs.limits import Pool
from video_pipeline.library.catalogue import catalogue
from video_pipeline.library.records import Outcome, VideoJob
from video_pipeline.library.runner import LibraryOptions, run


@pytest.fixture
def jobs(media: Any, tmp_path: Path) -> list[VideoJob]:
    words = (Token(0.2, 0.5, "Good"), Token(0.5, 0.9, " morning."))
    record = Transcript(MediaIdentity("x", 1.0), EngineIdentity("test"), (Segment(0.2, 0.9, "Good morning.", tokens=words),))
    (tmp_path / "said.json").write_bytes(msgspec.json.encode(record))
    said = {"speech.engine": "replay", "speech.transcript": str(tmp_path / "said.json")}
    for number, name in enumerate(("tone", "ten-fps")):
        shutil.copy(media(name), tmp_path / f"{number}.mp4")
    return [
        VideoJob(video=tmp_path / f"{number}.mp4", out=tmp_path / "out", goals=("subtitles",), overrides=said)
        for number in range(2)
    ]


def worked(jobs: list[VideoJob]) -> list[Outcome]:
    with catalogue(jobs[1].out) as record:
        return list(run(record.undone(jobs), record, LibraryOptions()))


def test_a_source_that_vanished_fails_alone_and_is_found_again(jobs: list[VideoJob]) -> None:
    shutil.move(jobs[0].video, jobs[0].video.with_suffix(".away"))
    assert [outcome.error_type for outcome in worked(jobs)] == ["NoSuchFile", ""]
    shutil.move(jobs[0].video.with_suffix(".away"), jobs[0].video)
    assert [(outcome.job.video.name, outcome.error) for outcome in worked(jobs)] == [("0.mp4", "")]


def test_a_source_that_vanishes_after_it_was_begun_fails_alone(jobs: list[VideoJob]) -> None:
    with catalogue(jobs[0].out) as record:
        waiting = list(record.undone(jobs))
        jobs[0].video.unlink()
        assert [outcome.error_type for outcome in run(waiting, record, LibraryOptions())] == ["NoSuchFile", ""]


def test_a_target_that_cannot_be_written_fails_alone(jobs: list[VideoJob]) -> None:
    (jobs[0].out / "taken").parent.mkdir()
    (jobs[0].out / "taken").write_text("a file where a folder should be")
    first = dataclasses.replace(jobs[0], out=jobs[0].out / "taken")
    assert [outcome.error_type for outcome in worked([first, jobs[1]])] == ["CannotWrite", ""]


def test_a_full_disk_fails_the_item_and_leaves_nothing_half_written(
    jobs: list[VideoJob], monkeypatch: pytest.MonkeyPatch, tree: Any
) -> None:
    """It is full for the first video; then somebody makes room."""

    def write(path: Path, content: bytes) -> None:
        if path.parent.name == "0":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        atomic_write(path, content)

    with monkeypatch.context() as patch:
        patch.setattr("video_pipeline.video.workspace.atomic_write", write)
        first, second = worked(jobs)
    assert first.error_type == "CannotWrite" and "the disk is full" in first.error
    assert second.error == ""
    assert not [name for name in tree(jobs[0].out) if ".part" in name]
    assert [outcome.error for outcome in worked(jobs)] == [""]


def test_no_room_is_known_before_hours_are_spent(jobs: list[VideoJob]) -> None:
    with catalogue(jobs[0].out) as record:
        made = list(run(jobs, record, LibraryOptions(pool=Pool(free_mb=10**9))))
    assert [outcome.error_type for outcome in made] == ["NotEnoughSpace"] * 2


def test_other_options_redo_only_what_they_touch(jobs: list[VideoJob]) -> None:
    (job, _) = jobs
    (first,) = worked([job, job])[:1]
    assert {"listen", "events", "subtitles"} <= first.stages.keys()
    heard = (Path(first.folder) / "transcript.json").stat()
    again = dataclasses.replace(job, overrides={**job.overrides, "subtitles.formats": ["vtt"]})
    with catalogue(job.out) as record:
        (second,) = run(record.undone([again]), record, LibraryOptions())
    assert "subtitles" in second.stages and not {"listen", "events"} & second.stages.keys()
    assert (Path(first.folder) / "transcript.json").stat() == heard
    assert {Path(file.path).suffix for file in second.outputs} == {".json", ".npz", ".vtt"}


def test_what_a_killed_worker_left_half_written_is_swept(jobs: list[VideoJob]) -> None:
    left = jobs[0].out / "0"
    (left / "clips" / ".clip.mp4.part").mkdir(parents=True)
    (left / "clips" / ".clip.mp4.part" / "part.mp4").write_bytes(b"half")
    (left / ".transcript.json.123.part").write_bytes(b"half")
    (left / "transcript.json").write_bytes(b"a person's own, perhaps")
    assert [outcome.error for outcome in worked(jobs)] == ["", ""]
    assert not [path for path in left.rglob("*") if ".part" in path.name]
    assert (left / "transcript.edited-1.json").read_bytes() == b"a person's own, perhaps"
