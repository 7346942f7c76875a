"""The words that later stages show: those that were heard, with speakers where they are looked for.

The stages of speakers and of the words of clips are imported only in runs that ask for them.
"""

from __future__ import annotations

from types import MappingProxyType

import msgspec

from video_pipeline.core.transcript import Transcript
from video_pipeline.options import Options
from video_pipeline.video.base import DerivedStage, Given, StageProgress
from video_pipeline.video.corrections import corrections_in
from video_pipeline.video.stages.listen import Listen

IF_FOUND = MappingProxyType({"speakers": "speakers.find"})
IF_NAMED = MappingProxyType({**IF_FOUND, "known_voices": "speakers.voices"})
IF_CLIPS_ONLY = MappingProxyType({"clip_words": "speech.clips_only"})


class Spoken(DerivedStage[Transcript]):
    """What was heard, with speakers where they are looked for."""

    name = "spoken"
    needs = ("listen",)
    needs_if = IF_NAMED

    def reads(self, options: Options) -> tuple[str, ...]:
        return ("emotion", "mask", "speakers.names", "speakers.voices") if options.speakers.find else ()

    def depends_on(self, given: Given) -> object:
        """Corrections: one may be of a part of what was heard as one segment."""
        return msgspec.to_builtins(corrections_in(given.space)) if given.options.speakers.find else None

    def make(self, given: Given, progress: StageProgress) -> Transcript:
        return _attributed(given.of(Listen).transcript, given)


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

        return _attributed(given.of(ClipWords), given)


def _attributed(transcript: Transcript, given: Given) -> Transcript:
    """A transcript with its speakers, if they are looked for."""
    if not given.options.speakers.find:
        return transcript
    from video_pipeline.video.stages.speakers import attributed

    return attributed(transcript, given)
