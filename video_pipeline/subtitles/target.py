"""Text of another language on the times of what was said: laid out again, or put into cues that stay as they are.

A sentence's text never leaves the sentence's time. So nothing can be lost or moved, however long the text is: what is too much
for its time breaks a rule, and `qc` names it.
"""

from __future__ import annotations

import dataclasses
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from video_pipeline.core.cue import PLAIN, Cue, Look, Run
from video_pipeline.core.labels import Language
from video_pipeline.core.sentences import word_ends
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Segment, Token
from video_pipeline.subtitles.atoms import Atom, atoms_of
from video_pipeline.subtitles.breaks import penalties
from video_pipeline.subtitles.rules import SPACELESS, SubtitleOptions, width
from video_pipeline.subtitles.tokens import layout_tokens

_DASH = re.compile(r"^\s*[-–—]\s*(?=\S)")
_OFF_SHARE = 8.0
"""Price of a share of the text that stands in the cue before or after the one in which it is said; a break inside a phrase
costs 10."""
_UNREADABLE = 8.0
"""Price of a cue whose text is too long for its time or its lines: somewhat less than that of a break inside a phrase."""
_TOO_LONG = 6.0
"""Price of each full cue's worth of text that is too long for its cue, besides."""
_RAGGED = 1.5
"""Price of the difference between two lines, as a share of the line."""
_OFF_LETTER = 0.7
"""Price of a letter that is said on the other side of a pause: seven are worth a break between two that belong together."""
_PAUSE_S = 0.3
"""A shorter gap between two words is no pause."""
_ROUNDING = 1e-6
_OVERLAPPING = 8
"""Cues that may be shown together with one that starts later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetSentence(Span):
    """A sentence in the language it is shown in."""

    text: str
    said: tuple[Token, ...]
    """The words that were said, with their times; their characters are those of the source."""
    like: Segment
    """Whose language, speaker and emotion it has; its text and times are not looked at."""


def as_segments(sentences: Sequence[TargetSentence]) -> list[Segment]:
    """For the layout: each word has its share of the time in which the sentence was said, and none of its pauses."""
    return [
        dataclasses.replace(
            sentence.like,
            start_s=sentence.start_s,
            end_s=sentence.end_s,
            text=sentence.text,
            tokens=timed(sentence.text, sentence.said, sentence.like.language),
        )
        for sentence in sentences
        if sentence.text.strip()
    ]


def timed(text: str, said: Sequence[Token], language: Language) -> tuple[Token, ...]:
    """The words of a text, or its phrases where words are not spaced, with times in proportion to those of what was said."""
    ends = word_ends(text)
    if not ends or not said:
        return ()
    clock = _Clock(said)
    words = [text[a:b] for a, b in pairwise((0, *ends))]
    shares = clock.at_pauses((0, *ends), penalties(words, language))
    found = ((word, begin, end) for word, (begin, end) in zip(words, pairwise(shares), strict=True))
    tokens = (Token(clock.start_s(begin), max(clock.start_s(begin), clock.end_s(end)), word) for word, begin, end in found)
    return tuple(token for token in tokens if token.text.strip())


class _Clock:
    """When which share of a sentence was said."""

    def __init__(self, said: Sequence[Token]) -> None:
        self._said = said
        sizes = [max(1, len(token.text if k else token.text.lstrip())) for k, token in enumerate(said)]
        self._until = [size / sum(sizes) for size in accumulate(sizes)]

    def at_pauses(self, ends: Sequence[int], prices: Sequence[float]) -> list[float]:
        """Shares at which words end; at each pause ends one, the best to break after of those near it.

        Args:
            ends: letters up to the end of each word, from 0.
            prices: of a break before each word.
        """
        moved = [end / max(1, ends[-1]) for end in ends]
        taken: set[int] = set()
        for pause in (self._until[k] for k, (a, b) in enumerate(pairwise(self._said)) if b.start_s - a.end_s >= _PAUSE_S):
            at = pause * ends[-1]
            ways = {k: prices[k] + _OFF_LETTER * abs(ends[k] - at) for k in range(1, len(ends) - 1) if k not in taken}
            k = min(ways, key=ways.__getitem__, default=0)
            if k and moved[k - 1] < pause < moved[k + 1]:
                moved[k] = pause
                taken.add(k)
        return moved

    def start_s(self, share: float) -> float:
        """When a word that follows this share begins."""
        k = min(bisect_right(self._until, share + _ROUNDING), len(self._said) - 1)
        return self._inside(k, share)

    def end_s(self, share: float) -> float:
        """When a word that ends with this share ends."""
        k = min(bisect_right(self._until, share - _ROUNDING), len(self._said) - 1)
        return self._inside(k, share)

    def _inside(self, k: int, share: float) -> float:
        token, begin = self._said[k], self._until[k - 1] if k else 0.0
        part = min(1.0, max(0.0, (share - begin) / max(_ROUNDING, self._until[k] - begin)))
        return token.start_s + part * token.duration_s


def in_cues(cues: Sequence[Cue], sentences: Sequence[TargetSentence], options: SubtitleOptions) -> list[Cue]:
    """The same cues, at the same times and places, with the text of the sentences that are said in them.

    Cues without words stay as they are. Where a sentence has fewer words than cues, the last of them show the same ones.

    Args:
        cues: in order of their start.
        sentences: in order of their start; each is said in one or more of the cues.
    """
    spoken = [k for k, cue in enumerate(cues) if cue.lines]
    texts: dict[int, list[str]] = {k: [] for k in spoken}
    language: dict[int, Language] = {}
    for sentence in sentences:
        members = _members(sentence, cues, spoken)
        language |= dict.fromkeys(members, sentence.like.language)
        for k, text in zip(members, _divided(sentence, [cues[k] for k in members], options), strict=False):
            texts[k].append(text)
    main = next(iter(language.values()), Language.UNKNOWN)
    out: list[Cue] = []
    for k, cue in enumerate(cues):
        words = [text for text in texts.get(k, ()) if text.strip()]
        if not cue.lines:
            out.append(dataclasses.replace(cue, language=main, tag=""))
        elif words:
            out.append(_with_text(cue, words, language[k], options))
        else:
            out.append(cue)
    return out


def _members(sentence: TargetSentence, cues: Sequence[Cue], spoken: Sequence[int]) -> list[int]:
    """The cues in which a sentence is said: those that hold the middle of one of its words."""
    found: dict[int, None] = {}
    for token in sentence.said:
        place = max(0, bisect_right(spoken, token.middle_s + _ROUNDING, key=lambda k: cues[k].start_s) - 1)
        near = [k for k in spoken[max(0, place - _OVERLAPPING) : place + 1] if cues[k].holds(token.middle_s)]
        own = [k for k in near if cues[k].speaker == sentence.like.speaker]
        found[(own or near or [spoken[place]])[-1]] = None
    return sorted(found)


def _divided(sentence: TargetSentence, cues: Sequence[Cue], options: SubtitleOptions) -> list[str]:
    """The text in as many pieces as there are cues, where it breaks best and near the times at which it is said."""
    text, language = sentence.text.strip(), sentence.like.language
    if len(cues) == 1:
        return [text]
    atoms = _atoms(text, language, options.reading(language).line_width)
    if not atoms:
        return [text]
    room = [cue.duration_s for cue in cues]
    said = [sum(len(token.text.strip()) for token in sentence.said if cue.holds(token.middle_s)) for cue in cues]
    shares = [one / max(1, sum(said)) for one in said] if all(said) else [one / sum(room) for one in room]
    ends = _cheapest(
        [width(atom.text, language) for atom in atoms], [atom.before for atom in atoms], shares, room, options, language
    )
    pieces = [_joined(atoms[a:b]) for a, b in pairwise((0, *ends)) if b > a]
    return pieces + pieces[-1:] * (len(cues) - len(pieces))


def _cheapest(
    sizes: Sequence[float],
    breaks: Sequence[float],
    shares: Sequence[float],
    room_s: Sequence[float],
    options: SubtitleOptions,
    language: Language,
) -> list[int]:
    """The atom after the last of each cue, at the least price; cues without atoms come last."""
    reading = options.reading(language)
    total, until = max(1.0, sum(sizes)), [0.0, *accumulate(sizes)]
    wanted = list(accumulate(shares))
    full = [min(reading.line_width * options.lines, reading.speed_cps * one) for one in room_s]
    used = min(len(room_s), len(sizes))
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for n in range(used):
        row: dict[int, tuple[float, int]] = {}
        for b in range(n + 1, len(sizes) - (used - n - 1) + 1) if n < used - 1 else [len(sizes)]:
            off = abs(until[b] / total - wanted[n]) * _OFF_SHARE if n < used - 1 else 0.0
            at_break = min(breaks[b], 20.0) if b < len(sizes) else 0.0
            for a, (cost, _) in best[-1].items():
                if a < b:
                    over = max(0.0, (until[b] - until[a]) / max(1.0, full[n]) - 1)
                    price = cost + off + at_break + (_UNREADABLE + _TOO_LONG * over if over else 0.0)
                    if price < row.get(b, (float("inf"), 0))[0]:
                        row[b] = (price, a)
        best.append(row)
    ends, b = [], len(sizes)
    for row in reversed(best[1:]):
        ends.append(b)
        b = row[b][1]
    return [*reversed(ends), *[len(sizes)] * (len(room_s) - used)]


def _with_text(cue: Cue, texts: Sequence[str], language: Language, options: SubtitleOptions) -> Cue:
    """The cue with other words, broken into lines; marked as a whole where it was so before."""
    dashed = len(texts) > 1 and all(_DASH.match(text) for text in texts)
    groups = list(texts) if dashed else [("" if language in SPACELESS else " ").join(texts)]
    lines = tuple(line for text in groups for line in broken(text, language, options, 1 if dashed else options.lines))
    look = _look(cue)
    marked = tuple((Run(line, look),) for line in lines) if look != PLAIN else ()
    return dataclasses.replace(cue, lines=lines, language=language, tag="", tokens=(), marked=marked, labels_language=None)


def broken(text: str, language: Language, options: SubtitleOptions, most: int) -> list[str]:
    """A text in as few lines as it fits into, at most `most` unless it is too long for them: then in as many as it takes."""
    line_width = options.reading(language).line_width
    atoms = _atoms(text, language, line_width)
    if not atoms:
        return [text]
    rows = list(_greedy(atoms, language, line_width))
    if len(rows) != 2 or most < 2:
        return [_joined(row) for row in rows]
    ways: list[Sequence[Sequence[Atom]]] = [(atoms[:k], atoms[k:]) for k in range(1, len(atoms))]
    fitting = [way for way in ways if all(width(_joined(row), language) <= line_width for row in way)] or [rows]

    def price(way: Sequence[Sequence[Atom]]) -> float:
        upper, lower = (width(_joined(row), language) for row in way)
        return min(way[1][0].before, 20.0) + _RAGGED * abs(upper - lower) / line_width

    return [_joined(row) for row in min(fitting, key=price)]


def _greedy(atoms: Sequence[Atom], language: Language, line_width: float) -> Iterator[Sequence[Atom]]:
    begin = 0
    for k in range(1, len(atoms) + 1):
        if k == len(atoms) or width(_joined(atoms[begin : k + 1]), language) > line_width:
            yield atoms[begin:k]
            begin = k


def _atoms(text: str, language: Language, line_width: float) -> list[Atom]:
    segment = Segment(0.0, 1.0, text, language=language)
    return atoms_of(layout_tokens(segment, line_width), language, line_width)


def _joined(atoms: Sequence[Atom]) -> str:
    parts = [atoms[0].text]
    for before, atom in pairwise(atoms):
        parts += before.tail, atom.lead, atom.text
    return "".join(parts)


def _look(cue: Cue) -> Look:
    """The look of the whole cue, if it has one."""
    looks = {run.look for line in cue.runs for run in line if run.text.strip()}
    return dataclasses.replace(looks.pop(), voice="") if len(looks) == 1 else PLAIN
