"""The limits of good subtitles: how long a line may be, how fast people read, how long a cue is shown.

The defaults for each language are those of the Netflix Timed Text Style Guide for adult programmes. A profile is a preset with
other limits.
"""

from __future__ import annotations

import functools
import unicodedata
from dataclasses import dataclass, field

import regex

from video_pipeline.core.errors import UnknownName
from video_pipeline.core.labels import Language
from video_pipeline.subtitles import require_writable
from video_pipeline.subtitles.labels import LABELS
from video_pipeline.subtitles.style import StyleOptions


@dataclass(frozen=True, slots=True)
class ReadingRules:
    """`line_width` in characters as `width` counts them, `speed_cps` in the same characters per second."""

    line_width: float
    speed_cps: float

    def __post_init__(self) -> None:
        if self.line_width < 4 or self.speed_cps <= 0:
            raise ValueError("a line must hold 4 characters or more, and the reading speed must be above 0")


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


@dataclass(frozen=True, slots=True)
class SafeZone:
    """Room kept free at the picture's edges, as shares of its width and height."""

    left: float = 0.03
    right: float = 0.03
    top: float = 0.05
    bottom: float = 0.05

    def __post_init__(self) -> None:
        if min(self.left, self.right, self.top, self.bottom) < 0 or max(self.left + self.right, self.top + self.bottom) > 0.9:
            raise ValueError("the shares of a safe zone are 0 or more, and leave a tenth of the picture or more")


@dataclass(frozen=True, slots=True)
class SubtitleOptions:
    """What a person may choose about subtitles.

    Attributes:
        formats: names in `FORMATS`.
        labels: `text` writes `[laughter]`, `emoji` a picture, `none` leaves sounds and emotions out of the text,
            `text+en` writes them in the cue's language and in English.
        emotions: write emotions, as labels in the text and as colours; False leaves them out and keeps the sounds.
        lines: most lines in a cue.
        line_width: characters in a line of Latin letters, other scripts in proportion; 0 takes each language's own.
        speed_cps: characters of English read per second, other languages in proportion; 0 takes each language's own.
        languages: each language's own line and reading speed.
        word_s: a cue stands at least so long for each of its words (BBC: 0.3), where words are spaced.
        least_s: shortest time a cue stands (Netflix: 5/6 s).
        longest_s: longest time a cue stands (Netflix: 7 s).
        linger_s: how long a cue may stay after its last word, unless reading takes longer.
        gap_frames: frames between two cues, and between a cue's end and a cut.
        close_gap_s: gaps shorter than this are closed to `gap_frames`.
        shots: look for the picture's cuts and time cues by them; the whole picture is decoded for it.
        safe_zone: where no text may stand.
        style: what letters look like.
        sound_least_s: shorter sounds get no label of their own.
        sound_longest_s: how long a sound's label stands at most.
        byte_order_mark: start text files with U+FEFF, for old players on Windows.
    """

    formats: tuple[str, ...] = ("srt", "ass")
    labels: str = "text"
    emotions: bool = True
    lines: int = 2
    line_width: float = 0
    speed_cps: float = 0
    languages: dict[Language, ReadingRules] = field(default_factory=lambda: dict(BY_LANGUAGE))
    word_s: float = 0.0
    least_s: float = 5 / 6
    longest_s: float = 7.0
    linger_s: float = 0.5
    gap_frames: int = 2
    close_gap_s: float = 0.5
    shots: bool = False
    safe_zone: SafeZone = field(default_factory=SafeZone)
    style: StyleOptions = field(default_factory=StyleOptions)
    sound_least_s: float = 0.5
    sound_longest_s: float = 4.0
    byte_order_mark: bool = False

    def __post_init__(self) -> None:
        for name in self.formats:
            require_writable(name)
        if self.labels not in LABELS:
            raise UnknownName("kind of label", self.labels, LABELS)
        least = min(self.line_width, self.speed_cps, self.gap_frames, self.word_s, self.linger_s, self.close_gap_s)
        if self.lines < 1 or not 0 < self.least_s <= self.longest_s or least < 0:
            raise ValueError("lines must be 1 or more, 0 < least_s <= longest_s, and widths, speeds and gaps 0 or more")

    def reading(self, language: Language) -> ReadingRules:
        """The limits for a language: its own, unless the options set some for all languages."""
        own, english = self.languages.get(language, BY_LANGUAGE[language]), BY_LANGUAGE[Language.EN]
        if not self.line_width and not self.speed_cps:
            return own
        scale = own.line_width / english.line_width
        line_width = max(4.0, float(round(self.line_width * scale))) if self.line_width else own.line_width
        return ReadingRules(line_width, self.speed_cps * own.speed_cps / english.speed_cps if self.speed_cps else own.speed_cps)


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
