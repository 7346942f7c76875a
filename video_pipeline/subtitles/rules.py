"""The numbers of good subtitles: what a line holds, how fast people read, how long a cue stands.

Defaults are those of the Netflix Timed Text Style Guide (adult programmes) per language.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from video_pipeline.core.errors import UnknownName
from video_pipeline.core.labels import Language
from video_pipeline.subtitles import FORMATS


@dataclass(frozen=True, slots=True)
class ReadingRules:
    """`line_width` in characters as `width` counts them, `speed_cps` in the same characters per second."""

    line_width: float
    speed_cps: float


BY_LANGUAGE: dict[Language, ReadingRules] = {
    Language.EN: ReadingRules(42, 20),
    Language.ZH: ReadingRules(16, 9),
    Language.YUE: ReadingRules(16, 9),
    Language.JA: ReadingRules(13, 4),
    Language.KO: ReadingRules(16, 12),
    Language.UNKNOWN: ReadingRules(42, 17),
}

HALF_WIDTH_COUNTS_HALF = frozenset({Language.JA, Language.KO})
SPACELESS = frozenset({Language.ZH, Language.YUE, Language.JA})
"""Languages written without spaces between words."""


LABELS = ("text", "emoji", "none")


@dataclass(frozen=True, slots=True)
class SubtitleOptions:
    """What a person may choose about subtitles.

    Attributes:
        formats: names in `FORMATS`.
        labels: `text` writes `[laughter]`, `emoji` a picture, `none` leaves sounds and emotions out of the text.
        lines: most lines in a cue.
        line_width: characters in a line; 0 takes the language's own.
        speed_cps: characters read per second; 0 takes the language's own.
        least_s: shortest time a cue stands (Netflix: 5/6 s).
        longest_s: longest time a cue stands (Netflix: 7 s).
        linger_s: how long a cue may stay after its last word.
        gap_frames: frames between two cues.
        close_gap_s: gaps shorter than this are closed to `gap_frames`.
        sound_least_s: shorter sounds get no label of their own.
        sound_longest_s: how long a sound's label stands at most.
        byte_order_mark: start text files with U+FEFF, for old players on Windows.
    """

    formats: tuple[str, ...] = ("srt", "ass")
    labels: str = "text"
    lines: int = 2
    line_width: float = 0
    speed_cps: float = 0
    least_s: float = 5 / 6
    longest_s: float = 7.0
    linger_s: float = 0.5
    gap_frames: int = 2
    close_gap_s: float = 0.5
    sound_least_s: float = 0.5
    sound_longest_s: float = 4.0
    byte_order_mark: bool = False

    def __post_init__(self) -> None:
        for name in self.formats:
            FORMATS.require(name)
        if self.labels not in LABELS:
            raise UnknownName("kind of label", self.labels, LABELS)
        if self.lines < 1 or not 0 < self.least_s <= self.longest_s or min(self.line_width, self.speed_cps, self.gap_frames) < 0:
            raise ValueError("lines must be 1 or more, 0 < least_s <= longest_s, and widths, speeds and gaps 0 or more")

    def reading(self, language: Language) -> ReadingRules:
        own = BY_LANGUAGE[language]
        scale = own.line_width / BY_LANGUAGE[Language.EN].line_width  # an option is given for Latin letters
        width = max(4.0, float(round(self.line_width * scale))) if self.line_width else own.line_width
        return ReadingRules(width, self.speed_cps * own.speed_cps / 20 if self.speed_cps else own.speed_cps)


def width(text: str, language: Language) -> float:
    """Characters as the language's readers count them: in Japanese and Korean, Latin letters and spaces are half."""
    if language not in HALF_WIDTH_COUNTS_HALF:
        return float(len(text))
    return sum(1.0 if unicodedata.east_asian_width(c) in "WF" else 0.5 for c in text)
