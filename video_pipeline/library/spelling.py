"""What is asked in place of a query that finds nothing: with other spelling, or by fewer of its words."""

from __future__ import annotations

import sqlite3
from itertools import combinations

from video_pipeline.library.terms import Query, folded, parsed

_LEAST_LETTERS = 4
"""Shorter words are too near to too many others."""
_MOST_WORDS = 6
"""Of a long question the rarest, which say most."""
_LONG_LETTERS = 8
"""From here on two slips are taken for one word."""


def respelt(base: sqlite3.Connection, text: str, query: Query) -> str:
    """The query with each unknown word replaced by the nearest known one; empty where there is none to replace."""
    changed = text
    for word in query.words:
        nearest = _nearest(base, word) if len(word) >= _LEAST_LETTERS and not _is_known(base, word) else ""
        if nearest:
            changed = changed.replace(word, nearest)
    return changed if changed != text else ""


def fewer_words(base: sqlite3.Connection, text: str) -> list[str]:
    """A query of several plain words for any of them but one, but two, and so on; at least half of them must be said together.

    None for a query that says how its words are to be found.
    """
    words, asked = text.split(), parsed(text).words
    if len(asked) == 1 or list(asked) != words or {"AND", "OR", "NOT"} & set(words):
        return []
    counts = {word: _count(base, word) for word in words}
    said = sorted((word for word in words if counts[word]), key=lambda word: counts[word])[:_MOST_WORDS]
    least, most = (len(words) + 1) // 2, min(len(said), len(words) - 1)
    return [
        " OR ".join(" ".join(some) for some in combinations((word for word in words if word in said), together))
        for together in range(most, least - 1, -1)
    ]


def _is_known(base: sqlite3.Connection, word: str) -> bool:
    match = f'{{text about more}} : "{folded(word)}"'
    return base.execute("SELECT 1 FROM words WHERE words MATCH ? LIMIT 1", (match,)).fetchone() is not None


def _nearest(base: sqlite3.Connection, word: str) -> str:
    """Of the words with the fewest slips (letters missing, added, changed or swapped) that which most passages have."""
    from rapidfuzz.distance import OSA

    asked = folded(word).lower()
    most = 2 if len(asked) >= _LONG_LETTERS else 1
    query = "SELECT term FROM terms WHERE length(term) BETWEEN ? AND ?"
    known = [term for (term,) in base.execute(query, (len(asked) - most, len(asked) + most))]
    slips = {term: count for term in known if (count := OSA.distance(asked, term, score_cutoff=most)) <= most}
    if not slips:
        return ""
    fewest = min(slips.values())
    best: str = max((term for term, count in slips.items() if count == fewest), key=lambda term: (_count(base, term), term))
    return best


def _count(base: sqlite3.Connection, term: str) -> int:
    query = "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT 1000)"
    count: int = base.execute(query, (f'text : "{term}"',)).fetchone()[0]
    return count
