"""What is shown."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Token


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a person marked a piece of text."""

    italic: bool = False
    bold: bool = False
    underline: bool = False
    strike: bool = False
    colour: str = ""
    """`#rrggbb` in lower case; empty for the colour of the text around it."""
    voice: str = ""
    """Who says this piece, where a cue has several speakers."""


PLAIN = Look()
"""No markup."""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one look."""

    text: str
    look: Look = PLAIN
    ruby: str = ""
    """The reading that is written above this piece (furigana)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a cue stands in the picture. Shares count from the left and from the top."""

    align: int = 2
    """As on a numeric keypad: 1 to 3 at the bottom, 4 to 6 in the middle, 7 to 9 at the top; 2, 5 and 8 centred."""
    x: float | None = None
    """Share of the width at which the point named by `align` is; None for the margin of that side."""
    y: float | None = None
    """Share of the height, likewise."""
    width: float | None = None
    """Width of the box that holds the text, as a share of the picture's; None if nothing says."""
    height: float | None = None
    """Height of that box, likewise."""
    line: int | None = None
    """Number of the line from the top, from 0; negative numbers count from the bottom, -1 is the last."""
    vertical: str = ""
    """Text runs from top to bottom, and lines grow to the left (`rl`) or to the right (`lr`); empty for horizontal text."""
    region: str = ""
    """Name of the region in the source, for formats that name them."""
    settings: str = ""
    """The same as WebVTT writes it, if the cue comes from there; it may say more than the fields."""

    @property
    def row(self) -> int:
        """0 at the bottom, 1 in the middle, 2 at the top."""
        return (self.align - 1) // 3

    @property
    def column(self) -> int:
        """0 at the left, 1 in the centre, 2 at the right."""
        return (self.align - 1) % 3

    @property
    def is_usual(self) -> bool:
        """Where cues stand if nothing says otherwise."""
        return self == Place() or self == Place(region=self.region)


BOTTOM = Place()
"""Where cues stand if nothing says otherwise: at the bottom, centred."""


@dataclass(frozen=True, slots=True)
class Cue(Span):
    """One subtitle."""

    lines: tuple[str, ...]
    """The text as it is broken into lines, without labels: each format adds the sound, the speaker and the emotion."""
    _: KW_ONLY
    language: Language = Language.UNKNOWN
    labels_language: Language | None = None
    """Language of its labels, if it is not that of its words: Mandarin may be written in traditional characters."""
    tag: str = ""
    """BCP 47 tag of the language where `language` is too coarse: `fr`, `pt-BR`, `zh-Hant`; empty if `language` says it all."""
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
    marked: tuple[tuple[Run, ...], ...] = ()
    """The same lines with their markup; use `runs`, which ignores markup of another text."""
    place: Place = BOTTOM
    style: str = ""
    """Name of the style in the source; empty for the usual one."""

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def runs(self) -> tuple[tuple[Run, ...], ...]:
        """The runs of each line. Lines that were changed after their markup was read have none."""
        if self.marked and self.lines == tuple("".join(run.text for run in line) for line in self.marked):
            return self.marked
        return tuple((Run(line),) for line in self.lines)

    @property
    def is_marked(self) -> bool:
        """Whether any piece has markup or a reading."""
        return any(run.look != PLAIN or run.ruby for line in self.runs for run in line)
