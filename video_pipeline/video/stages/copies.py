"""Copies of the video that hold its subtitles: with a track of them, or with them drawn into the picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from video_pipeline.core.files import key_of
from video_pipeline.media.subtitled import Copy
from video_pipeline.options import Options
from video_pipeline.video.base import BaseStage, Given, StageProgress
from video_pipeline.video.errors import NothingHeard
from video_pipeline.video.stages.cues import Cues
from video_pipeline.video.stages.identify import Identify
from video_pipeline.video.stages.subtitles import subtitle_text

KINDS = ("mux", "burn")


class SubtitledCopy(BaseStage[Path]):
    """One copy. Its name is the kind of copy it makes."""

    needs = ("identify", "subtitles", "cues")
    revision = 2

    def reads(self, options: Options) -> tuple[str, ...]:
        return ("video", "subtitles")

    def depends_on(self, given: Given) -> object:
        """The subtitles as they stand in the folder, where a person may have edited them."""
        copy = self._copy(given)
        return copy.depends_on, key_of(subtitle_text(given, copy.reads))

    def length_s(self, given: Given) -> float | None:
        return given.of(Identify).info.duration_s

    def make(self, given: Given, progress: StageProgress) -> Path:
        """Raises NothingHeard where there is not one cue to put in, and what `Copy.make` raises."""
        copy = self._copy(given)
        document = subtitle_text(given, copy.reads)
        if "-->" not in document and "Dialogue:" not in document:
            raise NothingHeard(copy.info.path, copy.info.duration_s or 0.0, "no subtitle to put into a copy of the video")
        target = given.space.path(copy.target)
        given.space.replacing(target)
        for notice in copy.make(document, target, progress.advance):
            progress.notice(notice)
        return target

    def save(self, value: Path, given: Given) -> Sequence[Path]:
        return [value]

    def load(self, given: Given) -> Path:
        return given.space.path(self._copy(given).target)

    def _copy(self, given: Given) -> Copy:
        options = given.options
        tells_sounds = options.subtitles.labels != "none"
        language = given.of(Cues).language
        return Copy(
            kind=self.name,
            info=given.of(Identify).info,
            options=options.video,
            stem=given.space.folder.name,
            language=language,
            for_deaf=tells_sounds,
        )


class MuxedCopy(SubtitledCopy):
    """The subtitles as a track of their own; nothing is encoded again."""

    name = "mux"


class BurnedCopy(SubtitledCopy):
    """The subtitles drawn into the picture, which is encoded again."""

    name = "burn"
