"""Cuts of the picture are found where they are."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from video_pipeline.core.span import Span
from video_pipeline.media.ffmpeg import find_ffmpeg
from video_pipeline.media.shots import ShotOptions, cut_times_s, find_shots, sharp_cuts_s


def test_changes_of_colour_are_found_to_the_frame(media: Any) -> None:
    assert list(cut_times_s(media("colours"), ShotOptions())) == pytest.approx([2.0, 4.0], abs=0.04)


def test_shots_cover_the_video_end_to_end(media: Any) -> None:
    shots = find_shots(media("colours"), 6.0)
    assert [edge for shot in shots for edge in (shot.start_s, shot.end_s)] == pytest.approx([0, 2, 2, 4, 4, 6], abs=0.04)


def test_a_picture_without_cuts_is_one_shot(media: Any) -> None:
    assert len(find_shots(media("tone"), 2.0)) == 1


def test_times_of_a_stretch_are_those_of_the_whole(media: Any) -> None:
    assert list(cut_times_s(media("colours"), ShotOptions(), Span(3.0, 5.0))) == pytest.approx([4.0], abs=0.04)


def test_cuts_closer_than_the_least_shot_are_one(media: Any) -> None:
    assert list(cut_times_s(media("colours"), ShotOptions(least_s=3.0))) == pytest.approx([2.0], abs=0.04)


def test_nothing_is_written_into_the_current_folder(media: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    find_shots(media("colours"), 6.0)
    assert not list(tmp_path.iterdir())


def test_a_cut_between_pictures_that_are_much_alike_is_found_where_the_shape_depends_on_it(tmp_path: Path) -> None:
    """Two dark shots with one small brighter thing, here and there."""
    path = tmp_path / "alike.mp4"
    picture = "color=0x202030:s=160x120:r=25:d=2,drawbox=x={x}:y=30:w=40:h=50:color=0x606070:t=fill"
    inputs = [word for x in (10, 110) for word in ("-f", "lavfi", "-i", picture.replace("{x}", str(x)))]
    line = [find_ffmpeg(), "-v", "error", "-nostdin", *inputs, "-filter_complex", "concat=n=2", "-c:v", "libx264", str(path)]
    subprocess.run(line, check=True, timeout=60)
    assert list(cut_times_s(path, ShotOptions())) == []
    assert sharp_cuts_s(path, Span(0.4, 4.0), ShotOptions()) == pytest.approx([2.0])
    assert sharp_cuts_s(path, Span(2.2, 4.0), ShotOptions()) == []
