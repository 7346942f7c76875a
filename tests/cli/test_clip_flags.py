"""--cut, --aspect and --captions reach the clips; what is wrong with them is said before anything is done."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from video_pipeline.media.probe import probe

QUICK = ("--set", "events.detectors=['tags']", "--set", "clips.exports=['video']", "--set", "clips.shape.width_px=64", "--quiet")


def clips_of(folder: Path) -> tuple[list[dict[str, Any]], set[str]]:
    """The record of the clips, and the suffixes of the files beside it."""
    rows = json.loads((folder / "clips.json").read_text())["clips"]
    return rows, {path.suffix for path in folder.iterdir()}


def test_a_clip_in_another_shape_with_captions_in_its_picture(
    cli: Callable[..., Any], replayed: list[Any], tmp_path: Path
) -> None:
    done = cli("highlights", *replayed, "--cut", "smart", "--aspect", "1:1", "--captions", "burned", *QUICK)
    assert done.code == 0, done.err
    (row,), suffixes = clips_of(tmp_path / "out/long/clips")
    video = probe(tmp_path / "out/long/clips" / row["file"]).video
    assert video is not None and (video.width_px, video.height_px) == (64, 64)
    assert row["way"] == "exact" and "captions" in row["fallback"]
    assert "pictures compared" in row["check"]
    assert suffixes == {".mp4", ".json"}


def test_a_copy_with_files_beside_it(cli: Callable[..., Any], replayed: list[Any], tmp_path: Path) -> None:
    done = cli("highlights", *replayed, "--cut", "copy", "--captions", "files", *QUICK)
    assert done.code == 0, done.err
    (row,), suffixes = clips_of(tmp_path / "out/long/clips")
    assert row["way"] == "copy"
    assert suffixes == {".mp4", ".json", ".srt", ".ass"}


@pytest.mark.parametrize(
    ("flag", "value", "words"),
    [("--cut", "smrt", "did you mean 'smart'"), ("--aspect", "9:17", "did you mean '9:16'"), ("--captions", "burnt", "'burned'")],
)
def test_what_is_wrong_is_said(
    cli: Callable[..., Any], replayed: list[Any], tmp_path: Path, flag: str, value: str, words: str
) -> None:
    done = cli("highlights", *replayed, flag, value)
    assert done.code == 2
    assert words in done.errors[0]
    assert not (tmp_path / "out").exists()
