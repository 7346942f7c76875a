"""The words that later stages show: of the whole video, or of its clips, whose stage is imported only where it is asked for."""

from __future__ import annotations

from types import MappingProxyType

from video_pipeline.core.transcript import Transcript
from video_pipeline.options import Options
from video_pipeline.video.base import DerivedStage, Given, StageProgress
from video_pipeline.video.stages.spoken import IF_NAMED, Spoken, with_speakers

IF_CLIPS_ONLY = MappingProxyType({"clip_words": "speech.clips_only"})


class ShownWords(DerivedStage[Transcript]):
    """The words that subtitles, clips and pages show: of the whole video, or of its clips."""

    name = "words"
    needs = ("spoken",)
    needs_if = MappingProxyType({**IF_CLIPS_ONLY, **IF_NAMED})

    def reads(self, options: Options) -> tuple[str, ...]:
        return ("emotion", "mask", "speakers.names", "speakers.voices") if options.speakers.find else ()

    def make(self, given: Given, progress: StageProgress) -> Transcript:
        if not given.options.speech.clips_only:
            return given.of(Spoken)
        from video_pipeline.video.stages.clip_words import ClipWords

        return with_speakers(given.of(ClipWords), given)
