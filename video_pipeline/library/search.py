"""Questions to the search index: moments where something was said, heard or felt, and the best clips of all videos."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

from video_pipeline.core.errors import BadValue, UnknownName
from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.core.span import Span
from video_pipeline.library.index import NEAR_S, Index
from video_pipeline.library.terms import expression

MOST_SENTENCES = 2000
"""When more sentences answer a question, only the first so many are ranked."""
_GAP_S = 3.0
"""Sentences of one moment follow each other within this."""
_LONGEST_S = 60.0
"""No moment grows longer: a page shows it, and a person watches it, as one thing."""


@dataclass(frozen=True, slots=True)
class Question:
    """What to look for: every field that is given must hold, and of several events, emotions or languages one."""

    text: str = ""
    """Words; `"words in quotes"` follow each other, `word*` begins with."""
    _: KW_ONLY
    events: tuple[str, ...] = ()
    emotions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    longer_s: float = 0.0
    """Least length of the event, or, without one, of the moment."""
    within: str = ""
    """Part of the video's path or address; empty is every video."""
    most: int = 20
    """How many moments."""

    def __post_init__(self) -> None:
        _require("event", self.events, Sound)
        _require("emotion", self.emotions, Emotion)
        _require("language", self.languages, Language)
        if not (self.text.strip() or self.events or self.emotions or self.languages):
            raise BadValue("QUERY", "say what to look for: words, --event, --emotion or --language")
        if self.text.strip() and not expression(self.text):
            raise BadValue("QUERY", f"{self.text!r} has no letter or digit to look for")
        if self.most < 1 or self.longer_s < 0:
            raise BadValue("--limit, --longer", "--limit is at least 1, --longer not less than 0")


def _require(kind: str, names: Sequence[str], known: Iterable[str]) -> None:
    for name in names:
        if name not in tuple(known):
            raise UnknownName(kind, name, tuple(known))


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment(Span):
    """A stretch of a video that answers a question, or a clip of it."""

    source: str
    """The video's path or address."""
    folder: str
    """Of its results."""
    text: str = ""
    """What is said in it; of a clip its title."""
    language: str = ""
    emotion: str = ""
    event: str = ""
    """The longest of the sounds that were asked for."""
    event_s: float = 0.0
    """How long that is."""
    sentences: int = 0
    """How many in it answer."""
    score: float = 0.0
    """Of a clip."""
    why: str = ""
    """Of a clip: why it was chosen."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The moments, best first; `found` counts all of them, `more`: there are others, too many to rank."""

    moments: tuple[Moment, ...]
    found: int
    more: bool = False


def search(index: Index, question: Question) -> Answer:
    """Moments in which most sentences answer come first, then those with the longest event."""
    worded = question.text.strip() or question.emotions or question.languages
    table, (query, given) = ("said", _sentences(question)) if worded else ("heard", _sounds(question))
    if question.within:
        query, given = f"{query} AND {table}.video IN (SELECT id FROM videos WHERE instr(source, ?))", [*given, question.within]
    rows = index.base.execute(f"{query} LIMIT {MOST_SENTENCES + 1}", given).fetchall()
    groups = _groups(rows[:MOST_SENTENCES])
    if not question.events:
        groups = [group for group in groups if group.end_s - group.start_s >= question.longer_s]
    groups.sort(key=lambda group: (-len(group.sentences), -group.event_s))
    moments = tuple(_moment(index, group) for group in groups[: question.most])
    return Answer(moments, len(groups), len(rows) > MOST_SENTENCES)


def _sentences(question: Question) -> tuple[str, list[Any]]:
    """Rows of video, sentence, start, end, and where events are asked for, one for each: label, its end, its length."""
    matching = " AND ".join(filter(None, [expression(question.text), *_tags(question)]))
    matched = "(SELECT rowid AS id FROM words WHERE words MATCH ?) CROSS JOIN said USING (id)"
    if not question.events:
        return f"SELECT video, id, start_s, end_s, '', end_s, 0 FROM {matched} WHERE TRUE", [matching]
    query = f"""SELECT said.video, said.id, said.start_s, said.end_s, label, heard.end_s, heard.end_s - heard.start_s
        FROM {matched} CROSS JOIN heard ON heard.video = said.video AND label IN ({_marks(question.events)})
            AND heard.start_s < said.end_s + {NEAR_S} AND heard.end_s > said.start_s AND heard.end_s - heard.start_s >= ?
        WHERE TRUE"""
    return query, [matching, *question.events, question.longer_s]


