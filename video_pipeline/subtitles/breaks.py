"""Where a reader's eye may be interrupted: a penalty for a break before each token, infinite where none is allowed."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import Any

from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import Token
from video_pipeline.subtitles.rules import SPACELESS

FORBIDDEN = math.inf
SENTENCE_END = 0.0
"""The penalty after a sentence: none."""
_NEVER_FIRST = frozenset("、。，．・：；？！）］｝」』】〕〉》〜ー々っゃゅょァィゥェォッャュョぁぃぅぇぉ…,.!?:;)]}%’”")
_NEVER_LAST = frozenset("（［｛「『【〔〈《([{“‘$#")
_SENTENCE_MARKS = frozenset(".!?。！？…")
_CLAUSE_END = frozenset(",;:、，；：")
_BINDS_RIGHT = frozenset(
    "a an the my your his her its our their this that these those of to in on at by for from with as into and or but nor so if "
    "about over under between through without during like than "
    "mr mrs ms dr prof st not no very is are was were be been am i'm will would can could should don't doesn't didn't".split()
)
"""English words that lean on the next one: a line does not end with them if it can be helped."""
_NUMBER_WORDS = frozenset(
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen "
    "twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion".split()
)
_GOOD_START = frozenset(
    "and or but because so that which who when where while if although after before until unless then".split()
)

_CLAUSE, _BEFORE_LINK, _PLAIN, _AFTER_BINDER, _INSIDE_PHRASE = 0.2, 0.5, 1.0, 2.5, 4.0


def penalties(tokens: Sequence[Token], language: Language) -> list[float]:
    """One number per token, for a break before it (the first is 0); from 0 (after a sentence) to infinity (never)."""
    phrase_starts = _phrase_starts(tokens, language) if language in SPACELESS else None
    out = [0.0]
    for k in range(1, len(tokens)):
        left, right = tokens[k - 1].text, tokens[k].text
        out.append(_penalty(left, right, phrase_starts is None or k in phrase_starts))
    return out


def _penalty(left: str, right: str, starts_phrase: bool) -> float:
    before, after = left.rstrip()[-1:], right.lstrip()[:1]
    if after in _NEVER_FIRST or before in _NEVER_LAST:
        return FORBIDDEN
    spaced = right[:1].isspace() or left[-1:].isspace()
    if not spaced and _latin(before) and _latin(after):
        return FORBIDDEN  # in the middle of a word or a number
    if before in _SENTENCE_MARKS:
        return SENTENCE_END
    if before in _CLAUSE_END:
        return _CLAUSE
    if spaced and left.strip().lower() in _BINDS_RIGHT:
        return _AFTER_BINDER
    if spaced and (before.isdigit() or left.strip().lower() in _NUMBER_WORDS):
        return _AFTER_BINDER  # a number and its unit
    if spaced and right.strip().lower() in _GOOD_START:
        return _BEFORE_LINK
    return _PLAIN if starts_phrase else _INSIDE_PHRASE


def _latin(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character in "'-")


def _phrase_starts(tokens: Sequence[Token], language: Language) -> set[int]:
    """Numbers of the tokens at which a phrase begins, by BudouX (its models come inside its package)."""
    starts, at = {0}, 0
    for phrase in _parser(language).parse("".join(token.text for token in tokens)):
        at += len(phrase)
        starts.add(at)
    at, numbers = 0, set()
    for k, token in enumerate(tokens):
        if at in starts:
            numbers.add(k)
        at += len(token.text)
    return numbers


@functools.cache
def _parser(language: Language) -> Any:
    import budoux

    if language is Language.JA:
        return budoux.load_default_japanese_parser()
    if language is Language.YUE:
        return budoux.load_default_traditional_chinese_parser()
    return budoux.load_default_simplified_chinese_parser()
