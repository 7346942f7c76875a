"""Names and terms that a recogniser should expect: a text file with one a line; blank lines and those after `#` are left out.

After a tab a line may have the term's weight: 1 is the usual one, more lets it be written where it sounds less alike.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from video_pipeline.core.errors import BadRecord, NoSuchFile


@dataclass(frozen=True, slots=True)
class Term:
    """A name or term to expect."""

    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class TermFound:
    """An expected term that an engine wrote at `start_s` because it was expected; else it would have written `words`."""

    start_s: float
    term: str
    words: str


def read_terms(path: str) -> tuple[Term, ...]:
    """The terms in a file, each once, in order; none for an empty path.

    Raises:
        NoSuchFile: there is no such file.
        BadRecord: it is not text in UTF-8, or a weight is not a number above 0.
    """
    if not path:
        return ()
    file = Path(path).expanduser()
    if not file.is_file():
        raise NoSuchFile(file)
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise BadRecord(file, f"terms are text in UTF-8, one a line: {error.reason}") from None
    terms = [
        _term(line, number, file) for number, line in enumerate(lines, 1) if line.strip() and not line.lstrip().startswith("#")
    ]
    return tuple({term.text: term for term in terms}.values())


def _term(line: str, number: int, file: Path) -> Term:
    text, _, weight = line.strip().partition("\t")
    text = " ".join(text.split())
    if not weight.strip():
        return Term(text)
    try:
        value = float(weight)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise BadRecord(file, f"line {number}: the weight after the tab is a number above 0, not {weight.strip()!r}")
    return Term(text, value)


def summary(found: Iterable[TermFound]) -> str:
    """Each term that changed the words, how often, and in whose place: "Siobhan 2 times (for she von, shivon)"."""
    words: dict[str, list[str]] = {}
    for one in found:
        words.setdefault(one.term, []).append(one.words)
    times = {term: "once" if len(instead) == 1 else f"{len(instead)} times" for term, instead in words.items()}
    return "; ".join(f"{term} {times[term]} (for {', '.join(dict.fromkeys(instead))})" for term, instead in words.items())
