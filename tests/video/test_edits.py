"""Edits that are only logged at first: seen at once, in no case lost or made twice, and in the files when these are written."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from tests.video.conftest import SAMPLE, replayed
from video_pipeline.core.transcript import Segment
from video_pipeline.video import edits
from video_pipeline.video.edit_log import LOG_FILE, logged
from video_pipeline.video.engine import Engine
from video_pipeline.video.process import process
from video_pipeline.video.video import Video
from video_pipeline.video.workspace import CORRECTIONS_FILE, Workspace


@pytest.fixture
def folder(finished: Video, tmp_path: Path) -> Path:
    """The finished folder, to be changed."""
    return shutil.copytree(finished.folder, tmp_path / "out" / "sample")


def changed(video: Video, number: int, text: str) -> Segment:
    was = video.transcript.segments[number]
    line = dataclasses.replace(was, text=text)
    video.edit([([was], [line])], later=True)
    return line


def texts(video: Video) -> list[str]:
    return [segment.text for segment in video.transcript.segments]


def test_an_edit_adds_one_line_to_a_small_file_and_touches_no_other(folder: Path) -> None:
    video = Video.open(folder)
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir() if path.is_file()}
    for count in (1, 2):
        changed(video, 2, f"What was said, version {count}.")
        assert len((folder / LOG_FILE).read_text().split("\n")) == count + 1
    after = {path: path.stat().st_mtime_ns for path in folder.iterdir() if path.is_file() and path.name != LOG_FILE}
    assert after == before
    assert texts(video)[2] == "What was said, version 2." and any("version 2" in cue.text for cue in video.cues)


def test_whoever_opens_the_folder_next_sees_it(folder: Path) -> None:
    video = Video.open(folder)
    changed(video, 2, "What was said.")
    video.edit([(video.transcript.segments[4:5], [])], later=True)
    other = Video.open(folder)
    assert texts(other) == texts(video) and [cue.text for cue in other.cues] == [cue.text for cue in video.cues]
    assert (folder / LOG_FILE).exists()  # an opened folder is only read


def test_files_hold_it_when_they_are_written_or_the_video_is_processed_again(folder: Path) -> None:
    changed(Video.open(folder), 2, "Written by hand.")
    Video.open(folder).write("subtitles")
    assert "Written by hand." in (folder / "sample.srt").read_text() and not (folder / LOG_FILE).exists()
    changed(Video.open(folder), 2, "Written again.")
    again = process(SAMPLE, "subtitles", replayed(), folder.parent)
    assert again.folder == folder and "Written again." in (folder / "sample.srt").read_text()
    assert "Written again." in (folder / "transcript.json").read_text() and not (folder / LOG_FILE).exists()
    assert process(SAMPLE, "subtitles", replayed(), folder.parent, again=True).transcript.segments[2].text == "Written again."


@pytest.mark.parametrize("reached", ["nothing", "transcript", "corrections"])
def test_a_program_that_is_killed_while_it_writes_makes_no_edit_twice(
    folder: Path, monkeypatch: pytest.MonkeyPatch, reached: str
) -> None:
    video = Video.open(folder)
    was = video.transcript.segments[3]
    half_s = (was.start_s + was.end_s) / 2
    halves = [Segment(was.start_s, half_s, "first half"), Segment(half_s, was.end_s, "second half")]
    video.edit([([was], halves)], later=True)
    changed(video, 4, "second half, corrected")
    changed(video, 0, "x")
    changed(video, 0, "y")
    expected = texts(video)

    class Killed(BaseException):
        pass

    def kill(*_: object) -> None:
        raise Killed

    write = Workspace.write_json
    if reached == "nothing":
        monkeypatch.setattr(Engine, "amend", kill)
    elif reached == "transcript":
        monkeypatch.setattr(
            Workspace,
            "write_json",
            lambda self, path, *more, **named: kill() if path.name == CORRECTIONS_FILE else write(self, path, *more, **named),
        )
    else:
        monkeypatch.setattr(edits, "forget", kill)
    with pytest.raises(Killed):
        video.write("subtitles")
    monkeypatch.undo()
    assert texts(Video.open(folder)) == expected
    assert texts(Video.open(folder).write("subtitles")) == expected
    assert texts(process(SAMPLE, "subtitles", replayed(), folder.parent, again=True)) == expected


def test_a_line_that_a_kill_cut_short_counts_as_not_made_and_harms_no_later_one(folder: Path) -> None:
    video = Video.open(folder)
    changed(video, 1, "whole")
    with (folder / LOG_FILE).open("ab") as file:
        file.write(b'\n{"was": [{"start')
    video = Video.open(folder)
    changed(video, 2, "after it")
    assert [edit.lines[0].text for edit in logged(folder)] == ["whole", "after it"]
    assert texts(Video.open(folder))[1:3] == ["whole", "after it"]
