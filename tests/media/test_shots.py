"""Cuts of the picture are found where they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from video_pipeline.core.span import Span
from video_pipeline.media.shots import ShotOptions, cut_times_s, find_shots


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
