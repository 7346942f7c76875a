"""Questions to the search index: moments where something was said, heard or felt, and the best clips of all videos."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from video_pipeline.core.errors import BadValue, UnknownName
from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.core.span import Span
from video_pipeline.library.index import NEAR_S, Index
from video_pipeline.library.terms import expression

MOST_SENTENCES = 2000
"""A question that more sentences answer is not ranked: the first so many are taken as they come."""
_GAP_S, _LONGEST_S = 3.0, 60.0
"""Sentences of one moment follow each other this closely; no moment grows longer than this."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for; all that is said must hold, and of several events, emotions or languages one.

    Attributes:
        text: words; `"words in quotes"` follow each other, `word*` begins with.
        longer_s: least length of the event, or, where none is asked for, of the moment.
        within: part of the video's path or address; empty is every video.
        most: how many moments.
    """

    text: str = ""
    events: tuple[str, ...] = ()
    emotions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    longer_s: float = 0.0
    within: str = ""
    most: int = 20

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


@dataclass(frozen=True, slots=True)
class Moment(Span):
    """A stretch of a video that answers a question, or a clip of it.

    Attributes:
        source: the video's path or address; `folder` holds its results.
        text: what is said in it; of a clip its title.
        event, event_s: the longest sound that was asked for and its length.
        sentences: how many in it answer.
        score, why: of a clip.
    """

    source: str
    folder: str
    text: str = ""
    language: str = ""
    emotion: str = ""
    event: str = ""
    event_s: float = 0.0
    sentences: int = 0
    score: float = 0.0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The moments, best first; `found` counts all of them, `more` says that there are yet others, too many to rank."""

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
    moments = tuple(_told(index, group) for group in groups[: question.most])
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


def _told(index: Index, group: _Group) -> Moment:
    """A moment with its words; one of sounds alone with what was said last before its end."""
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
    where = (group.start_s, group.end_s, source, folder)
    return Moment(*where, text, language, emotion or "", group.event, round(group.event_s, 3), len(group.sentences))


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
        Moment(start_s, end_s, source, folder, title, score=score, why=why)
        for start_s, end_s, source, folder, title, score, why in rows
    )


def _tags(question: Question) -> Iterator[str]:
    for names in (question.events, question.emotions, question.languages):
        if names:
            yield f"tags:({' OR '.join(names)})"


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
