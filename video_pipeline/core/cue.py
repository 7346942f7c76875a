"""What is shown."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Token


@dataclass(frozen=True, slots=True)
class Cue(Span):
    """One subtitle."""

    lines: tuple[str, ...]
    """The text as it is broken into lines, without labels: each format adds the sound, the speaker and the emotion."""
    _: KW_ONLY
    language: Language = Language.UNKNOWN
    labels_language: Language | None = None
    """Language of its labels, if it is not that of its words: Mandarin may be written in traditional characters."""
    emotion: Emotion | None = None
    starts_emotion: bool = False
    """The emotion starts here. Only this cue has its label in the text."""
    sound: Sound | None = None
    """A sound whose label comes first. A cue without lines shows the sound alone."""
    speaker: str | None = None
    speaker_label: str = ""
    """The speaker's name as it is written before the first line, such as `ANN:` or `[Ann]`; empty if it is not written here."""
    tokens: tuple[Token, ...] = ()
    """The words with their times. Their characters are those of `lines`, apart from spaces and punctuation that is not shown."""

    @property
    def text(self) -> str:
        return "\n".join(self.lines)
