"""The words of a subtitle file that exists already: as a transcript has them, and translated into the file's own cues."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import msgspec

from video_pipeline.core.cue import Cue
from video_pipeline.core.files import key_of
from video_pipeline.core.transcript import AudioEvent, EngineIdentity, MediaIdentity, Segment, Transcript
from video_pipeline.subtitles.formats.base import Repair
from video_pipeline.subtitles.rules import SubtitleOptions
from video_pipeline.video.base import Given
from video_pipeline.video.engine import Engine
from video_pipeline.video.stages.events import Events
from video_pipeline.video.stages.translate import Translate, Translated, TranslatedFiles
from video_pipeline.video.stages.words import ShownWords
from video_pipeline.video.translations import Frame

STAGE = TranslatedFiles.name
"""The stage that writes the files."""


def as_said(cues: Sequence[Cue]) -> tuple[list[Segment], list[AudioEvent]]:
    """What the layout starts from: a segment per cue with words, an event per sound."""
    segments = [
        Segment(
            cue.start_s,
            cue.end_s,
            " ".join(cue.lines),
            tokens=cue.tokens,
            language=cue.language,
            emotion=cue.emotion,
            speaker=cue.speaker,
        )
        for cue in cues
        if cue.lines
    ]
    return segments, [AudioEvent(cue.start_s, cue.end_s, cue.sound, 1.0) for cue in cues if cue.sound is not None]


def unlabelled(events: Sequence[AudioEvent], cues: Sequence[Cue], options: SubtitleOptions) -> list[Repair]:
    """Sounds that were labelled before and are not now: where people speak, a label needs room in the line."""
    labelled = [cue for cue in cues if cue.sound is not None]
    gone = [e for e in events if not any(cue.sound is e.label and cue.overlaps(e) for cue in labelled)]
    return [Repair("label left out", 0, f"{e.label} at {e.start_s:.3f} s") for e in gone if options.labels != "none"]


def translate_words(engine: Engine, segments: Sequence[Segment], events: Sequence[AudioEvent], fixed: Sequence[Cue]) -> None:
    """Have an engine translate these words instead of those of a video; into `fixed` cues, if there are any."""
    ordered = tuple(sorted(segments, key=lambda segment: segment.start_s))
    end_s = max((segment.end_s for segment in ordered), default=0.0)
    transcript = Transcript(MediaIdentity(engine.video.name, end_s), EngineIdentity("file"), ordered)
    engine.put(ShownWords.name, transcript, key_of(msgspec.to_builtins(transcript)))
    engine.put(Events.name, events, key_of(msgspec.to_builtins(events)))
    engine.use(_TranslateFile(fixed))
    engine.use(_TranslatedFile(fixed))


class _TranslateFile(Translate):
    """The stage `translate` for the words of a file."""

    def __init__(self, fixed: Sequence[Cue]) -> None:
        self._fixed = fixed

    def frame(self, given: Given) -> Frame:
        return dataclasses.replace(super().frame(given), fixed=self._fixed)


class _TranslatedFile(Translated):
    """The stage `translated` for the cues of a file: other languages stand in them as they are."""

    def __init__(self, fixed: Sequence[Cue]) -> None:
        self._fixed = fixed

    def frame(self, given: Given) -> Frame:
        return dataclasses.replace(super().frame(given), fixed=self._fixed)
