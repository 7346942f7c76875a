"""How subtitles look, where a format can show it: what a person may choose, apart from the rules of good reading."""

from __future__ import annotations

from dataclasses import dataclass

from video_pipeline.core.errors import UnknownName

WORDS = ("plain", "karaoke", "highlight")
BACKDROPS = ("outline", "box")


@dataclass(frozen=True, slots=True)
class StyleOptions:
    """What a person may choose about the look.

    Attributes:
        words: what happens to the word being said: `plain` nothing; `karaoke` fills it with colour from left to right;
            `highlight` colours it alone. Where words cannot be coloured, anything but `plain` writes their times.
        backdrop: what letters stand on: an `outline` or a `box`.
        size: height of a line, as a share of the picture's; 0 takes the usual; cues that would not fit are smaller.
        speakers: write a speaker's name where another begins to speak.
        separate_labels: put sounds and emotions into a second file, `NAME.sdh.srt`, and none into the first.
    """

    words: str = "plain"
    backdrop: str = "outline"
    size: float = 0.0
    speakers: bool = False
    separate_labels: bool = False

    def __post_init__(self) -> None:
        if self.words not in WORDS:
            raise UnknownName("way to show words", self.words, WORDS)
        if self.backdrop not in BACKDROPS:
            raise UnknownName("backdrop", self.backdrop, BACKDROPS)
        if not 0 <= self.size <= 0.2:
            raise ValueError("size is a share of the picture's height, at most 0.2")
