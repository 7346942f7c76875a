"""Override tags of ASS, `{\\i1\\an8}`, which other formats contain too: what they say about look and place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from video_pipeline.core.cue import BOTTOM, PLAIN, Look, Place

_TAG = re.compile(
    r"\\(alpha|iclip|clip|xbord|ybord|bord|xshad|yshad|shad|blur|fade|move|fad|pos|org|fscx|fscy|fsp|frx|fry|frz|fax|fay|pbo"
    r"|[1-4][ac]|an|fn|fs|fr|fe|be|kf|ko|kt|[aibusrckKpqt])(\((?:[^()]|\([^()]*\)?)*\)?|[^\\]*)"
)
_FLAGS = {"i": "italic", "b": "bold", "u": "underline", "s": "strike"}
_KARAOKE = frozenset(("k", "K", "kf", "ko", "kt"))
_SILENT = frozenset(("q", "r", "p", "pbo", "a", "an", "pos", "c", "1c", *_FLAGS, *_KARAOKE))
"""Tags that are understood, or that say only how lines wrap."""
_BOLD_WEIGHT = 600
"""Font weight from which `\\b` is bold; 1 is bold too."""
_OLD_ALIGN = {1: 1, 2: 2, 3: 3, 5: 7, 6: 8, 7: 9, 9: 4, 10: 5, 11: 6}
"""Alignments of SSA and `\\a`, as on a keypad."""


def keypad_of(legacy: int) -> int:
    """The alignment of SSA and of `\\a` as on a numeric keypad; bottom centre if it is none."""
    return _OLD_ALIGN.get(legacy, 2)


@dataclass(slots=True)
class Overrides:
    """The state of a text while its tags are read."""

    size: tuple[float, float] = (384.0, 288.0)
    """Size of the picture in which positions are given; libass assumes this one where none is stated."""
    base: Look = PLAIN
    """Look of the event's style."""
    styles: Mapping[str, Look] = field(default_factory=dict)
    """Looks of all styles, for `\\rNAME`."""
    base_colour: str = ""
    """Colour that is the usual one in this file and therefore not markup."""
    base_bold: bool = False
    """This file's usual weight is bold, so bold is no markup."""
    place: Place = BOTTOM
    look: Look = PLAIN
    left_out: list[str] = field(default_factory=list)
    """Tags that mean something that is not kept."""
    drawing: bool = False
    """What follows is a shape, not text."""
    drawing_seen: bool = False

    def __post_init__(self) -> None:
        self.look = self.base

    def take(self, block: str) -> None:
        """Apply the tags of one block, without its braces."""
        for tag in _TAG.finditer(block):
            name, value = tag.group(1), tag.group(2).strip().strip("()").strip()
            if name in _FLAGS:
                self._flag(_FLAGS[name], value)
            elif name in ("c", "1c"):
                self._colour(value)
            elif name == "r":
                self.look = self.styles.get(value, self.base) if value else self.base
            elif name in ("an", "a"):
                self._align(name, value)
            elif name in ("pos", "move"):
                self._position(value)
            elif name == "p":
                self.drawing = value.isdigit() and int(value) > 0
            if name not in _SILENT:
                self.left_out.append(f"\\{name}")

    def _flag(self, name: str, value: str) -> None:
        weight = int(value) if value.lstrip("-").isdigit() else -1
        if name == "bold":
            heavy = weight == 1 or weight >= _BOLD_WEIGHT
            on = heavy and not self.base_bold if weight >= 0 else self.base.bold
        else:
            on = weight > 0 if weight >= 0 else bool(getattr(self.base, name))
        if name == "italic":
            self.look = replace(self.look, italic=on)
        elif name == "bold":
            self.look = replace(self.look, bold=on)
        elif name == "underline":
            self.look = replace(self.look, underline=on)
        else:
            self.look = replace(self.look, strike=on)

    def _colour(self, value: str) -> None:
        colour = colour_of(value)
        self.look = replace(self.look, colour=self.base.colour if not colour else "" if colour == self.base_colour else colour)

    def _align(self, name: str, value: str) -> None:
        if not value.isdigit():
            return
        align = int(value) if name == "an" else keypad_of(int(value))
        if 1 <= align <= 9:
            self.place = replace(self.place, align=align)

    def _position(self, value: str) -> None:
        numbers = re.findall(r"-?\d+(?:\.\d+)?", value)
        if len(numbers) >= 2 and min(self.size) > 0:
            x, y = float(numbers[0]) / self.size[0], float(numbers[1]) / self.size[1]
            self.place = replace(self.place, x=round(x, 5), y=round(y, 5))


def colour_of(value: str) -> str:
    """`#rrggbb` of `&HBBGGRR&`, `&HAABBGGRR` or a decimal number; empty for anything else."""
    text = value.strip().strip("&").upper()
    if text.startswith("H") and re.fullmatch(r"H[0-9A-F]{1,8}", text):
        number = int(text[1:], 16)
    elif re.fullmatch(r"-?\d{1,10}", text):
        number = int(text)
    else:
        return ""
    number &= 0xFFFFFF
    return f"#{number & 0xFF:02x}{number >> 8 & 0xFF:02x}{number >> 16 & 0xFF:02x}"
