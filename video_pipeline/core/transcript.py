"""The transcript: the lossless record from which subtitles, clips and reports are made."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass
from itertools import pairwise
from typing import Protocol

from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.core.span import Span

SCHEMA_VERSION = 1
MARKS = ("music", "canned")
"""A laugh over music; a laugh that is the same recording as another one."""


@dataclass(frozen=True, slots=True)
class Token(Span):
    """The smallest timed piece of text. `text` keeps its leading space, so the joined tokens are the text of the segment."""

    text: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Segment(Span):
    """Speech of one person without a long pause."""

    text: str
    _: KW_ONLY
    tokens: tuple[Token, ...] = ()
    language: Language = Language.UNKNOWN
    emotion: Emotion | None = None
    emotion_p: float = 0.0
    """Probability of `emotion`, 0 to 1."""
    speaker: str | None = None

    def without_emotion(self) -> Segment:
        return dataclasses.replace(self, emotion=None, emotion_p=0.0)


@dataclass(frozen=True, slots=True)
class AudioEvent(Span):
    """A sound that was detected. `score` is a probability, 0 to 1; `marks`, of `MARKS`, are reasons to give it less weight."""

    label: Sound
    score: float
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EngineIdentity:
    """The engine that made a transcript."""

    name: str
    model: str = ""
    revision: str = ""
    device: str = "cpu"


@dataclass(frozen=True, slots=True)
class MediaIdentity:
    """The media of a transcript: `digest` is the BLAKE3 of the file's bytes, `track` the number of the audio track."""

    name: str
    duration_s: float
    digest: str = ""
    track: int = 0


@dataclass(frozen=True, slots=True)
class Transcript:
    """Segments and events, each ordered by start."""

    media: MediaIdentity
    engine: EngineIdentity
    segments: tuple[Segment, ...] = ()
    events: tuple[AudioEvent, ...] = ()
    draft: bool = False
    """Whether the words are a draft with many mistakes, as files made from them must say."""
    left_out: str = ""
    """Why words that were heard are not in it; empty if none were left out."""
    schema_version: int = SCHEMA_VERSION

    def __post_init__(self) -> None:
        for name, spans in (("segments", self.segments), ("events", self.events)):
            if any(b.start_s < a.start_s for a, b in pairwise(spans)):
                raise ValueError(f"a transcript's {name} must be ordered by start")

    @property
    def language(self) -> Language:
        """The language that is spoken longest; UNKNOWN if there is no speech."""
        return main_language(self.segments)

    @property
    def text(self) -> str:
        return "\n".join(segment.text for segment in self.segments)


class InLanguage(Protocol):
    """A segment, a cue, or anything else that has a language and a duration."""

    @property
    def language(self) -> Language: ...

    @property
    def duration_s(self) -> float: ...


def main_language(parts: Iterable[InLanguage]) -> Language:
    """The language of the longest total duration, the first of equals; UNKNOWN if there are no parts."""
    total_s: dict[Language, float] = {}
    for part in parts:
        total_s[part.language] = total_s.get(part.language, 0.0) + part.duration_s
    return max(total_s, key=total_s.__getitem__, default=Language.UNKNOWN)
