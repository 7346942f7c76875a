"""Joins the pieces of a recogniser's vocabulary into words: with their marks, their times and their probability.

Words in scripts with spaces, single characters in Han and kana. A token keeps its leading space, so that the joined texts are the
whole text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import groupby

_WORD_START = "▁"
_CLOSING = frozenset(".,!?;:%)]}…，。！？；：、）】》」』”’")
"""Marks that belong to the word before them even if the model puts a space between."""

_CJK_RANGES = (
    (0x3005, 0x3007),  # iteration mark, closing mark, ideographic zero
    (0x3040, 0x30FF),  # hiragana, katakana
    (0x31F0, 0x31FF),  # small katakana for Ainu
    (0x3400, 0x4DBF),  # Han, extension A
    (0x4E00, 0x9FFF),  # Han
    (0xF900, 0xFAFF),  # Han, compatibility
    (0xFF66, 0xFF9F),  # half-width katakana
    (0x20000, 0x3FFFF),  # Han, further extensions
)
"""Han and kana: scripts without spaces, where each character is a unit. Hangul has spaces and forms words."""


class _Kind(Enum):
    WORD = auto()
    CJK = auto()
    MARK = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the vocabulary and its time, in any unit; `p` is its probability."""

    text: str
    start: float
    end: float
    p: float


@dataclass(slots=True)
class Unit:
    """A word or character. Marks are not spoken: they add to the text, not to the time or the confidence."""

    text: str
    start: float
    end: float
    ps: list[float]
    kind: _Kind
    goes_on: bool = False
    """It is not the first of its piece: its time is a share of the piece's, no measurement."""

    @property
    def confidence(self) -> float:
        return round(min(1.0, sum(self.ps) / len(self.ps)), 4)


def units(path: Iterable[Piece]) -> list[Unit]:
    """The units of a text, in order. `Unit.confidence` is the mean of its pieces' probabilities."""
    found: list[Unit] = []
    space = ""
    for piece in path:
        for number, (atom, kind) in enumerate(_atoms(piece)):
            if atom.text.isspace():
                space = " " if found else ""
                continue
            last = found[-1] if found else None
            if last is not None and _belongs(last, atom.text, kind, bool(space)):
                _extend(last, space, atom, kind)
            else:
                found.append(Unit(space + atom.text, atom.start, atom.end, [atom.p], kind, bool(number and not space)))
            space = ""
    return found


def _belongs(last: Unit, text: str, kind: _Kind, spaced: bool) -> bool:
    """Whether an atom belongs to the last unit instead of starting a new one."""
    if text in _CLOSING:
        return True
    if spaced:
        return False
    if kind is _Kind.MARK:
        return unicodedata.category(text) not in ("Ps", "Pi")  # an opening bracket or quote belongs to what follows
    if last.kind is _Kind.WORD and kind is _Kind.WORD:
        return last.text[-1].isascii() or _kind(last.text[-1]) is _Kind.WORD  # "don't" and "3.5" are words, "好，ok" is not
    return last.kind is _Kind.MARK


def _extend(unit: Unit, space: str, atom: Piece, kind: _Kind) -> None:
    unit.text += space + atom.text
    if kind is _Kind.MARK:
        return
    if unit.kind is _Kind.MARK:  # so far only an opening mark
        unit.start, unit.ps = atom.start, []
    unit.kind, unit.end = kind, atom.end
    unit.ps.append(atom.p)


def _atoms(piece: Piece) -> Iterator[tuple[Piece, _Kind]]:
    """Splits a piece into stretches of letters, single CJK characters, marks and spaces; its time is divided by length."""
    text = piece.text.replace(_WORD_START, " ")
    length = len(text.replace(" ", "")) or 1
    step = (piece.end - piece.start) / length
    at = 0
    for _, run in groupby(enumerate(text), key=lambda item: item[0] if _stands_alone(item[1]) else -1):
        part = "".join(character for _, character in run)
        until = at + (0 if part == " " else len(part))
        yield Piece(part, piece.start + at * step, piece.start + until * step, piece.p), _kind(part)
        at = until


def _stands_alone(character: str) -> bool:
    return character == " " or _kind(character) is not _Kind.WORD


def _kind(text: str) -> _Kind:
    if unicodedata.category(text[0]).startswith("P"):
        return _Kind.MARK
    return _Kind.CJK if any(first <= ord(text[0]) <= last for first, last in _CJK_RANGES) else _Kind.WORD
