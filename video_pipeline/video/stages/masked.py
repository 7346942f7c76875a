"""The copy of the video in which what was masked in its words is bleeped; what is shown or cut is taken from it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType

import msgspec

from video_pipeline.core.span import Span
from video_pipeline.media.bleep import bleep, suffix
from video_pipeline.media.probe import probe
from video_pipeline.speech.masking import bleeps
from video_pipeline.video.base import BaseStage, DerivedStage, Given, StageProgress
from video_pipeline.video.stages.identify import Identify, Source
from video_pipeline.video.stages.words import ShownWords

IF_MASKED = MappingProxyType({"masked": "mask"})


class Bleeps(DerivedStage[Sequence[Span]]):
    """Where the masked words are heard. The copy depends on them, and on no other word."""

    name = "bleeps"
    needs = ("words",)

    def make(self, given: Given, progress: StageProgress) -> Sequence[Span]:
        return bleeps(given.of(ShownWords).segments)

    def identity(self, given: Given) -> object:
        return msgspec.to_builtins(given.of(Bleeps))


class MaskedCopy(BaseStage[Source]):
    """`NAME.masked.mp4`; the video itself where nothing was masked."""

    name = "masked"
    phases = ("bleep",)
    needs = ("identify", "bleeps")

    def reads(self, options: object) -> tuple[str, ...]:
        return ("track",)

    def length_s(self, given: Given) -> float | None:
        return given.of(Identify).info.duration_s

    def make(self, given: Given, progress: StageProgress) -> Source:
        source, spans = given.of(Identify), given.of(Bleeps)
        if not spans:
            progress.notice("nothing was masked, so the sound is as it was")
            return source
        target = given.space.path(f"{given.space.folder.name}.masked{suffix(source.info)}")
        given.space.replacing(target)
        bleep(source.info, source.track, spans, target, progress.advance)
        progress.notice(f"{target.name} has a tone in {len(spans)} places")
        return Source(probe(target), source.digest)

    def save(self, value: Source, given: Given) -> Sequence[Path]:
        return [] if value is given.of(Identify) else [value.info.path]

    def load(self, given: Given) -> Source:
        files = given.outputs(self.name)
        return Source(probe(files[0]), given.of(Identify).digest) if files else given.of(Identify)


def source_of(given: Given) -> Source:
    """What may be shown and cut: the video, or its masked copy."""
    return given.of(MaskedCopy) if given.needs(MaskedCopy) else given.of(Identify)
