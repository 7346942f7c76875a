"""How what answers a question is spread: over years, folders, speakers, languages, emotions, sounds and lengths of videos."""

from __future__ import annotations

import bisect
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.library.candidates import matching
from video_pipeline.library.index import Index
from video_pipeline.library.question import Question
from video_pipeline.library.search import allowed
from video_pipeline.library.terms import parsed

MOST_COUNTED = 20_000
"""Passages that are counted; of more, the newest."""
_LENGTHS_MIN = (5, 20, 60, 180)
"""Bounds between lengths of videos."""
_KINDS: dict[str, frozenset[str]] = {
    "language": frozenset(Language),
    "emotion": frozenset(Emotion),
    "sound": frozenset(Sound),
}


def facets(index: Index, question: Question) -> Mapping[str, Counter[str]]:
    """By facet, how many passages that answer have each value. Counted is what has the words, whatever its length."""
    found: dict[str, Counter[str]] = {name: Counter() for name in ("year", "folder", "speaker", *_KINDS, "length")}
    videos = index.base.execute("SELECT first, last, day, place, duration_s, id FROM videos ORDER BY first").fetchall()
    firsts = [row[0] for row in videos]
    chosen = allowed(index, question)
    among = None if chosen is None else {video for video, *_ in chosen}
    speakers = dict(index.base.execute("SELECT tag, name FROM speakers"))
    for row, tags in _passages(index, question):
        _, _, day, place, duration_s, video = videos[bisect.bisect(firsts, row) - 1]
        if among is not None and video not in among:
            continue
        found["year"][day[:4] or "unknown"] += 1
        found["folder"][place] += 1
        found["length"][_length(duration_s)] += 1
        for tag in tags.split():
            if tag in speakers:
                found["speaker"][speakers[tag]] += 1
            for kind, known in _KINDS.items():
                if tag in known:
                    found[kind][tag] += 1
    return {name: counts for name, counts in found.items() if counts}


def _passages(index: Index, question: Question) -> Iterator[tuple[Any, ...]]:
    match = matching(question, parsed(question.text))
    query = "SELECT rowid, tags FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?"
    yield from index.base.execute(query, (match, MOST_COUNTED))


def _length(duration_s: float) -> str:
    minutes = duration_s / 60
    upper = next((bound for bound in _LENGTHS_MIN if minutes < bound), None)
    return f"under {upper} min" if upper else f"{_LENGTHS_MIN[-1]} min or more"
