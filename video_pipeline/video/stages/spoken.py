"""What was said, by whom: the words that were heard, with speakers where they are looked for.

The stage of speakers is imported only in runs that ask for it.
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
        return with_speakers(given.of(Listen).transcript, given)


def with_speakers(transcript: Transcript, given: Given) -> Transcript:
    """A transcript with its speakers, if they are looked for."""
    if not given.options.speakers.find:
        return transcript
    from video_pipeline.video.stages.speakers import attributed

    return attributed(transcript, given)
