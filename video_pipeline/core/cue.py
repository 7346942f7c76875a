"""What is shown."""

from __future__ import annotations

from dataclasses import dataclass

from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Token


@dataclass(frozen=True, slots=True)
class Cue(Span):
    """One subtitle. `lines` is what a reader sees, labels left out: writers add `emotion` or `sound` in their own way.

    `starts_emotion` marks the cue where an emotion begins, the only one that carries its label in text; `names_speaker` the one
    where the speaker's name is written. The characters of `tokens` are those of `lines`, but for blanks and marks left out.
    """

    lines: tuple[str, ...]
    language: Language = Language.UNKNOWN
    emotion: Emotion | None = None
    starts_emotion: bool = False
    sound: Sound | None = None
    speaker: str | None = None
    tokens: tuple[Token, ...] = ()
    names_speaker: bool = False

    @property
    def text(self) -> str:
        return "\n".join(self.lines)
