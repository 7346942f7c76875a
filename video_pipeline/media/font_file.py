"""Font files: which characters they have, and how wide libass draws them.

Pillow measures letters. It tells neither the characters of a font nor the height that libass takes for the font size, so these
are read from the file's tables (OpenType specification: `cmap`, `head`, `name`, `OS/2`).
"""

from __future__ import annotations

import functools
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from video_pipeline.core.labels import Language
from video_pipeline.media.font_names import EMOJI, FAMILIES, LATIN, SYMBOLS

SUFFIXES = frozenset({".ttf", ".otf", ".ttc", ".otc"})
LETTERS = Path(__file__).parent / "letters"
"""The project's own fonts; `LICENSE.txt` in it tells their origin."""
_CJK_PACKAGE = "noto_cjk_sans_otc"
"""Contains Noto Sans CJK as Google published it."""
_EM_PX = 1000
"""Size at which letters are measured."""
_COLLECTION = b"ttcf"
_POSTSCRIPT = 6
"""Number of the name in the table `name`."""
_WIDE_FROM = "\u2e80"
"""First character of the East Asian blocks of Unicode, whose characters are as wide as they are high."""
_NOTO_CJK_EM = 1000 / 1448
"""Em of Noto Sans CJK as a share of the font size, for machines that lack it."""
_OTHER_EM = 0.6
"""Width assumed for letters that none of the project's fonts has."""
Ranges = tuple[Any, Any]
"""Arrays of first and last code points, ascending."""


@dataclass(frozen=True)
class Face:
    """One font in a file."""

    path: Path
    index: int
    family: str
    style: str
    postscript: str
    em: float
    """The em as a share of the font size: libass takes ascent and descent together as the size, like Windows."""

    @property
    def is_bold(self) -> bool:
        return "bold" in self.style.lower()

    @property
    def is_italic(self) -> bool:
        return "italic" in self.style.lower() or "oblique" in self.style.lower()

    def has(self, character: str) -> bool:
        firsts, lasts = _characters(self.path, self.index)
        place = int(np.searchsorted(firsts, ord(character), "right")) - 1
        return place >= 0 and ord(character) <= int(lasts[place])

    def advance(self, character: str) -> float:
        """Width of a character in units of the font size."""
        return _measured(self.path, self.index, character)[0] * self.em

    def overhang(self, character: str) -> float:
        """How far its ink reaches beyond its advance on either side, in the same units."""
        return _measured(self.path, self.index, character)[1] * self.em


def in_folder(folder: Path) -> tuple[Path, ...]:
    """The font files in a folder."""
    return tuple(sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)) if folder.is_dir() else ()


def own() -> tuple[Path, ...]:
    """The project's own fonts: Latin, Greek, Cyrillic, symbols and emoji."""
    return in_folder(LETTERS)


def cjk() -> tuple[Path, ...]:
    """The font file of the package for Chinese, Japanese and Korean; empty if it is not installed."""
    from importlib.util import find_spec

    spec = find_spec(_CJK_PACKAGE)
    return in_folder(Path(spec.origin).parent) if spec and spec.origin else ()


@functools.cache
def faces(path: Path) -> tuple[Face, ...]:
    """All fonts of a file; none if it is not a font."""
    from PIL import ImageFont

    found = []
    try:
        for index, offset in enumerate(_offsets(path)):
            family, style = ImageFont.truetype(path, 16, index).getname()
            tables = _Tables(path, offset)
            found.append(Face(path, index, family or path.stem, style or "", tables.postscript(), tables.em()))
    except (OSError, struct.error, KeyError, ValueError):
        return ()
    return tuple(found)


def best(candidates: tuple[Face, ...], family: str, bold: bool, italic: bool) -> Face | None:
    """The font of a family that is closest in weight and slant."""
    there = [face for face in candidates if face.family == family]
    return min(there, key=lambda face: (face.is_italic != italic, face.is_bold != bold), default=None)


def usual_width(text: str, language: Language, *, bold: bool, italic: bool = False) -> float:
    """Width of a line in the project's fonts, in units of the font size, with room for ink that hangs over its ends."""
    advances, overhang = 0.0, 0.0
    for character in text:
        face = _usual_face(character, language, bold, italic)
        if face is not None:
            advances += face.advance(character)
            overhang = max(overhang, face.overhang(character))
        else:
            advances += _NOTO_CJK_EM if character >= _WIDE_FROM else _OTHER_EM
    return advances + 2 * overhang


