"""Which passages of a library answer a query best: from all of it, in the time that a person waits."""

from __future__ import annotations

import bisect
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from video_pipeline.library.index import speaker_tag
from video_pipeline.library.question import Question
from video_pipeline.library.terms import OFTEN, Query, often

RANKED = 20_000
"""Passages that are ranked one by one (0.1 s). Of more, those that say the word most often come first, then the newest."""
_RANGES = 200
"""Videos that are looked through one by one; among more of them the whole library is ranked."""
_WEIGHTS = "1.0, 0.0, 2.0, 1.0"
"""Of the columns of `words`: text, tags, about, more. A word in the name of the video counts twice."""


@dataclass(frozen=True, slots=True)
class Candidate:
    row: int
    score: float
    """Of bm25; higher is better."""


def matching(question: Question, query: Query) -> str:
    """The expression for the passages that answer: at least one of the words is said there, others may stand in its name."""
    tags = list(tag_filters(question))
    said = " OR ".join(query.leaves)
    if len(query.leaves) > 1:
        words = f"({{text more about}} : ({query.expression}) AND {{text more}} : ({said}))"
    else:
        words = f"{{text more}} : ({query.expression})"
    return " AND ".join([words, *tags])


def tag_filters(question: Question) -> Iterator[str]:
    speakers = tuple(speaker_tag(name) for name in question.speakers)
    for names in (question.events, question.emotions, question.languages, speakers):
        if names:
            yield f"tags : ({' OR '.join(names)})"


def candidates(
    base: sqlite3.Connection, match: str, query: Query, ranges: Sequence[tuple[int, int]] | None, most: int
) -> tuple[list[Candidate], bool]:
    """The best passages, best first, and whether there are others. `ranges` are the rows of videos that are allowed, in order."""
    if ranges is None:
        return _of_all(base, match, query, most)
    if len(ranges) <= _RANGES:
        found = [one for between in ranges for one in _ranked(base, match, most + 1, "rowid BETWEEN ? AND ?", between)]
        found.sort(key=lambda one: -one.score)
    else:
        firsts = [first for first, _ in ranges]
        allowed = (one for one in _ranked(base, match, -1) if one.row <= ranges[bisect.bisect(firsts, one.row) - 1][1])
        found = list(islice((one for one in allowed if one.row >= firsts[0]), most + 1))
    return found[:most], len(found) > most


def _of_all(base: sqlite3.Connection, match: str, query: Query, most: int) -> tuple[list[Candidate], bool]:
    ranked = max(RANKED, most)
    first = _first_of(base, match, ranked)
    if first is None:
        found = _ranked(base, match, most + 1)
        return found[:most], len(found) > most
    best: dict[int, Candidate] = {}
    for times in reversed(OFTEN):
        more = [expression for leaf in query.leaves if (expression := often(leaf, times))]
        if more and len(best) < most:
            dense = " AND ".join([match, *more])
            for one in _ranked(base, dense, most, "rowid > ?", (_first_of(base, dense, ranked) or -1,)):
                best.setdefault(one.row, one)
    if len(best) < most:
        for one in _ranked(base, match, most, "rowid > ?", (first,)):
            best.setdefault(one.row, one)
    return list(best.values())[:most], True


def _first_of(base: sqlite3.Connection, match: str, count: int) -> int | None:
    """The row after which only the newest `count` passages come; None where there are no more than that."""
    query = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT 1 OFFSET ?"
    found = base.execute(query, (match, count)).fetchone()
    return found[0] if found else None


def _ranked(base: sqlite3.Connection, match: str, most: int, where: str = "TRUE", values: Sequence[int] = ()) -> list[Candidate]:
    query = (
        f"SELECT rowid, -bm25(words, {_WEIGHTS}) AS score FROM words WHERE words MATCH ? AND {where} ORDER BY score DESC LIMIT ?"
    )
    return [Candidate(*found) for found in base.execute(query, (match, *values, most))]
