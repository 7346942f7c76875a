"""The limits of good subtitles: how long a line may be, how fast people read, how long a cue is shown.

The defaults for each language are those of the Netflix Timed Text Style Guide for adult programmes. A profile is a preset with
other limits.
"""

from __future__ import annotations

import functools
import unicodedata
from dataclasses import dataclass, field
from typing import Annotated

import msgspec
import regex

from video_pipeline.core.constraints import AboveZero, AtLeastZero, OneOf, Share, check_fields
from video_pipeline.core.labels import Language
from video_pipeline.subtitles import WRITERS
from video_pipeline.subtitles.labels import LABELS
from video_pipeline.subtitles.style import StyleOptions


@dataclass(frozen=True, slots=True)
class ReadingRules:
    """What people read of one language."""

    line_width: Annotated[float, msgspec.Meta(ge=4)]
    """Characters in a line, where wide letters of Japanese and Korean count 1 and narrow ones half."""

    speed_cps: AboveZero
    """Reading speed in the same characters per second."""

    def __post_init__(self) -> None:
        check_fields(self)


BY_LANGUAGE: dict[Language, ReadingRules] = {
    Language.EN: ReadingRules(42, 20),
    Language.ZH: ReadingRules(16, 9),
    Language.YUE: ReadingRules(16, 9),
    Language.JA: ReadingRules(13, 4),
    Language.KO: ReadingRules(16, 12),
    Language.UNKNOWN: ReadingRules(42, 17),
}

SPACELESS = frozenset({Language.ZH, Language.YUE, Language.JA})
"""Languages written without spaces between words."""

_MOST_OF_SAFE_ZONE = 0.9
"""Share of the picture that two opposite edges may take together."""


@dataclass(frozen=True, slots=True)
class SafeZone:
    """Room kept free at the picture's edges."""

    left: Share = 0.03
    """Share of the picture's width."""

    right: Share = 0.03
    """Share of the picture's width."""

    top: Share = 0.05
    """Share of the picture's height."""

    bottom: Share = 0.05
    """Share of the picture's height."""

    def __post_init__(self) -> None:
        check_fields(self)
        if max(self.left + self.right, self.top + self.bottom) > _MOST_OF_SAFE_ZONE:
            raise ValueError("opposite edges of the safe zone must leave a tenth of the picture or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class SubtitleOptions:
    """How subtitles are written."""

    formats: tuple[Annotated[str, OneOf("subtitle format", WRITERS)], ...] = ("srt", "ass")
    """The files to write."""

    labels: Annotated[str, OneOf("kind of label", LABELS)] = "text"
    """How sounds and emotions are written: `text` writes `[laughter]`, `emoji` a picture, `none` leaves them out, `text+en`
    writes them in the cue's language and in English."""

    emotions: bool = True
    """Write emotions, as labels in the text and as colours. False leaves them out and keeps the sounds."""

    lines: Annotated[int, msgspec.Meta(ge=1, le=99)] = 2
    """Most lines in a cue."""

    line_width: AtLeastZero = 0
    """Characters in a line of Latin letters, other scripts in proportion; 0 takes each language's own."""

    speed_cps: AtLeastZero = 0
    """Characters of English read per second, other languages in proportion; 0 takes each language's own."""

    languages: dict[Language, ReadingRules] = field(default_factory=lambda: dict(BY_LANGUAGE))
    """Each language's own line and reading speed (defaults: Netflix Timed Text Style Guide, adult programmes)."""

    word_s: AtLeastZero = 0.0
    """Shortest time that a cue stands for each of its words, in seconds (BBC: 0.3), where words are spaced."""

    least_s: AboveZero = 5 / 6
    """Shortest time a cue stands, in seconds (Netflix: 5/6)."""

    longest_s: AboveZero = 7.0
    """Longest time a cue stands, in seconds (Netflix: 7)."""

    linger_s: AtLeastZero = 0.5
    """Seconds that a cue may stay after its last word, unless reading takes longer."""

    gap_frames: Annotated[int, msgspec.Meta(ge=0)] = 2
    """Frames between two cues, and between a cue's end and a cut of the picture (Netflix: 2)."""

    close_gap_s: AtLeastZero = 0.5
    """Gaps shorter than this, in seconds, are closed to `gap_frames`."""

    shots: bool = False
    """Look for the picture's cuts and time cues by them; the whole picture is decoded for it."""

    safe_zone: SafeZone = field(default_factory=SafeZone)
    """Where no text may stand."""

    style: StyleOptions = field(default_factory=StyleOptions)
    """What letters look like."""

    sound_least_s: AtLeastZero = 0.5
    """Shorter sounds, in seconds, get no label of their own."""

    sound_longest_s: AboveZero = 4.0
    """Longest time that the label of a sound stands, in seconds."""

    byte_order_mark: bool = False
    """Start text files with U+FEFF, for old players on Windows."""

    def __post_init__(self) -> None:
        check_fields(self)
        if self.least_s > self.longest_s:
            raise ValueError("least_s must be at most longest_s")

    def reading(self, language: Language) -> ReadingRules:
        """The limits for a language: its own, unless the options set some for all languages."""
        own, english = self.languages.get(language) or _fallback(language), BY_LANGUAGE[Language.EN]
        if not self.line_width and not self.speed_cps:
            return own
        scale = own.line_width / english.line_width
        line_width = max(4.0, float(round(self.line_width * scale))) if self.line_width else own.line_width
        return ReadingRules(line_width, self.speed_cps * own.speed_cps / english.speed_cps if self.speed_cps else own.speed_cps)


def _fallback(language: Language) -> ReadingRules:
    """The rules of a language that the options say nothing of: its own, else those of the unknown."""
    return BY_LANGUAGE.get(language, BY_LANGUAGE[Language.UNKNOWN])


_WIDE = {Language.JA: "WFA", Language.KO: "WF"}
"""Classes of East Asian width (Unicode Standard Annex 11) that count 1. In these languages other characters count half."""
_JOINED = regex.compile(r"[\p{GCB=EX}\p{GCB=ZWJ}\p{GCB=SM}\p{GCB=RI}\p{GCB=L}\p{GCB=V}\p{GCB=T}\p{GCB=PP}]")
_CLUSTER = regex.compile(r"\X")


def clusters(text: str) -> list[str]:
    """The characters as readers see them (Unicode Standard Annex 29): a letter with its accents is one, a flag is one."""
    return _CLUSTER.findall(text) if not text.isascii() and _JOINED.search(text) else list(text)


@functools.lru_cache(maxsize=1 << 16)
def width(text: str, language: Language) -> float:
    """Number of characters as style guides count them: in Japanese and Korean, Latin letters and spaces count half."""
    wide = _WIDE.get(language)
    if text.isascii():
        return len(text) / 2 if wide else float(len(text))
    parts = clusters(text)
    if wide is None:
        return float(len(parts))
    return sum(1.0 if any(unicodedata.east_asian_width(c) in wide for c in part) else 0.5 for part in parts)
