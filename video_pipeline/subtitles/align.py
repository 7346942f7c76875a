"""A text that a person corrected, laid over the words that were heard: every word gets the time at which it was said."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, pairwise

from video_pipeline.core.cue import Cue
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Segment, Token
from video_pipeline.subtitles.tokens import layout_tokens

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+(?:['’][^\W_]+)?")
_SAID_S = 0.06  # the least time of a character of a word that was not heard


@dataclass(frozen=True, slots=True)
class Alignment:
    """The cues with the times of what was said, and the share of their words that were found in it, 0 to 1."""

    cues: tuple[Cue, ...]
    found: float


@dataclass(frozen=True, slots=True)
class _Word(Span):
    """A word to compare; `place` is the number of its cue, `at` and `to` where it stands in that cue's text."""

    key: str
    place: int = 0
    at: int = 0
    to: int = 0


def aligned(cues: Sequence[Cue], segments: Sequence[Segment]) -> Alignment:
    """Give the words of `cues` the times of the same words in `segments`; words between them share the time between.

    Cues without words keep their own times. The order of the text is kept, and times never run backwards.
    """
    said = [word for segment in segments for word in _said(segment)]
    written = [word for number, cue in enumerate(cues) for word in _written(number, cue)]
    match = SequenceMatcher(None, [word.key for word in written], [word.key for word in said], autojunk=False)
    times: list[Span | None] = [None] * len(written)
    for block in match.get_matching_blocks():
        for k in range(block.size):
            times[block.a + k] = said[block.b + k]
    found = sum(time is not None for time in times) / max(1, len(times))
    timed = [
        dataclasses.replace(word, start_s=time.start_s, end_s=time.end_s)
        for word, time in zip(written, _filled(written, times), strict=True)
    ]
    out = list(cues)
    for number, words in groupby(timed, key=lambda word: word.place):
        out[number] = _retimed(cues[number], list(words))
    return Alignment(tuple(sorted(out, key=lambda cue: cue.start_s)), found)


def _said(segment: Segment) -> list[_Word]:
    """The words of a segment with the times of their characters: a token may be a part of a word, or several."""
    text, clock = "", []
    for token in layout_tokens(segment, math.inf):
        blank, letters = len(token.text) - len(token.text.lstrip()), len(token.text.strip())
        edges = [token.start_s + token.duration_s * min(max(0, k - blank), letters) / letters for k in range(len(token.text) + 1)]
        clock += [Span(start_s, max(start_s, end_s)) for start_s, end_s in pairwise(edges)]
        text += token.text
    return [
        _Word(clock[word.start()].start_s, max(clock[word.start()].start_s, clock[word.end() - 1].end_s), _key(word.group()))
        for word in _WORD.finditer(text)
    ]


def _written(number: int, cue: Cue) -> list[_Word]:
    found = list(_WORD.finditer(cue.text))
    return [_Word(cue.start_s, cue.end_s, _key(word.group()), number, word.start(), word.end()) for word in found]


def _key(word: str) -> str:
    return word.casefold().replace("’", "'")


def _filled(words: Sequence[_Word], times: Sequence[Span | None]) -> list[Span]:
    """Times for all: a run that was not heard takes the room between its neighbours, by length of words."""
    out: list[Span] = []
    for missing, run in groupby(range(len(words)), key=lambda k: times[k] is None):
        numbers = list(run)
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
    before = times[numbers[0] - 1] if numbers[0] else None
    after = times[numbers[-1] + 1] if numbers[-1] + 1 < len(times) else None
    needed_s = _SAID_S * characters
    if before and after:
        return before.end_s, max(before.end_s, after.start_s)
    if before:
        return before.end_s, max(before.end_s + needed_s, min(words[numbers[-1]].end_s, before.end_s + 3 * needed_s))
    if after:
        return max(0.0, after.start_s - needed_s), after.start_s
    return words[numbers[0]].start_s, words[numbers[-1]].end_s


def _retimed(cue: Cue, words: Sequence[_Word]) -> Cue:
    """The cue on the time of its words, with them as tokens: each goes with the marks and blanks around it."""
    text = cue.text
    cuts = [0, *(word.at - text[word.at - 1].isspace() for word in words[1:]), len(text)]
    pieces = zip(words, cuts, cuts[1:], strict=False)
    tokens = tuple(Token(word.start_s, word.end_s, text[a:b].replace("\n", " ")) for word, a, b in pieces)
    return dataclasses.replace(cue, start_s=words[0].start_s, end_s=max(word.end_s for word in words), tokens=tokens)
