"""Text and queries as the words of a full-text index, in languages with and without spaces.

Chinese, Japanese and Korean are indexed as pairs of neighbouring characters, each run's last character also alone, so that one
index answers queries of one character, two and many: a query's pairs must follow each other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import regex

_RUN = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\u3005\u30FC]+")
_PART = re.compile(r'"([^"]*)"?|(\S+)')


def indexed(text: str) -> str:
    """Text for SQLite's `unicode61` tokenizer: words stay, runs of characters become pairs."""
    spaced: str = _RUN.sub(lambda run: f" {' '.join(_pairs(run[0]))} {run[0][-1]} ", _plain(text))
    return spaced


def expression(query: str) -> str:
    """A query as FTS5 understands it: all words must occur, words in quotes one after the other, `word*` begins with.

    Empty where the query has no letter or digit.
    """
    parts = (quoted or word for quoted, word in _PART.findall(_plain(query).replace("\u201c", '"').replace("\u201d", '"')))
    return " AND ".join(f"text:{phrase}" for part in parts if (phrase := _phrase(part)))


def _phrase(part: str) -> str:
    """`"..."`, and `*` behind it where its last word is only a beginning."""
    words = list(_words(part.rstrip("*").replace('"', " ")))
    if not any(character.isalnum() for word in words for character in word):
        return ""
    alone = len(words[-1]) == 1 and _RUN.fullmatch(words[-1]) is not None
    return f'"{" ".join(words)}"' + (" *" if alone or part.endswith("*") else "")


def _words(text: str) -> Iterator[str]:
    """As `indexed`, but that nothing is said of what follows a run at the very end."""
    end = len(text.rstrip())
    last = 0
    for run in _RUN.finditer(text):
        yield from text[last : run.start()].split()
        yield from _pairs(run[0])
        if len(run[0]) == 1 or run.end() < end:
            yield run[0][-1]
        last = run.end()
    yield from text[last:].split()


def _pairs(run: str) -> list[str]:
    return [run[k : k + 2] for k in range(len(run) - 1)]


def _plain(text: str) -> str:
    """Wide letters and narrow kana in their usual width; SQLite's strings end at a NUL."""
    return unicodedata.normalize("NFKC", text).replace("\x00", " ")
