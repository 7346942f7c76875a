"""Words of Thai, Lao, Khmer and Burmese, which have spaces between clauses, not between words.

By the dictionaries of ICU where the extra `icu` is installed. Without it Thai is divided by BudouX and the others into syllables,
as their spelling shows them: a line may then end inside a long word, but never inside a syllable.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from itertools import accumulate, groupby
from typing import Any

import regex

from video_pipeline.core.extras import is_installed
from video_pipeline.subtitles.rules import clusters

LETTERS = regex.compile(r"[\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\uaa60-\uaa7f]")
"""Thai, Lao, Burmese, Khmer, Burmese of the Shan and others."""
MARKS = frozenset("ๆฯໆຯៗ។៕៖៘៙៚၊။\u200b")
"""Marks of repetition, abbreviation and punctuation, and the space without width: they belong to the word before them."""
_PIECES = regex.compile(r"\s+|\S+")
_THAI = regex.compile(r"[\u0e01-\u0e7f]")

_LAO = regex.compile(
    r"""
    [ເແໂໃໄ]?                         # a vowel written before its consonant
    (?:ຫ(?=[ງຍນມຣລວ])|[ກ-ຮ](?=[ງຍນມຣລວ][ະ-ູົ່-ໍຽ]))? # the first of two consonants
    [ກ-ຮໜໝຽ]ຼ?
    [ະ-ູົຼ່-ໍ]*                        # vowels and tones
    (?:ວ(?=[ກ-ຮ](?![ະ-ູົ່-ໍ])))?      # u-a in the middle
    ຽ?(?:ອ(?![ະ-ູົ່-ໍ]))?ະ?
    (?:[ກງດຍນບມຣວ](?![ະ-ູົຽ່-ໍ]))?    # the last consonant: one without a vowel of its own
    """,
    regex.VERBOSE,
)
_BARE = r"[\u1780-\u17a2](?![\u17b4-\u17d3\u17dd])"
"""A Khmer consonant with nothing below or around it."""
_FULL = r"[\u1780-\u17b3](?:\u17d2[\u1780-\u17b3]|[\u17b4-\u17d1\u17d3\u17dd])*"
_KHMER = regex.compile(rf"(?:(?:{_BARE})?(?!{_BARE}){_FULL}|{_BARE})(?:{_BARE}|[\u1780-\u17a2][\u17cb\u17cd])?")
"""Of bare consonants one ends a syllable; where two meet, the second starts the next one."""
_BURMESE = regex.compile(
    r"[\u1000-\u103f\u104c-\u109f]"
    r"(?:[\u102b-\u1038\u103a-\u103e\u1056-\u1059]|\u1039.|[\u1000-\u1021\u103f](?:\u1037?\u103a|(?=\u1039)))*"
)
"""A letter with those below it, its vowels and tones, and last consonants: marked by `\u103a`, or written above a letter."""
_SYLLABLES = ((regex.compile(r"[\u0e80-\u0eff]"), _LAO), (regex.compile(r"[\u1780-\u17ff]"), _KHMER), (LETTERS, _BURMESE))


def words(text: str) -> list[str]:
    """The words of a text in any of these scripts, or in several; joined they are the text.

    Spaces belong to the word after them, marks to the one before.
    """
    whole = set(accumulate(map(len, clusters(text))))
    out: list[str] = []
    at = 0
    for part in (piece for found in _divider()(text) for piece in _PIECES.findall(found)):
        inside = at not in whole or (text[at - 1].isdecimal() and part[0].isdecimal())
        if out and (inside or part[0] in MARKS or out[-1].isspace()):
            out[-1] += part
        else:
            out.append(part)
        at += len(part)
    return out


def _divider() -> Callable[[str], Iterator[str]]:
    return _by_icu if is_installed("icu4py") else _by_spelling


def _by_icu(text: str) -> Iterator[str]:
    from icu4py.breakers import WordBreaker

    yield from WordBreaker(text, "en")


def _by_spelling(text: str) -> Iterator[str]:
    for is_thai, run in groupby(text, key=lambda character: _THAI.match(character) is not None):
        part = "".join(run)
        yield from _thai_parser().parse(part) if is_thai else _syllables(part)


def _syllables(text: str) -> Iterator[str]:
    """The syllables of Lao, Khmer and Burmese, and what stands between them."""
    at = 0
    while at < len(text):
        syllable = next((rule for letters, rule in _SYLLABLES if letters.match(text, at)), None)
        found = syllable.match(text, at) if syllable else None
        until = found.end() if found and found.end() > at else at + 1
        if not found:  # other text goes on to the next letter of these
            later = LETTERS.search(text, at + 1)
            until = later.start() if later else len(text)
        yield text[at:until]
        at = until


@functools.cache
def _thai_parser() -> Any:
    import budoux

    return budoux.load_default_thai_parser()
