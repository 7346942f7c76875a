"""When the picture cuts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from video_pipeline.media.shots import ShotOptions, cut_times_s
from video_pipeline.video.base import BaseStage, Given, StageProgress
from video_pipeline.video.records import ShotsFile
from video_pipeline.video.stages.identify import Identify

SHOTS_FILE = "shots.json"


class Shots(BaseStage[Sequence[float]]):
    """Times of cuts in seconds, in order; none where there is no picture."""

    name = "shots"
    needs = ("identify",)

    def length_s(self, given: Given) -> float | None:
        return given.of(Identify).info.duration_s

    def make(self, given: Given, progress: StageProgress) -> Sequence[float]:
        info = given.of(Identify).info
        return tuple(cut_times_s(info.path, ShotOptions(), advance=progress.advance)) if info.video else ()

    def save(self, value: Sequence[float], given: Given) -> Sequence[Path]:
        path = given.space.path(SHOTS_FILE)
        given.space.write_json(path, ShotsFile(tuple(value)))
        return [path]

    def load(self, given: Given) -> Sequence[float]:
        return given.space.read_json(given.space.path(SHOTS_FILE), ShotsFile).cuts_s
