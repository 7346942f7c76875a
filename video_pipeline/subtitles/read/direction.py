"""Lines that run from right to left (Arabic, Hebrew): most players and libass take every line as left to right.

A line is marked by RIGHT-TO-LEFT EMBEDDING and POP DIRECTIONAL FORMATTING (Unicode Standard Annex 9), so that its full stop,
dashes and brackets stand on the right side wherever it is shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_EMBED = "\u202b"
_POP = "\u202c"
_STATED = re.compile("[\u202a-\u202e\u2066-\u2069]|^\u200f")
_TAG = re.compile(r"<[^<>]*>|\{[^{}]*\}|&\w+;")


def runs_from_right(line: str) -> bool:
    """Whether a line is read from right to left: its first letter is, or most of its letters are."""
    if line.isascii():
        return False
    kinds = [unicodedata.bidirectional(character) for character in line]
    strong = [kind in ("R", "AL") for kind in kinds if kind in ("L", "R", "AL")]
    return bool(strong) and (strong[0] or sum(strong) * 2 > len(strong))


def starts_from_right(line: str) -> bool:
    """Whether programs that detect the direction by the first letter see a line from right to left."""
    return next((kind != "L" for c in line if (kind := unicodedata.bidirectional(c)) in ("L", "R", "AL")), False)


def isolated(lines: Iterable[str]) -> list[str]:
    """The lines, those from right to left marked as such unless they say their direction already. They may contain tags."""
    return [
        f"{_EMBED}{line}{_POP}" if runs_from_right(_TAG.sub("", line)) and not _STATED.search(line) else line for line in lines
    ]


def without_isolation(line: str) -> str:
    """The line without the marks of `isolated`, which its letters make needless."""
    inner = line[1:-1]
    return inner if line[:1] == _EMBED and line[-1:] == _POP and runs_from_right(inner) and not _STATED.search(inner) else line
