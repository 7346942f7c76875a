"""What a person corrected, as it is kept beside the results."""

from __future__ import annotations

from video_pipeline.video.base import DerivedStage, Given, StageProgress
from video_pipeline.video.corrections import CorrectionsFile, corrections_in


class Corrections(DerivedStage[CorrectionsFile]):
    """All corrections of the video, also those of a moment ago."""

    name = "corrections"

    def make(self, given: Given, progress: StageProgress) -> CorrectionsFile:
        return corrections_in(given.space)

    def identity(self, given: Given) -> object:
        return given.of(Corrections).version
