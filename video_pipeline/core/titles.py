"""Titles and file names made of speech: whole words, and whole clauses where there is room for one."""

from __future__ import annotations

import re
import unicodedata

from video_pipeline.core.sentences import clause_ends, word_ends

_LEAST_SHARE = 0.4
"""Of the room that a clause must fill; a shorter one says less than words that break off."""
_ELLIPSIS = "…"
_LOOSE = " ,;:、，；：–—-\"'“‘「『(（[［"
"""Characters that end no title."""
_FULL_STOP = re.compile(r"(?<!\b\w\.\w)(?:[.。…]+\s*)+$")
"""At the end, but not that of "the U.S."."""
_NOT_IN_NAMES = re.compile(r"(?:[^\w]|_)+")
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
_NAME_BYTES = 96
"""Most bytes of words in a file name; with a number, a score and suffixes it fits into every file system."""


def title_of(text: str, most: int) -> str:
    """A text of at most `most` characters: whole, up to the end of a clause, or up to the end of a word with an ellipsis.

    A full stop at its end is left out.
    """
    text = _FULL_STOP.sub("", " ".join(text.split()))
    if len(text) <= most:
        return text
    clause = _prefix(text, clause_ends(text), most)
    if len(clause) >= _LEAST_SHARE * most:
        return clause
    words = _prefix(text, word_ends(text), most - len(_ELLIPSIS)) or text[: most - len(_ELLIPSIS)]  # one endless word
    return words + _ELLIPSIS


def name_of_words(text: str, most: int) -> str:
    """The words of a text as a part of a file name, joined by hyphens, at most `most` characters; empty if there is none."""
    text = _APOSTROPHE.sub("", unicodedata.normalize("NFC", text))
    while most > 0 and (name := _NOT_IN_NAMES.sub("-", title_of(text, most)).strip("-")):
        if len(name) <= most and len(name.encode()) <= _NAME_BYTES:
            return name
        most = min(most, len(text)) - 1
    return ""


def _prefix(text: str, ends: list[int], most: int) -> str:
    """The longest beginning of a text that stops at one of the ends and has at most `most` characters."""
    return text[: max((end for end in ends if end <= most), default=0)].rstrip(_LOOSE)
