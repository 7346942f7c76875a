"""Make the font files of `video_pipeline/media/letters`: static, unhinted subsets of Noto fonts.

    pip install fonttools manimgx-fonts
    python tools/make_fonts.py

Static, because libass draws only the default instance of a variable font. Kerning and ligatures are left out: libass does not
apply them by default, and without them the width of a line is the sum of its letters' advances.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

TARGET = Path(__file__).parents[1] / "video_pipeline/media/letters"
LATIN_GREEK_CYRILLIC = [
    *range(0x20, 0x590),  # Latin to Cyrillic, with their accents
    *range(0x1D00, 0x2000),  # Latin and Greek with several accents
    *range(0x2000, 0x2070),  # punctuation
    *range(0x2070, 0x2190),  # superscripts, currencies, letter-like symbols, fractions
    *range(0x2200, 0x2300),  # mathematics
    0x25CC,  # carries single accents
    0xFB01,
    0xFB02,
    0xFFFD,
]
SYMBOLS = [*range(0x2190, 0x2200), *range(0x2460, 0x2500), *range(0x25A0, 0x2760)]
EMOJI = [
    *range(0x2600, 0x27C0),
    *range(0x1F300, 0x1F400),  # weather, plants, food, celebrations, music
    *range(0x1F440, 0x1F500),  # people, hands, hearts, objects
    *range(0x1F600, 0x1F650),  # faces
    *range(0x1F900, 0x1FA00),  # more faces
]
MARKS = ["mark", "mkmk", "ccmp", "locl"]
"""OpenType features that are kept: they place accents."""


@dataclass(frozen=True)
class Face:
    """One file to make."""

    source: str
    family: str
    style: str
    weight: int
    characters: list[int]

    @property
    def is_bold(self) -> bool:
        return "Bold" in self.style

    @property
    def is_italic(self) -> bool:
        return "Italic" in self.style


FACES = [
    Face("NotoSans[wght].ttf", "Noto Sans", "Regular", 400, LATIN_GREEK_CYRILLIC),
    Face("NotoSans[wght].ttf", "Noto Sans", "Bold", 700, LATIN_GREEK_CYRILLIC),
    Face("NotoSans-Italic[wght].ttf", "Noto Sans", "Italic", 400, LATIN_GREEK_CYRILLIC),
    Face("NotoSans-Italic[wght].ttf", "Noto Sans", "Bold Italic", 700, LATIN_GREEK_CYRILLIC),
    Face("NotoSansSymbols[wght].ttf", "Noto Sans Symbols", "Regular", 400, SYMBOLS),
    Face("NotoEmoji[wght].ttf", "Noto Emoji", "Regular", 400, EMOJI),
]


def made(face: Face, folder: Path) -> TTFont:
    font = instantiateVariableFont(TTFont(folder / face.source), {"wght": face.weight}, inplace=True)
    options = subset.Options(layout_features=MARKS, hinting=False, name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14], notdef_outline=True)
    options.drop_tables += ["STAT", "HVAR", "MVAR", "avar"]
    chosen = subset.Subsetter(options)
    chosen.populate(unicodes=face.characters)
    chosen.subset(font)
    _name(font, face)
    _set_height(font)
    return font


def _set_height(font: TTFont) -> None:
    """The ascent and descent of Noto Sans, so that signs beside its letters have their size: libass scales fonts by these."""
    units = font["head"].unitsPerEm
    ascent, descent = round(1.124 * units), round(0.395 * units)
    font["OS/2"].usWinAscent, font["OS/2"].usWinDescent = ascent, descent
    font["hhea"].ascent, font["hhea"].descent, font["hhea"].lineGap = ascent, -descent, 0


def _name(font: TTFont, face: Face) -> None:
    style, postscript = face.style, f"{face.family}-{face.style}".replace(" ", "")
    texts = {1: face.family, 2: style, 3: f"video_pipeline subset of {postscript}", 4: f"{face.family} {style}", 6: postscript}
    for number, text in texts.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = face.weight
    regular = not face.is_bold and not face.is_italic
    font["OS/2"].fsSelection = (font["OS/2"].fsSelection & ~0b1100001) | face.is_italic | face.is_bold << 5 | regular << 6
    font["head"].macStyle = face.is_bold | face.is_italic << 1


def main() -> None:
    package = find_spec("manimgx_fonts")
    assert package is not None and package.origin is not None
    for face in FACES:
        made(face, Path(package.origin).parent).save(TARGET / f"{face.family}-{face.style}.ttf".replace(" ", ""))


if __name__ == "__main__":
    main()