@functools.lru_cache(maxsize=1 << 14)
def _usual_face(character: str, language: Language, bold: bool, italic: bool) -> Face | None:
    asian = FAMILIES.get(language, FAMILIES[Language.ZH])[0]
    families = (asian, LATIN) if language in FAMILIES else (LATIN, asian)
    ours = tuple(face for path in (*own(), *cjk()) for face in faces(path))
    chosen = (best(ours, family, bold, italic) for family in (*families, SYMBOLS, EMOJI))
    return next((face for face in chosen if face is not None and face.has(character)), None)


@functools.lru_cache(maxsize=1 << 16)
def _measured(path: Path, index: int, character: str) -> tuple[float, float]:
    """Advance and overhang in em."""
    font = _sized(path, index)
    advance = font.getlength(character)
    left, _, right, _ = font.getbbox(character)
    return advance / _EM_PX, max(0.0, -left, right - advance) / _EM_PX


@functools.lru_cache(maxsize=32)
def _sized(path: Path, index: int) -> Any:
    from PIL import ImageFont

    return ImageFont.truetype(path, _EM_PX, index, layout_engine=ImageFont.Layout.BASIC)


@functools.lru_cache(maxsize=64)
def _characters(path: Path, index: int) -> Ranges:
    return _Tables(path, _offsets(path)[index]).characters()


def _offsets(path: Path) -> tuple[int, ...]:
    """Where the fonts of a file start."""
    with path.open("rb") as file:
        kind, _, count = struct.unpack(">4sII", file.read(12))
        return struct.unpack(f">{count}I", file.read(4 * count)) if kind == _COLLECTION else (0,)


class _Tables:
    """The tables of one font."""

    def __init__(self, path: Path, offset: int) -> None:
        self._path = path
        with path.open("rb") as file:
            file.seek(offset)
            (count,) = struct.unpack(">4xH6x", file.read(12))
            rows = [struct.unpack(">4sIII", file.read(16)) for _ in range(count)]
        self._places = {tag.decode("latin-1"): (start, length) for tag, _, start, length in rows}

    def em(self) -> float:
        (units,) = struct.unpack_from(">H", self._read("head"), 18)
        ascent, descent = struct.unpack_from(">HH", self._read("OS/2"), 74)
        return float(units / (ascent + descent)) if ascent + descent else 1.0

    def postscript(self) -> str:
        table = self._read("name")
        count, texts = struct.unpack_from(">2xHH", table)
        for place in range(count):
            platform, _, _, number, length, start = struct.unpack_from(">6H", table, 6 + 12 * place)
            if number == _POSTSCRIPT:
                raw = table[texts + start : texts + start + length]
                return raw.decode("latin-1" if platform == 1 else "utf-16-be", "replace")
        return ""

    def characters(self) -> Ranges:
        """From the subtable that knows most of Unicode."""
        table = self._read("cmap")
        (count,) = struct.unpack_from(">2xH", table)
        starts = [struct.unpack_from(">4xI", table, 4 + 8 * place)[0] for place in range(count)]
        formats = {struct.unpack_from(">H", table, start)[0]: start for start in starts}
        if 12 in formats:
            (groups,) = struct.unpack_from(">I", table, formats[12] + 12)
            ranges = np.frombuffer(table, ">u4", 3 * groups, formats[12] + 16).reshape(-1, 3)
            return ranges[:, 0].astype(int), ranges[:, 1].astype(int)
        start = formats[4]
        segments = struct.unpack_from(">H", table, start + 6)[0] // 2
        lasts = np.frombuffer(table, ">u2", segments, start + 14).astype(int)
        firsts = np.frombuffer(table, ">u2", segments, start + 16 + 2 * segments).astype(int)
        return firsts[:-1], lasts[:-1]  # the last segment is U+FFFF, which ends the list

    def _read(self, tag: str) -> bytes:
        start, length = self._places[tag]
        with self._path.open("rb") as file:
            file.seek(start)
            return file.read(length)
