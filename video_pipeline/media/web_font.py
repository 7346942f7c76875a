"""Chinese, Japanese and Korean letters for pages: on a machine without such a font a browser would draw empty boxes."""

from __future__ import annotations

import base64
import functools
import io
from collections.abc import Mapping

from video_pipeline.core.labels import Language
from video_pipeline.media import font_file
from video_pipeline.media.font_names import FAMILIES, language_of

FAMILY = "Letters"
"""Under which the pages' style sheets ask for these letters, before all other families: Chromium draws boxes for the first words
that need a font which stands later, where no font of the system has their letters."""
RANGE = "U+2E80-9FFF, U+AC00-D7FF, U+F900-FAFF, U+FE30-FE4F, U+FF00-FFEF, U+20000-3FFFF"
"""Blocks of Unicode with letters and marks of East Asia; the others are left to the page's other fonts."""
_BLOCKS = tuple(tuple(int(end, 16) for end in block.removeprefix("U+").split("-")) for block in RANGE.replace(" ", "").split(","))

INTERFACES = {"zh-Hans": Language.ZH, "zh-Hant": Language.YUE, "ja": Language.JA, "ko": Language.KO}
"""Languages of the pages whose letters a reader's machine may lack, or have in other shapes than the video's; Hong Kong's are the
traditional ones."""


def is_asian(character: str) -> bool:
    """Whether it lies in `RANGE`."""
    return any(first <= ord(character) <= last for first, last in _BLOCKS)


def embedded(text: str, language: Language) -> bytes:
    """The font of a language (the letters', where it has no such font) as WOFF, with the East Asian letters of a text alone.

    Empty where the text has none of them, or the package with the font is not installed.
    """
    letters = "".join(sorted(filter(is_asian, set(text))))
    if not letters:
        return b""
    own = language if language in FAMILIES else language_of(letters)
    return _subset(letters, own if own in FAMILIES else Language.ZH)


def style_sheet(text: str, language: Language) -> str:
    """A rule that brings these letters into a page; empty where `embedded` is."""
    if not (content := embedded(text, language)):
        return ""
    return f'@font-face {{ font-family: "{FAMILY}"; src: url({data_address(content)}) format("woff"); unicode-range: {RANGE}; }}'


def data_address(font: bytes) -> str:
    """A font as an address that holds it."""
    return f"data:font/woff;base64,{base64.b64encode(font).decode()}"


def label_fonts(labels: Mapping[str, str]) -> dict[str, str]:
    """Addresses of fonts for what a page says itself, by language; without those that have no font."""
    fonts = {tag: embedded(labels[tag], language) for tag, language in INTERFACES.items()}
    return {tag: data_address(content) for tag, content in fonts.items() if content}


@functools.lru_cache(maxsize=8)
def _subset(letters: str, language: Language) -> bytes:
    from fontTools import subset
    from fontTools.ttLib import TTFont

    faces = [face for path in font_file.cjk() for face in font_file.faces(path)]
    face = font_file.best(tuple(faces), FAMILIES[language][0], bold=False, italic=False)
    if face is None:
        return b""
    # Outlines without shared parts are made in half the time, and take less once they are compressed.
    options = subset.Options(
        layout_features=[], name_IDs=[], hinting=False, desubroutinize=True, glyph_names=False, notdef_outline=False
    )
    options.drop_tables += ["GSUB", "GPOS", "BASE", "VORG", "vhea", "vmtx"]  # lines run from left to right
    # Without the time of writing: the same page is the same bytes.
    with TTFont(face.path, fontNumber=face.index, lazy=True, recalcTimestamp=False, recalcBBoxes=False) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(text=letters)
        subsetter.subset(font)
        font.flavor = "woff"
        out = io.BytesIO()
        font.save(out)
    return out.getvalue()
