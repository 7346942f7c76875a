"""Atoms: consecutive tokens that are never divided, as they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import Token
from video_pipeline.subtitles.breaks import CLAUSE_END, HELD, NEVER, PHRASE, penalties
from video_pipeline.subtitles.punctuation import shown
from video_pipeline.subtitles.rules import width

_HELD_SHARE = 0.6
"""Words that belong together are one atom up to this share of a line, so that the rest can still be laid out well."""
_ALONE = 0.8
"""Added to the penalty of a break that separates one atom from its clause."""
FORCED = 2 * HELD
"""The penalty of a break where none should be, in text that is wider than a line."""


@dataclass(slots=True, kw_only=True)
class Atom:
    """Consecutive tokens as one text."""

    source: Sequence[Token]
    """The tokens of the whole segment."""
    first: int
    """Index of its first token in `source`."""
    last: int
    """Index after that of its last token."""
    text: str
    lead: str
    """What precedes the text unless it starts a line."""
    tail: str
    """What follows the text unless it ends a line."""
    before: float
    """The penalty of a break before this atom."""

    @property
    def tokens(self) -> Sequence[Token]:
        return self.source[self.first : self.last]

    @property
    def start_s(self) -> float:
        return self.source[self.first].start_s

    @property
    def end_s(self) -> float:
        return self.source[self.last - 1].end_s


def atoms_of(tokens: Sequence[Token], language: Language, line_width: float) -> list[Atom]:
    """All atoms of a segment in order, each at most `line_width` wide. Hidden punctuation belongs to the atom before."""
    if not tokens:
        return []
    before = penalties([token.text for token in tokens], language)
    widths = [width(token.text, language) for token in tokens]
    starts: Sequence[int] = range(len(tokens))
    worst = max(before)
    for least, limit in ((NEVER, line_width), (PHRASE, line_width), (HELD, _HELD_SHARE * line_width)):
        if worst >= least:
            starts = _joined(starts, before, widths, least, limit)
    out: list[Atom] = []
    for first, last in zip(starts, [*starts[1:], len(tokens)], strict=True):
        raw = tokens[first].text if last == first + 1 else "".join(token.text for token in tokens[first:last])
        text, tail = shown(raw, language)
        if not text:
            if out:
                out[-1].last, out[-1].tail = last, out[-1].tail or tail
            continue
        spaced = raw[0].isspace() or (first > 0 and tokens[first - 1].text[-1].isspace())
        lead = " " if spaced and not (out and out[-1].tail.isspace()) else ""
        penalty = min(before[first], FORCED)
        out.append(Atom(source=tokens, first=first, last=last, text=text, lead=lead, tail=tail, before=penalty))
    _avoid_lone_atoms(out)
    return out


def _avoid_lone_atoms(atoms: Sequence[Atom]) -> None:
    """Raises the penalty of breaks that separate one atom from its clause, at the end of a line or at the start of the next."""
    ends = [atom.before <= CLAUSE_END for atom in atoms] + [True]  # whether a clause ends before each atom, and at the end
    for k in range(1, len(atoms)):
        if not ends[k]:
            atoms[k].before += _ALONE * (ends[k - 1] + ends[k + 1])


def _joined(starts: Sequence[int], before: Sequence[float], widths: Sequence[float], least: float, limit: float) -> list[int]:
    """The starts of atoms after those with a penalty of `least` or more have joined the atom before them, if that fits."""
    out: list[int] = []
    size = 0.0
    ends = [*starts[1:], len(widths)] if len(starts) else []
    for first, last in zip(starts, ends, strict=True):
        own = widths[first] if last == first + 1 else sum(widths[first:last])
        if out and before[first] >= least and size + own <= limit:
            size += own
        else:
            out.append(first)
            size = own
    return out