def _sounds(question: Question) -> tuple[str, list[Any]]:
    """The same rows of sounds alone."""
    query = f"""SELECT video, 0, start_s, end_s, label, end_s, end_s - start_s FROM heard
        WHERE label IN ({_marks(question.events)}) AND end_s - start_s >= ?"""
    return query, [*question.events, question.longer_s]


@dataclass(slots=True)
class _Group:
    """Rows that are one moment."""

    video: int
    start_s: float
    end_s: float
    sentences: list[int]
    event: str = ""
    event_s: float = 0.0

    def takes(self, start_s: float, end_s: float) -> bool:
        return self.start_s <= start_s <= self.end_s + _GAP_S and end_s - self.start_s <= _LONGEST_S


def _groups(rows: Iterable[tuple[int, int, float, float, str, float, float]]) -> list[_Group]:
    """Sentences that follow each other closely are one moment, and so is one with several sounds."""
    groups: list[_Group] = []
    for video, sentence, start_s, end_s, label, until_s, long_s in rows:
        last, end_s = groups[-1] if groups else None, max(end_s, until_s)
        if last is None or last.video != video or not last.takes(start_s, end_s):
            last = _Group(video, start_s, end_s, [])
            groups.append(last)
        last.end_s = max(last.end_s, end_s)
        if sentence and sentence not in last.sentences[-1:]:
            last.sentences.append(sentence)
        if long_s > last.event_s:
            last.event, last.event_s = label, long_s
    return groups


def _moment(index: Index, group: _Group) -> Moment:
    """A moment with its words; a moment of sounds alone gets what was said last before its end."""
    source, folder = index.base.execute("SELECT source, folder FROM videos WHERE id = ?", (group.video,)).fetchone()
    if group.sentences:
        query = f"SELECT text, language, emotion FROM said WHERE id IN ({_marks(group.sentences)}) ORDER BY id"
        said = index.base.execute(query, group.sentences).fetchall()
    else:
        query = """SELECT text, language, emotion FROM said WHERE video = ? AND start_s < ? AND end_s > ?
            ORDER BY start_s DESC LIMIT 1"""
        said = index.base.execute(query, (group.video, group.end_s, group.start_s - NEAR_S)).fetchall()
    text = " ".join(row[0] for row in said)
    language, emotion = said[0][1:] if said else ("", "")
    return Moment(
        group.start_s,
        group.end_s,
        source=source,
        folder=folder,
        text=text,
        language=language,
        emotion=emotion or "",
        event=group.event,
        event_s=round(group.event_s, 3),
        sentences=len(group.sentences),
    )


def best(index: Index, most: int = 10, per_video: int = 2, within: str = "") -> tuple[Moment, ...]:
    """The highlights with the highest scores of all videos, at most `per_video` of one; scores mean the same in every video."""
    if most < 1 or per_video < 1:
        raise BadValue("--top, --per-video", "both are at least 1")
    query = """SELECT start_s, end_s, source, folder, title, score, why FROM (
            SELECT clips.*, row_number() OVER (PARTITION BY video ORDER BY score DESC, start_s) AS place FROM clips
        ) AS ranked JOIN videos ON videos.id = ranked.video
        WHERE place <= ? AND instr(source, ?) ORDER BY score DESC, source, start_s LIMIT ?"""
    rows: Iterable[tuple[Any, ...]] = index.base.execute(query, (per_video, within, most))
    return tuple(
        Moment(start_s, end_s, source=source, folder=folder, text=title, score=score, why=why)
        for start_s, end_s, source, folder, title, score, why in rows
    )


def _tags(question: Question) -> Iterator[str]:
    for names in (question.events, question.emotions, question.languages):
        if names:
            yield f"tags:({' OR '.join(names)})"


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
