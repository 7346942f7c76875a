"""Cuts are found at the right frames."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from video_pipeline.core.span import Span
from video_pipeline.media.ffmpeg import find_ffmpeg
from video_pipeline.media.shots import ShotOptions, cut_times_s, sharp_cuts_s


def test_changes_of_colour_are_found_to_the_frame(media: Any) -> None:
    assert list(cut_times_s(media("colours"), ShotOptions())) == pytest.approx([2.0, 4.0], abs=0.04)


def test_a_video_without_cuts_has_none(media: Any) -> None:
    assert list(cut_times_s(media("tone"), ShotOptions())) == []


def test_times_within_a_span_are_those_of_the_whole_video(media: Any) -> None:
    assert list(cut_times_s(media("colours"), ShotOptions(), Span(3.0, 5.0))) == pytest.approx([4.0], abs=0.04)


def test_cuts_closer_than_the_least_shot_are_one(media: Any) -> None:
    assert list(cut_times_s(media("colours"), ShotOptions(least_s=3.0))) == pytest.approx([2.0], abs=0.04)


def test_nothing_is_written_into_the_current_folder(media: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert list(cut_times_s(media("colours"), ShotOptions()))
    assert not list(tmp_path.iterdir())


def test_sharp_cuts_include_cuts_between_similar_pictures(tmp_path: Path) -> None:
    """Two dark shots with one small brighter thing, here and there."""
    path = tmp_path / "alike.mp4"
    picture = "color=0x202030:s=160x120:r=25:d=2,drawbox=x={x}:y=30:w=40:h=50:color=0x606070:t=fill"
    inputs = [word for x in (10, 110) for word in ("-f", "lavfi", "-i", picture.replace("{x}", str(x)))]
    line = [find_ffmpeg(), "-v", "error", "-nostdin", *inputs, "-filter_complex", "concat=n=2", "-c:v", "libx264", str(path)]
    subprocess.run(line, check=True, timeout=60)
    assert list(cut_times_s(path, ShotOptions())) == []
    assert sharp_cuts_s(path, Span(0.4, 4.0), ShotOptions()) == pytest.approx([2.0])
    assert sharp_cuts_s(path, Span(2.2, 4.0), ShotOptions()) == []
