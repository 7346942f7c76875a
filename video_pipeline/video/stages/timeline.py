"""`events.svg`: what was heard, drawn along the video."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from video_pipeline.report.sounds import draw_sounds
from video_pipeline.report.timeline import Timeline
from video_pipeline.video.base import BaseStage, Given, StageProgress
from video_pipeline.video.stages.events import Events, FusedPosterior
from video_pipeline.video.stages.listen import Listen

TIMELINE_FILE = "events.svg"


class TimelinePicture(BaseStage[str]):
    """Sounds, speech, loudness and emotion over time."""

    name = "timeline"
    needs = ("listen", "posterior", "events")

    def make(self, given: Given, progress: StageProgress) -> str:
        listened = given.of(Listen)
        transcript, hearing = listened.transcript, listened.hearing
        drawn = Timeline(hearing.duration_s, transcript.segments, given.of(Events), given.of(FusedPosterior), ())
        return draw_sounds(drawn, transcript.media.name, hearing.traits.level_db)

    def save(self, value: str, given: Given) -> Sequence[Path]:
        path = given.space.path(TIMELINE_FILE)
        given.space.write(path, value.encode())
        return [path]

    def load(self, given: Given) -> str:
        return given.space.path(TIMELINE_FILE).read_text(encoding="utf-8")
