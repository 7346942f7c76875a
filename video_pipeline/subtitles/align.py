"""Aligns a text that a person corrected with a transcript: every word gets the time at which it was spoken."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, pairwise

from video_pipeline.core.cue import Cue
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Segment, Token
from video_pipeline.subtitles.tokens import layout_tokens

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+(?:['’][^\W_]+)?")
_CHARACTER_S = 0.06
"""Time per character given to words that the transcript does not contain, at a fast rate of speech."""
_LEAST_DIFFERENCE = 2
"""Fewer words that differ are spelling, or a mistake of the recogniser."""
_MOST_STRETCH = 3.0
"""Such words at the end of a text take at most this many times `_CHARACTER_S` per character."""


@dataclass(frozen=True, slots=True)
class Difference(Span):
    """A place where something else is written than was said."""

    written: str
    """Empty if nothing is written there."""
    said: str
    """Empty if nothing was said there."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """Cues with the times of a transcript."""

    cues: tuple[Cue, ...]
    found: float
    """Share of their words that the transcript contains, 0 to 1."""
    differences: tuple[Difference, ...] = ()
    """Where text and transcript differ by more than a word, in order."""


@dataclass(frozen=True, slots=True)
class _Word(Span):
    """A word to compare."""

    key: str
    """The word in the form in which it is compared."""
    cue: int = 0
    """Index of its cue."""
    at: int = 0
    """Where it starts in the text of the cue."""


def aligned(cues: Sequence[Cue], segments: Sequence[Segment]) -> Alignment:
    """Gives the words of `cues` the times of the same words in `segments`. Other words share the time between them.

    Cues without words keep their times. The order of the text is kept, and times never decrease.
    """
    spoken = [word for segment in segments for word in _spoken(segment)]
    written = [word for number, cue in enumerate(cues) for word in _written(number, cue)]
    match = SequenceMatcher(None, [word.key for word in written], [word.key for word in spoken], autojunk=False)
    times: list[Span | None] = [None] * len(written)
    for block in match.get_matching_blocks():
        for k in range(block.size):
            times[block.a + k] = spoken[block.b + k]
    found = sum(time is not None for time in times) / max(1, len(times))
    timed = [
        dataclasses.replace(word, start_s=time.start_s, end_s=time.end_s)
        for word, time in zip(written, _filled(written, times), strict=True)
    ]
    out = list(cues)
    for number, words in groupby(timed, key=lambda word: word.cue):
        out[number] = _retimed(cues[number], list(words))
    differences = tuple(_differences(match, timed, spoken))
    return Alignment(tuple(sorted(out, key=lambda cue: cue.start_s)), found, differences)


def _differences(match: SequenceMatcher[str], written: Sequence[_Word], spoken: Sequence[_Word]) -> Iterator[Difference]:
    """Words of one side that have no partner on the other, and what stands there instead."""
    for kind, a, b, c, d in match.get_opcodes():
        if kind == "equal" or max(b - a, d - c) < _LEAST_DIFFERENCE:
            continue
        place = spoken[c:d] or written[a:b]
        words = [" ".join(word.key for word in side) for side in (written[a:b], spoken[c:d])]
        yield Difference(place[0].start_s, max(place[0].start_s, place[-1].end_s), *words)


def _spoken(segment: Segment) -> list[_Word]:
    """The words of a segment. Times are kept per character, because a token may be part of a word or several words."""
    text, characters = "", []
    for token in layout_tokens(segment, math.inf):
        spaces, letters = len(token.text) - len(token.text.lstrip()), len(token.text.strip())
        shares = [min(max(0, k - spaces), letters) / letters for k in range(len(token.text) + 1)]
        edges = [token.start_s + token.duration_s * share for share in shares]
        characters += [Span(start_s, max(start_s, end_s)) for start_s, end_s in pairwise(edges)]
        text += token.text
    words = []
    for word in _WORD.finditer(text):
        start_s, end_s = characters[word.start()].start_s, characters[word.end() - 1].end_s
        words.append(_Word(start_s, max(start_s, end_s), _key(word.group())))
    return words


def _written(number: int, cue: Cue) -> list[_Word]:
    return [_Word(cue.start_s, cue.end_s, _key(word.group()), number, word.start()) for word in _WORD.finditer(cue.text)]


def _key(word: str) -> str:
    return word.casefold().replace("’", "'")


def _filled(words: Sequence[_Word], times: Sequence[Span | None]) -> list[Span]:
    """Times for all words. Consecutive words without times share the time between their neighbours, by their length."""
    out: list[Span] = []
    for missing, group in groupby(range(len(words)), key=lambda k: times[k] is None):
        numbers = list(group)
        if not missing:
            out += [time for k in numbers if (time := times[k]) is not None]
            continue
        total = sum(len(words[k].key) for k in numbers)
        start_s, end_s = _room(words, times, numbers, total)
        at_s = start_s
        for k in numbers:
            next_s = max(at_s, min(end_s, at_s + (end_s - start_s) * len(words[k].key) / total))
            out.append(Span(at_s, next_s))
            at_s = next_s
    return out


def _room(words: Sequence[_Word], times: Sequence[Span | None], numbers: list[int], characters: int) -> tuple[float, float]:
    """Start and end of the time for consecutive words that have none."""
    before = times[numbers[0] - 1] if numbers[0] else None
    after = times[numbers[-1] + 1] if numbers[-1] + 1 < len(times) else None
    needed_s = _CHARACTER_S * characters
    if before and after:
        return before.end_s, max(before.end_s, after.start_s)
    if before:
        return before.end_s, max(before.end_s + needed_s, min(words[numbers[-1]].end_s, before.end_s + _MOST_STRETCH * needed_s))
    if after:
        return max(0.0, after.start_s - needed_s), after.start_s
    return words[numbers[0]].start_s, words[numbers[-1]].end_s


def _retimed(cue: Cue, words: Sequence[_Word]) -> Cue:
    """The cue with the times of its words, which become its tokens with the punctuation and spaces around them."""
    text = cue.text
    cuts = [0, *(word.at - text[word.at - 1].isspace() for word in words[1:]), len(text)]
    pieces = zip(words, cuts, cuts[1:], strict=False)
    tokens = tuple(Token(word.start_s, word.end_s, text[a:b].replace("\n", " ")) for word, a, b in pieces)
    return dataclasses.replace(cue, start_s=words[0].start_s, end_s=max(word.end_s for word in words), tokens=tokens)
