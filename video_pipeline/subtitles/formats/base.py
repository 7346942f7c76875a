"""The contract of a subtitle file format.

A format is one class in one module. It has `suffixes` and whatever it can do: `match` and `read` make it a `FormatReader`,
`render` makes it a `FormatWriter`.

To add one:
1. write one module here with such a class;
2. add its line to `FORMATS` in `subtitles/__init__.py`;
3. if it can be written, add an independent parser to `PARSERS` in `tests/subtitles/test_formats.py`, which reads back
   what every writer produces;
4. if it can be read, add an example to `EXAMPLES` in `tests/subtitles/read/test_reading.py`, which is read by every reader.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Protocol

from video_pipeline.core.cue import BOTTOM, Cue, Place, Run
from video_pipeline.core.labels import Emotion, Language
from video_pipeline.core.transcript import Token
from video_pipeline.subtitles.formats.ass_sheet import AssSheet
from video_pipeline.subtitles.rules import SafeZone
from video_pipeline.subtitles.style import StyleOptions


@dataclass(frozen=True, slots=True)
class Appearance:
    """How cues look. Each format applies what it can express."""

    labels: str = "text"
    """How sounds and emotions are written; one of `labels.LABELS`."""
    _: KW_ONLY
    width_px: int = 1920
    """Width of the picture. With `height_px` it gives positions and sizes their meaning."""
    height_px: int = 1080
    """Height of the picture."""
    rate_fps: float | None = None
    """Frame rate of the picture, for formats that count frames; None if unknown."""
    title: str = ""
    """Title of the video."""
    note: str = ""
    """A remark about the whole file, for formats that have comments."""
    byte_order_mark: bool = False
    """Start the file with U+FEFF."""
    style: StyleOptions = field(default_factory=StyleOptions)
    """Letters, colours and backdrop."""
    safe_zone: SafeZone = field(default_factory=SafeZone)
    """Margins that are kept free of text."""
    sheet: AssSheet | None = None
    """The styles of the file from which the cues come, for the format that holds them; None for styles of our own."""

    @property
    def mark(self) -> str:
        """What the file starts with: U+FEFF or nothing."""
        return "\ufeff" if self.byte_order_mark else ""


class FormatWriter(Protocol):
    """Turns cues into the text of one file."""

    holds: frozenset[str]
    """What of `KEPT` the format can express; what else a cue has is left out, and reported."""

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> str | bytes:
        """Returns the whole file, as bytes if it is no text.

        Cues are in order and contain no empty line; they overlap only if the format holds overlaps. Apart from that their
        text may contain any character, so it must be escaped.
        """
        ...


KEPT = ("italic", "bold", "underline", "strike", "colour", "ruby", "voice", "place", "style", "overlap")
"""What a person may have given cues besides words, times and speakers."""


CONTROL: dict[int, str | None] = {
    **dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029], " "),
    **dict.fromkeys([0xFEFF, 0xFFFE, 0xFFFF], None),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}
"""For `str.translate`: characters that no format can hold, because they end a line or a file or make parsers fail."""


def one_line(text: str) -> str:
    """The text without control characters and line ends, with single spaces between its words."""
    return " ".join(text.translate(CONTROL).split())


class Match(enum.IntEnum):
    """How clearly the content of a file shows its format."""

    NONE = 0
    """The format cannot read it."""
    PATTERN = 1
    """Some lines look like the format. They may look like another one too, so the suffix of the file is considered."""
    SIGNATURE = 2
    """It has a header, a root element or section names that only this format has."""


@dataclass(slots=True)
class Draft:
    """A cue as it stands in a file: its times may be swapped and its text may be empty."""

    start_s: float
    end_s: float | None
    """None if the file does not say when the cue ends."""
    text: str
    _: KW_ONLY
    line: int = 0
    """Line number in the file, counted from 1; 0 if unknown."""
    speaker: str | None = None
    emotion: Emotion | None = None
    language: Language | None = None
    """None if the file does not say."""
    tokens: tuple[Token, ...] = ()
    """The words with their times, if the file has them."""
    runs: Sequence[Run] = ()
    """The same text with its markup, line ends included; if empty, `text` has none."""
    place: Place = BOTTOM
    style: str = ""
    tag: str = ""
    """BCP 47 tag of the language, if the file says more than `language` can."""


@dataclass(frozen=True, slots=True)
class Repair:
    """Something in a file that was wrong and was repaired."""

    what: str
    """The kind of fault, the same words for every file."""
    line: int = 0
    """Line number in the file, counted from 1; 0 if it concerns the whole file."""
    detail: str = ""


@dataclass(slots=True)
class Report:
    """What a reader finds out besides the cues."""

    repairs: list[Repair] = field(default_factory=list)
    language: Language | None = None
    """The language that the file declares for all its cues."""
    tag: str = ""
    """The BCP 47 tag of that language, as the file writes it."""
    rate_fps: float | None = None
    """Given to the reader: frames per second for formats that count frames, if somebody has said."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Given to the reader: names of a table's columns by what they hold (`start`, `end`, `text`...), if somebody has said."""
    wanted: str = ""
    """Given to the reader: tag of the language to read, if the file has several."""
    sheet: AssSheet | None = None
    """The styles of the file."""

    def add(self, what: str, line: int = 0, detail: str = "") -> None:
        self.repairs.append(Repair(what, line, detail))


class Unreadable(Exception):
    """No cue can be recovered from a text. The message completes the sentence "FILE is not a subtitle file: ..."."""


class FormatReader(Protocol):
    """Finds the cues in the text of one file."""

    resolution_ms: int
    """Times in this format are multiples of this."""

    def match(self, text: str) -> Match:
        """Judges by the content alone whether the text is in this format."""
        ...

    def read(self, text: str, report: Report) -> list[Draft]:
        r"""Returns every cue that can be recovered, in the order of the file. Repairs are added to the report.

        Lines of `text` end in `\n`.

        Raises:
            Unreadable: no cue can be recovered.
        """
        ...


class BinaryReader(Protocol):
    """Finds the cues in a file that is no text. A format has this in place of `match` and `read`."""

    resolution_ms: int

    def match_bytes(self, content: bytes) -> Match: ...

    def read_bytes(self, content: bytes, report: Report) -> list[Draft]:
        """Like `FormatReader.read`."""
        ...


class SubtitleFormat(Protocol):
    """What every class in `FORMATS` has; its methods are those of `FormatReader`, of `FormatWriter` or of both."""

    suffixes: tuple[str, ...]
    """Suffixes of file names in this format, without the dot and in lower case. The first is that of files it writes."""
