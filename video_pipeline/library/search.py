"""Questions to the search index: moments where something was said, heard or felt, and the best clips of all videos."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from video_pipeline.core.errors import BadValue
from video_pipeline.library.candidates import candidates, matching
from video_pipeline.library.index import NEAR_S, Index, speaker_tag
from video_pipeline.library.question import Answer, Moment, Question
from video_pipeline.library.spelling import fewer_words, respelt
from video_pipeline.library.terms import Query, further_words, parsed
from video_pipeline.video.stages.report import REPORT_FILE

__all__ = ["Answer", "Moment", "Question", "best", "search"]

_REFINED = 400
"""Passages of several words whose sentences are looked at, unless more moments are asked for: how near the words are counts."""
_REFINED_ALONE = 120
"""The same of one word, where the order of the passages hardly changes any more."""
_GATHERED = 5000
"""Sentences or sounds, without words: the surest or longest so many are put together to moments."""
_GAP_S = 3.0
"""Sentences of one moment follow each other within this."""
_LONGEST_S = 60.0
"""No moment grows longer: a page shows it, and a person watches it, as one thing."""
_NAMED = 1.25
"""By how much a moment counts more whose video has all the words in its name."""
_BEGIN, _END = "\x01", "\x02"
"""Around each word of a passage that answers."""
_SENTENCE = "id, video, start_s, end_s, text, language, emotion, speaker"


@dataclass(frozen=True, slots=True)
class SaidSentence:
    id: int
    video: int
    start_s: float
    end_s: float
    text: str
    language: str
    emotion: str | None
    speaker: str | None


@dataclass(slots=True)
class Group:
    """Sentences, or sounds alone, that are one moment."""

    video: int
    start_s: float
    end_s: float
    score: float = 0.0
    sentences: list[SaidSentence] = field(default_factory=list)
    event: str = ""
    event_s: float = 0.0

    @classmethod
    def of(cls, sentences: Sequence[SaidSentence], score: float) -> Group:
        return cls(sentences[0].video, sentences[0].start_s, max(s.end_s for s in sentences), score, list(sentences))

    def takes(self, start_s: float, end_s: float) -> bool:
        later = max(end_s, self.end_s) - min(start_s, self.start_s)
        return start_s <= self.end_s + _GAP_S and end_s >= self.start_s - _GAP_S and later <= _LONGEST_S

    def join(self, other: Group) -> None:
        known = {sentence.id for sentence in self.sentences}
        self.sentences += [sentence for sentence in other.sentences if sentence.id not in known]
        self.sentences.sort(key=lambda sentence: sentence.id)
        self.start_s, self.end_s = min(self.start_s, other.start_s), max(self.end_s, other.end_s)
        self.score = max(self.score, other.score)


def search(index: Index, question: Question) -> Answer:
    """The moments that answer, best first.

    Words rank by how rare they are and how often and how near to each other they are said; emotions by how sure they are; sounds
    by their length. Where nothing is found, words that the library does not know are taken for misspelt, and then some of
    several words are enough.
    """
    videos = allowed(index, question)
    if not question.text.strip():
        return _without_words(index, question, videos)
    query = parsed(question.text)
    answer = _worded(index, question, query, videos)
    other = "" if answer.moments else respelt(index.base, question.text, query)
    if other:
        answer = replace(_worded(index, question, parsed(other), videos), corrected=other)
    if not answer.moments and (fewer := fewer_words(index.base, other or question.text)):
        answers = (replace(_worded(index, question, parsed(words), videos), corrected=words) for words in fewer)
        answer = next((one for one in answers if one.moments), answer)
    return answer if answer.moments else replace(answer, corrected="")


def allowed(index: Index, question: Question) -> list[tuple[int, int, int]] | None:
    """Video, first and last sentence of each that may answer; None for all."""
    if not (question.within or question.after or question.before):
        return None
    query = """SELECT id, first, last FROM videos WHERE instr(source, ?) AND (? = '' OR day >= ?)
        AND (? = '' OR (day != '' AND day < ?)) ORDER BY first"""
    after, before = question.after, question.before
    return index.base.execute(query, (question.within, after, after, before, before)).fetchall()


def _worded(index: Index, question: Question, query: Query, videos: Sequence[tuple[int, int, int]] | None) -> Answer:
    ranges = None if videos is None else [(first, last) for _, first, last in videos]
    match = matching(question, query)
    refined = max(_REFINED if len(query.leaves) > 1 else _REFINED_ALONE, 3 * question.most)
    found, more = candidates(index.base, match, query, ranges, refined)
    named = _named(index, query)
    groups = _groups(index, question, query, [(one.row, one.score) for one in found], frozenset(named))
    said = {group.video for group in groups}
    groups = [group for group in groups if is_whole(index, question, group)]
    groups.sort(key=lambda group: (-group.score, -len(group.sentences), group.sentences[0].id))
    moments = [moment_of(index, group) for group in groups[: question.most]]
    cards = [] if _is_of_moments(question) else [video for video in named if video not in said]
    if videos is not None:
        cards = [video for video in cards if video in {one for one, *_ in videos}]
    moments += [_card(index, video) for video in cards[: question.most - len(moments)]]
    return Answer(tuple(moments), len(groups) + len(cards), more)


def _is_of_moments(question: Question) -> bool:
    return bool(question.events or question.emotions or question.languages or question.speakers or question.longer_s)


def _named(index: Index, query: Query) -> list[int]:
    """Videos with all the words in their names, folders or metadata, best first."""
    found = index.base.execute("SELECT rowid FROM cards WHERE cards MATCH ? ORDER BY rank LIMIT 1000", (query.expression,))
    return [video for (video,) in found]


def _groups(
    index: Index, question: Question, query: Query, found: Sequence[tuple[int, float]], named: frozenset[int]
) -> list[Group]:
    """The moments in passages, which overlap: what belongs together is joined."""
    marked = _marked(index, query, [row for row, _ in found])
    said = _said(index, marked)
    by_video: dict[int, list[Group]] = {}
    for row, score in found:
        lines = {row + at: line for at, line in enumerate(marked[row]) if row + at in said}
        hits = [said[at] for at, line in lines.items() if _BEGIN in line] or _found_otherwise([said[at] for at in lines], query)
        hits = [sentence for sentence in hits if is_asked_for(question, sentence)]
        for part in _parts(hits, lines, query):
            share = 0.5 + 0.5 * len(part) / len(hits)
            near = 1.0 + 1.0 / (1 + part[-1].id - part[0].id) if len(query.leaves) > 1 else 1.0
            boost = _NAMED if part[0].video in named else 1.0
            _take_in(by_video.setdefault(part[0].video, []), Group.of(part, score * share * near * boost))
    return [group for groups in by_video.values() for group in groups]


def _marked(index: Index, query: Query, rows: Sequence[int]) -> dict[int, list[str]]:
    """The lines of passages, one a sentence, with marks around the words that answer."""
    marked = f"SELECT rowid, highlight(words, 0, char(1), char(2)) FROM words WHERE words MATCH ? AND rowid IN ({_marks(rows)})"
    lines = {row: text.split("\n") for row, text in index.base.execute(marked, (query.text_leaves, *rows))}
    if len(lines) < len(rows):  # they are found by other columns than their text
        others = [row for row in rows if row not in lines]
        plain = f"SELECT rowid, text FROM words WHERE rowid IN ({_marks(others)})"
        lines |= {row: text.split("\n") for row, text in index.base.execute(plain, others)}
    return lines


def _said(index: Index, marked: Mapping[int, Sequence[str]]) -> dict[int, SaidSentence]:
    """The marked sentences of passages, and all of a passage where none is, by their ids."""
    wanted: set[int] = set()
    for row, lines in marked.items():
        hits = [row + at for at, line in enumerate(lines) if _BEGIN in line]
        wanted.update(hits or range(row, row + len(lines)))
    where = "id IN (SELECT value FROM json_each(?))"
    return {sentence.id: sentence for sentence in sentences_of(index, where, (json.dumps(sorted(wanted)),))}


def sentences_of(index: Index, where: str, values: Sequence[Any]) -> list[SaidSentence]:
    return [SaidSentence(*row) for row in index.base.execute(f"SELECT {_SENTENCE} FROM said WHERE {where} ORDER BY id", values)]


def _found_otherwise(sentences: Sequence[SaidSentence], query: Query) -> Sequence[SaidSentence]:
    """Those whose compounds or abbreviations answer, else the first."""
    asked = {leaf.strip('"') for leaf in query.leaves}
    return [sentence for sentence in sentences if asked & set(further_words(sentence.text).split())] or sentences[:1]


def is_asked_for(question: Question, sentence: SaidSentence) -> bool:
    """Whether a sentence has what the words of a question must come with."""
    return (
        (not question.emotions or sentence.emotion in question.emotions)
        and (not question.languages or sentence.language in question.languages)
        and (not question.speakers or _is_spoken_by(sentence, question.speakers))
    )


def _is_spoken_by(sentence: SaidSentence, speakers: Sequence[str]) -> bool:
    return bool(sentence.speaker) and speaker_tag(sentence.speaker or "") in {speaker_tag(name) for name in speakers}


def _parts(hits: Sequence[SaidSentence], lines: Mapping[int, str], query: Query) -> Iterator[Sequence[SaidSentence]]:
    """The moments in one passage: of several words the shortest stretch that has them all; of one, each stretch that says it."""
    if len(query.leaves) > 1 and len(hits) > 1:
        yield _shortest([(hit, _words_in(lines[hit.id])) for hit in hits])
        return
    part: list[SaidSentence] = []
    for hit in hits:
        if part and (hit.start_s > part[-1].end_s + _GAP_S or hit.end_s - part[0].start_s > _LONGEST_S):
            yield part
            part = []
        part.append(hit)
    if part:
        yield part


def _words_in(line: str) -> frozenset[str]:
    """The beginnings of the words of a sentence that answer; endings differ."""
    return frozenset(part.partition(_END)[0].lower()[:4] for part in line.split(_BEGIN)[1:])


def _shortest(hits: Sequence[tuple[SaidSentence, frozenset[str]]]) -> list[SaidSentence]:
    """The shortest run of sentences that has every word that any of them has."""
    wanted = frozenset().union(*(words for _, words in hits))
    best = list(hits)
    for start in range(len(hits)):
        seen: set[str] = set()
        for end in range(start, len(hits)):
            seen |= hits[end][1]
            if seen >= wanted:
                if hits[end][0].id - hits[start][0].id < best[-1][0].id - best[0][0].id:
                    best = list(hits[start : end + 1])
                break
    return [sentence for sentence, _ in best]


def _take_in(groups: list[Group], group: Group) -> None:
    for known in groups:
        if known.takes(group.start_s, group.end_s):
            known.join(group)
            return
    groups.append(group)


def is_whole(index: Index, question: Question, group: Group) -> bool:
    """Whether a group has the sound and the length that were asked for; it then reaches to the end of the sound."""
    if not question.events:
        return group.end_s - group.start_s >= question.longer_s
    query = f"""SELECT label, end_s, end_s - start_s FROM heard INDEXED BY heard_video
        WHERE video = ? AND label IN ({_marks(question.events)})
        AND start_s < ? AND end_s > ? AND end_s - start_s >= ? ORDER BY 3 DESC"""
    last_s = group.end_s + NEAR_S
    heard = index.base.execute(query, (group.video, *question.events, last_s, group.start_s, question.longer_s)).fetchall()
    if not heard:
        return False
    group.event, _, group.event_s = heard[0]
    group.end_s = max(group.end_s, *(end_s for _, end_s, _ in heard))
    return True


def _without_words(index: Index, question: Question, videos: Sequence[tuple[int, int, int]] | None) -> Answer:
    """Moments of an emotion, a language or a speaker, else of sounds alone."""
    among = "TRUE" if videos is None else "video IN (SELECT value FROM json_each(?))"
    values = [] if videos is None else [json.dumps([video for video, *_ in videos])]
    is_said = question.emotions or question.languages or question.speakers
    groups, more = (_felt if is_said else _sounds)(index, question, among, values)
    if is_said:
        groups = [group for group in groups if is_whole(index, question, group)]
    groups.sort(key=lambda group: (-len(group.sentences), -group.event_s, group.video, group.start_s))
    return Answer(tuple(moment_of(index, group) for group in groups[: question.most]), len(groups), more)


def _felt(index: Index, question: Question, among: str, values: Sequence[Any]) -> tuple[list[Group], bool]:
    where, given = [among], [*values]
    for column, names in (("emotion", question.emotions), ("language", question.languages)):
        if names:
            where.append(f"{column} IN ({_marks(names)})")
            given += names
    if question.speakers:
        known = index.base.execute("SELECT tag, name FROM speakers").fetchall()
        asked = {speaker_tag(name) for name in question.speakers}
        speakers = [name for tag, name in known if tag in asked]
        where.append(f"speaker IN ({_marks(speakers)})")
        given += speakers
    order = "emotion_p DESC" if question.emotions else "id"
    query = f"SELECT {_SENTENCE} FROM said WHERE {' AND '.join(where)} ORDER BY {order} LIMIT {_GATHERED + 1}"
    sentences = [SaidSentence(*row) for row in index.base.execute(query, given)]
    groups: list[Group] = []
    for sentence in sorted(sentences[:_GATHERED], key=lambda sentence: sentence.id):
        one = Group.of([sentence], 0.0)
        if groups and groups[-1].video == one.video and groups[-1].takes(one.start_s, one.end_s):
            groups[-1].join(one)
        else:
            groups.append(one)
    return groups, len(sentences) > _GATHERED


def _sounds(index: Index, question: Question, among: str, values: Sequence[Any]) -> tuple[list[Group], bool]:
    query = f"""SELECT video, start_s, end_s, label FROM heard WHERE {among} AND label IN ({_marks(question.events)})
        AND end_s - start_s >= ? ORDER BY end_s - start_s DESC LIMIT {_GATHERED + 1}"""
    found = index.base.execute(query, (*values, *question.events, question.longer_s)).fetchall()
    groups: list[Group] = []
    for video, start_s, end_s, label in sorted(found[:_GATHERED]):
        one = Group(video, start_s, end_s, event=label, event_s=end_s - start_s)
        if groups and groups[-1].video == video and groups[-1].takes(start_s, end_s):
            groups[-1].join(one)
            if one.event_s > groups[-1].event_s:
                groups[-1].event, groups[-1].event_s = one.event, one.event_s
        else:
            groups.append(one)
    return groups, len(found) > _GATHERED


def moment_of(index: Index, group: Group) -> Moment:
    """A moment with its words; a moment of sounds alone gets what was said last before its end."""
    source, folder, first, last = index.base.execute(
        "SELECT source, folder, first, last FROM videos WHERE id = ?", (group.video,)
    ).fetchone()
    said = group.sentences
    if not said:
        said = sentences_of(
            index,
            "id = (SELECT id FROM said WHERE id BETWEEN ? AND ? AND start_s < ? AND end_s > ? ORDER BY id DESC LIMIT 1)",
            (first, last, group.end_s, group.start_s - NEAR_S),
        )
    return Moment(
        group.start_s,
        group.end_s,
        source=source,
        folder=folder,
        text=" ".join(sentence.text for sentence in said),
        language=said[0].language if said else "",
        speaker=(said[0].speaker or "") if said else "",
        emotion=(said[0].emotion or "") if said else "",
        event=group.event,
        event_s=round(group.event_s, 3),
        sentences=len(group.sentences),
        page=page_at(folder, group.start_s),
    )


def page_at(folder: str, start_s: float) -> str:
    """The address of a report at a time, empty where there is no report."""
    report = Path(folder) / REPORT_FILE
    return f"{report.absolute().as_uri()}#t={start_s:.2f}" if report.is_file() else ""


def _card(index: Index, video: int) -> Moment:
    """A video that is found by its name."""
    query = "SELECT source, folder, name, meta, duration_s FROM videos WHERE id = ?"
    source, folder, name, meta, duration_s = index.base.execute(query, (video,)).fetchone()
    title = next((value for key, value in json.loads(meta).items() if key.lower() == "title"), name)
    return Moment(0.0, min(duration_s or 0.0, _LONGEST_S), source=source, folder=folder, text=title, page=page_at(folder, 0.0))


def best(index: Index, most: int = 10, per_video: int = 2, within: str = "") -> tuple[Moment, ...]:
    """The highlights with the highest scores of all videos, at most `per_video` of one; scores mean the same in every video."""
    if most < 1 or per_video < 1:
        raise BadValue("--top, --per-video", "both are at least 1")
    query = """SELECT start_s, end_s, source, folder, title, score, why FROM (
            SELECT clips.*, row_number() OVER (PARTITION BY video ORDER BY score DESC, start_s) AS place FROM clips
        ) AS ranked JOIN videos ON videos.id = ranked.video
        WHERE ranked.place <= ? AND instr(source, ?) ORDER BY score DESC, source, start_s LIMIT ?"""
    rows: Iterable[tuple[Any, ...]] = index.base.execute(query, (per_video, within, most))
    return tuple(
        Moment(start_s, end_s, source=source, folder=folder, text=title, score=score, why=why)
        for start_s, end_s, source, folder, title, score, why in rows
    )


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
