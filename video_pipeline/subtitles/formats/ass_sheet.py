"""The styles of an ASS file as a person made them, so that they stand in the file that is written from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from video_pipeline.core.cue import PLAIN, Look, Place
from video_pipeline.subtitles.read.overrides import keypad_of

STYLE_FIELDS = (
    "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, "
    "ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding"
)
_USUAL = {
    "fontname": "Arial",
    "fontsize": "18",
    "primarycolour": "&H00FFFFFF",
    "secondarycolour": "&H0000FFFF",
    "outlinecolour": "&H00000000",
    "backcolour": "&H00000000",
    "scalex": "100",
    "scaley": "100",
    "borderstyle": "1",
    "outline": "2",
    "shadow": "3",
    "alignment": "2",
    "marginl": "20",
    "marginr": "20",
    "marginv": "20",
    "encoding": "1",
}
"""What libass takes for fields that a file does not have; 0 for the others."""


@dataclass(frozen=True, slots=True)
class AssSheet:
    """What a file says about looks before its events."""

    size: tuple[int, int]
    """Of the picture for which sizes and places are given."""
    rows: Mapping[str, Mapping[str, str]]
    """Styles by name, fields by their names in lower case."""
    looks: Mapping[str, Look]
    """What of each style is markup, as its cues have it."""
    colour: str = ""
    """The colour that cues without one have: that of most of the text."""
    settings: tuple[str, ...] = ()
    """Other lines of the section `[Script Info]` that change how events look."""
    fonts: str = ""
    """The section `[Fonts]`, whole."""
    old: bool = False
    """SSA, whose alignments are those of `\\a`."""
    main: str = "Default"
    """The style of most of the text."""

    def name_of(self, style: str) -> str:
        """A style of the sheet: the one of that name, else the usual one."""
        return next((name for name in (style, "Default", self.main) if name in self.rows), next(iter(self.rows)))

    def look(self, style: str) -> Look:
        return self.looks.get(style, PLAIN)

    def place(self, style: str) -> Place:
        """Where the style puts its events."""
        value = self.rows[style].get("alignment", "").strip()
        align = int(value) if value.isdigit() else 2
        return Place(align=keypad_of(align) if self.old else align if 1 <= align <= 9 else 2)

    def lines(self) -> list[str]:
        """The styles, in the form of ASS."""
        return [f"Style: {','.join(self._values(name, row))}" for name, row in self.rows.items()]

    def _values(self, name: str, row: Mapping[str, str]) -> list[str]:
        known = _USUAL | {key: value for key, value in row.items() if value}
        if "tertiarycolour" in row:
            known["outlinecolour"] = row["tertiarycolour"]
        known |= {"name": name, "alignment": str(self.place(name).align)}
        return [known.get(one.lower(), "0") for one in STYLE_FIELDS.split(", ")]
