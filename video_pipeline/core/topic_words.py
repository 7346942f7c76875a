"""Words that may tell what a text is about, without a list of any language's grammar."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LEAST_LETTERS = 4
"""Shorter words of alphabets are mostly grammar."""
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""A letter of a language that is compared by pairs of letters: Chinese and Japanese have no spaces, Korean inflects."""


def terms(text: str) -> list[str]:
    """In lower case, in order; pairs of letters in Chinese, Japanese and Korean."""
    found = []
    for word in _WORD.findall(text.lower()):
        if _WIDE.search(word):
            found += [word[k : k + 2] for k in range(len(word) - 1)]
        elif len(word) >= _LEAST_LETTERS:
            found.append(word)
    return found
