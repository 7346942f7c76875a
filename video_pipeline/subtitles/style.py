"""How subtitles look, as far as a format can show it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from video_pipeline.core.errors import UnknownName
from video_pipeline.core.labels import SHOWN_EMOTIONS, Emotion
from video_pipeline.core.palette import EMOTION_COLOURS

WORDS = ("plain", "karaoke", "highlight")
BACKDROPS = ("outline", "box")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


@dataclass(frozen=True, slots=True)
class StyleOptions:
    """What a person may choose about the look.

    Attributes:
        words: what happens to the word being said: `plain` nothing; `karaoke` fills it with colour from left to right;
            `highlight` colours it alone. Where words cannot be coloured, anything but `plain` writes their times.
        backdrop: what letters stand on: an `outline` or a `box`.
        size: height of a line, as a share of the picture's; 0 takes the usual; cues that would not fit are smaller.
        speakers: write a speaker's name where another begins to speak.
        speaker_brackets: write the name as `[Ann]` (subtitles for the deaf and hard of hearing) instead of `ANN:`.
        colours: `#RRGGBB` of emotions, by their names.
        separate_labels: put sounds and emotions into a second file, `NAME.sdh.srt`, and none into the first.
    """

    words: str = "plain"
    backdrop: str = "outline"
    size: float = 0.0
    speakers: bool = False
    speaker_brackets: bool = False
    separate_labels: bool = False
    colours: Mapping[str, str] = field(default_factory=lambda: {str(e): colour for e, colour in EMOTION_COLOURS.items()})

    def __post_init__(self) -> None:
        for name, colour in self.colours.items():
            if name not in SHOWN_EMOTIONS:
                raise UnknownName("emotion with a colour", name, SHOWN_EMOTIONS)
            if not _COLOUR.fullmatch(colour):
                raise ValueError(f"the colour of {name} is written #RRGGBB, not {colour}")
        if self.words not in WORDS:
            raise UnknownName("way to show words", self.words, WORDS)
        if self.backdrop not in BACKDROPS:
            raise UnknownName("backdrop", self.backdrop, BACKDROPS)
        if not 0 <= self.size <= 0.2:
            raise ValueError("size is a share of the picture's height, at most 0.2")

    def colour_of(self, emotion: Emotion) -> str:
        """The colour, `#RRGGBB`, of one of `SHOWN_EMOTIONS`."""
        return self.colours.get(emotion, EMOTION_COLOURS[emotion])
