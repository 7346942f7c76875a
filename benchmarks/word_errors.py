"""Texts made alike and compared: what the field counts as a word error.

English goes through Whisper's own normaliser (package whisper-normalizer), by which error rates of recognisers are published:
numbers in digits, contractions written out, British and American spelling alike, fillers such as "um" left out. Chinese goes to
simplified characters (OpenCC) with numbers in characters (cn2an). Everywhere: no case, no marks, nothing that is in brackets.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Sequence

from rapidfuzz.distance import Levenshtein

BY_CHARACTER = ("zh", "yue", "ja", "ko")
"""Languages whose errors are counted by character; by word in all others."""
_REMARKS = re.compile(r"\[[^\]]*\]|\([^)]*\)|（[^）]*）|<[^>]*>")

_MARKS_AFTER_WORDS = re.compile(r"[.,;:!?…]+(?=\s|$)")


def units(text: str, language: str) -> list[str]:
    """What errors are counted in: words or characters."""
    text = unicodedata.normalize("NFKC", _REMARKS.sub(" ", text)).replace("’", "'")
    if language == "en":  # without marks after words, by which the normaliser would not see "one, two" as one number
        return [word for word in str(_english()(_MARKS_AFTER_WORDS.sub(" ", text))).split() if any(map(str.isalnum, word))]
    if language in ("zh", "yue"):
        text = _simplified(_numbers_in_characters(text))
    text = "".join(c if unicodedata.category(c)[0] in "LNM" or c in "' " else " " for c in text.lower())
    return list("".join(text.split())) if language in BY_CHARACTER else [word.strip("'") for word in text.split()]


def edits(wanted: Sequence[str], found: Sequence[str]) -> int:
    """Units to replace, insert or delete."""
    return int(Levenshtein.distance(wanted, found))


def described(wanted: Sequence[str], found: Sequence[str], language: str) -> list[str]:
    """Each place where the texts differ, as `wanted > found`."""
    joint = "" if language in BY_CHARACTER else " "
    places = Levenshtein.opcodes(wanted, found)
    return [
        f"{joint.join(wanted[one.src_start : one.src_end]) or '-'} > {joint.join(found[one.dest_start : one.dest_end]) or '-'}"
        for one in places
        if one.tag != "equal"
    ]


def _numbers_in_characters(text: str) -> str:
    import cn2an

    try:
        return str(cn2an.transform(text, "an2cn"))
    except ValueError:  # a number that it cannot say
        return text


@functools.cache
def _english() -> Callable[[str], str]:
    from whisper_normalizer.english import EnglishTextNormalizer

    normaliser: Callable[[str], str] = EnglishTextNormalizer()
    return normaliser


def _simplified(text: str) -> str:
    return str(_converter().convert(text))


@functools.cache
def _converter():  # type: ignore[no-untyped-def]
    import opencc

    return opencc.OpenCC("t2s")
