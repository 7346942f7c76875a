"""The search index: what was said, heard and chosen in every finished video of a library, in a file of its own.

It holds nothing that is not in the results, so it may be deleted at any time: the next search builds it again.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import msgspec

from video_pipeline.core.clip import Clip
from video_pipeline.core.errors import CannotWrite
from video_pipeline.core.files import key_of, reason
from video_pipeline.core.transcript import AudioEvent
from video_pipeline.library.cards import card_of, metadata_of
from video_pipeline.library.rows import CatalogueRows, Row
from video_pipeline.library.terms import further_words, indexed
from video_pipeline.video.records import EventsFile, HighlightsFile
from video_pipeline.video.stages.events import EVENTS_FILE
from video_pipeline.video.stages.highlights import HIGHLIGHTS_FILE
from video_pipeline.video.stages.listen import TRANSCRIPT_FILE
from video_pipeline.video.stages.translate import TRANSLATIONS_FILE

NAME = "search.sqlite"
NEAR_S = 10.0
"""A sound belongs to a sentence that it begins under or this soon after: applause answers what was said last."""
BLOCK_S = 30.0
"""Two blocks of sentences that follow each other are a passage: words so far apart still belong together."""
_VERSION = 3
_FROM_2 = """ALTER TABLE seen ADD COLUMN catalogue TEXT NOT NULL DEFAULT '';
ALTER TABLE seen ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;
CREATE TABLE IF NOT EXISTS meanings (video INTEGER PRIMARY KEY, model TEXT, vectors BLOB);
CREATE TABLE IF NOT EXISTS signs (video INTEGER PRIMARY KEY, bits BLOB);"""
"""To build a large index again would take hours."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS videos (
    id INTEGER PRIMARY KEY, source TEXT UNIQUE, folder TEXT UNIQUE, duration_s REAL,
    name TEXT, place TEXT, day TEXT,            -- file name; folder or address above it; YYYY, YYYY-MM or YYYY-MM-DD, if known
    meta TEXT,                                  -- what a table says of it, as JSON
    first INTEGER, last INTEGER                 -- its sentences
);
CREATE TABLE IF NOT EXISTS said (
    id INTEGER PRIMARY KEY, video INTEGER, start_s REAL, end_s REAL, text TEXT, language TEXT, emotion TEXT, emotion_p REAL,
    speaker TEXT
);
CREATE TABLE IF NOT EXISTS heard (video INTEGER, label TEXT, start_s REAL, end_s REAL, score REAL);
CREATE TABLE IF NOT EXISTS clips (video INTEGER, start_s REAL, end_s REAL, score REAL, title TEXT, why TEXT);
CREATE TABLE IF NOT EXISTS speakers (tag TEXT PRIMARY KEY, name TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS terms (term TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS meanings (video INTEGER PRIMARY KEY, model TEXT, vectors BLOB);
CREATE TABLE IF NOT EXISTS signs (video INTEGER PRIMARY KEY, bits BLOB);    -- of these vectors
CREATE TABLE IF NOT EXISTS seen (
    serial INTEGER,                             -- of the last change of the catalogue that was taken in
    catalogue TEXT NOT NULL DEFAULT '', forgotten INTEGER NOT NULL DEFAULT 0   -- its mark
);
INSERT INTO seen (serial) SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM seen);
CREATE INDEX IF NOT EXISTS said_felt ON said (emotion, emotion_p) WHERE emotion IS NOT NULL;
CREATE INDEX IF NOT EXISTS heard_video ON heard (video, label, start_s);
CREATE INDEX IF NOT EXISTS heard_label ON heard (label, end_s - start_s);
CREATE INDEX IF NOT EXISTS clips_video ON clips (video);
CREATE INDEX IF NOT EXISTS clips_score ON clips (score);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (
    text, tags, about, more, prefix=1, tokenize='porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE IF NOT EXISTS cards USING fts5 (about, prefix=1, tokenize='porter unicode61 remove_diacritics 2');
"""
"""A row of `words` is a passage, called after its first sentence; a row of `cards` is a video's name, folder and metadata."""
_SPELT = re.compile(r"[^\W\d_]{3,}")
"""Words that are long enough to be misspelt."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A segment of a transcript as far as it is searched."""

    start_s: float
    end_s: float
    text: str
    _: KW_ONLY
    language: str = "und"
    emotion: str | None = None
    emotion_p: float = 0.0
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Media:
    duration_s: float


@dataclass(frozen=True, slots=True)
class Said:
    """`transcript.json` as far as it is searched; reading only this is several times faster."""

    media: Media
    segments: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Texts:
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InLanguages:
    """`translations.json` as far as it is searched."""

    sentences: tuple[Sentence, ...] = ()
    languages: Mapping[str, Texts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contents:
    """All that is searched of one video."""

    said: Said
    events: Sequence[AudioEvent] = ()
    clips: Sequence[Clip] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)


def contents_of(folder: Path) -> Contents | None:
    """What the results in a folder tell, None where there is no transcript."""
    said = _read(folder / TRANSCRIPT_FILE, Said)
    if said is None:
        return None
    said = replace(said, segments=(*said.segments, *_translated(folder)))
    events, highlights = _read(folder / EVENTS_FILE, EventsFile), _read(folder / HIGHLIGHTS_FILE, HighlightsFile)
    return Contents(said, events.events if events else (), highlights.clips if highlights else ())


def _translated(folder: Path) -> Iterator[Sentence]:
    """What is said, in the languages that it was translated into, at the times at which it is said."""
    found = _read(folder / TRANSLATIONS_FILE, InLanguages) or InLanguages()
    for tag, texts in found.languages.items():
        for sentence, text in zip(found.sentences, texts.texts, strict=False):
            if text != sentence.text:
                yield replace(sentence, text=text, language=tag.partition("-")[0])


def _read(path: Path, kind: type[T]) -> T | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, ValueError):
        return None


class Index:
    """Open for reading and bringing up to date."""

    def __init__(self, folder: Path | None, *, read_only: bool = False) -> None:
        """Without a folder it lives in memory."""
        path = folder / NAME if folder else Path(":memory:")
        try:
            self.base = _read_only(path) if read_only else _open(path) or _anew(path)
        except OSError as error:
            raise CannotWrite(path, reason(error)) from None
        except sqlite3.Error as error:
            raise CannotWrite(path, str(error)) from None

    def is_current(self, record: CatalogueRows) -> bool:
        """Whether it is an index of this version that has seen all of the catalogue. Changes nothing."""
        try:
            return self.base.execute("PRAGMA user_version").fetchone() == (_VERSION,) and not self._is_behind(record)
        except sqlite3.Error:
            return False

    def refresh(self, record: CatalogueRows) -> int:
        """Take in what has changed in the catalogue since the last time; gives how many videos that were. Raises CannotWrite."""
        if not self._is_behind(record):
            return 0
        try:
            with self.base:
                self.base.execute("BEGIN IMMEDIATE")  # a run and a search may both bring it up to date
                return self._catch_up(record)
        except sqlite3.Error as error:
            raise CannotWrite(record.folder / NAME, str(error)) from None

    def _is_behind(self, record: CatalogueRows) -> bool:
        serial, *mark = self._seen()
        return tuple(mark) != record.mark() or next(record.changed(serial), None) is not None

    def _catch_up(self, record: CatalogueRows) -> int:
        newest, *mark = self._seen()
        if tuple(mark) != record.mark():
            newest = newest if mark[0] in ("", record.mark()[0]) else 0
            self._drop_forgotten(record)
        count = 0
        for row in record.changed(newest):
            newest = max(newest, row.serial)
            if row.same_as:
                self.remove(row.source)
            elif row.state in ("done", "failed", "empty"):
                self._take_in(row)
                count += 1
        self.base.execute("UPDATE seen SET serial = ?, catalogue = ?, forgotten = ?", (newest, *record.mark()))
        return count

    def _seen(self) -> tuple[int, str, int]:
        found: tuple[int, str, int] = self.base.execute("SELECT serial, catalogue, forgotten FROM seen").fetchone()
        return found

    def _take_in(self, row: Row) -> None:
        self.remove(row.source)
        if row.state == "done" and (contents := contents_of(Path(row.folder))) is not None:
            self.add(row.source, row.folder, replace(contents, metadata=metadata_of(row)))

    def _drop_forgotten(self, record: CatalogueRows) -> None:
        """Both lists are in order of the sources, and neither is held in memory."""
        known = record.sources()
        at = next(known, None)
        for source in _sources(self.base):
            while at is not None and at < source:
                at = next(known, None)
            if at != source:
                self.remove(source)

    def add(self, source: str, folder: str, contents: Contents) -> None:
        """A video that the index does not hold."""
        said, write, card = contents.said, self.base, card_of(source, contents.metadata)
        (last,) = write.execute("SELECT coalesce(max(id), 0) FROM said").fetchone()
        numbered = list(enumerate(said.segments, last + 1))
        video = write.execute(
            "INSERT INTO videos (source, folder, duration_s, name, place, day, meta, first, last) VALUES (?,?,?,?,?,?,?,?,?)",
            (
                source,
                folder,
                said.media.duration_s,
                card.name,
                card.place,
                card.day,
                msgspec.json.encode(contents.metadata).decode(),
                last + 1,
                last + len(numbered),
            ),
        ).lastrowid
        write.executemany(
            "INSERT INTO said VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(n, video, s.start_s, s.end_s, s.text, s.language, s.emotion, s.emotion_p, s.speaker) for n, s in numbered],
        )
        speakers = {speaker_tag(s.speaker): s.speaker for s in said.segments if s.speaker}
        write.executemany("INSERT OR IGNORE INTO speakers VALUES (?, ?)", speakers.items())
        about = indexed(card.words)
        rows = [(number, *_passage(sentences, contents.events), about) for number, sentences in _passages(numbered)]
        write.executemany("INSERT INTO words (rowid, text, tags, more, about) VALUES (?, ?, ?, ?, ?)", rows)
        write.execute("INSERT INTO cards (rowid, about) VALUES (?, ?)", (video, about))
        spelt = {word for _, text, *_ in rows for word in _SPELT.findall(text.lower())} | set(_SPELT.findall(about.lower()))
        write.executemany("INSERT OR IGNORE INTO terms VALUES (?)", [(word,) for word in spelt])
        events = [(video, e.label, e.start_s, e.end_s, e.score) for e in contents.events]
        write.executemany("INSERT INTO heard VALUES (?, ?, ?, ?, ?)", events)
        clips = [(video, c.start_s, c.end_s, c.score, c.title, c.why) for c in contents.clips]
        write.executemany("INSERT INTO clips VALUES (?, ?, ?, ?, ?, ?)", clips)

    def remove(self, source: str) -> None:
        found = self.base.execute("SELECT id, first, last FROM videos WHERE source = ?", (source,)).fetchone()
        if found is None:
            return
        video, *between = found
        self.base.execute("DELETE FROM words WHERE rowid BETWEEN ? AND ?", between)
        self.base.execute("DELETE FROM said WHERE id BETWEEN ? AND ?", between)
        self.base.execute("DELETE FROM cards WHERE rowid = ?", (video,))
        for table in ("heard", "clips", "meanings", "signs"):
            self.base.execute(f"DELETE FROM {table} WHERE video = ?", (video,))
        self.base.execute("DELETE FROM videos WHERE id = ?", (video,))


def _sources(base: sqlite3.Connection) -> Iterator[str]:
    last = ""
    while page := base.execute("SELECT source FROM videos WHERE source > ? ORDER BY source LIMIT 1000", (last,)).fetchall():
        yield from (source for (source,) in page)
        last = page[-1][0]


Numbered = Sequence[tuple[int, Sentence]]


def _passages(numbered: Numbered) -> Iterator[tuple[int, Numbered]]:
    """Each block of sentences with the one after it."""
    blocks: list[list[tuple[int, Sentence]]] = []
    for number, sentence in numbered:
        if not blocks or sentence.end_s - blocks[-1][0][1].start_s > BLOCK_S:
            blocks.append([])
        blocks[-1].append((number, sentence))
    if len(blocks) == 1:
        yield blocks[0][0][0], blocks[0]
    for block, following in pairwise(blocks):
        yield block[0][0], [*block, *following]


def _passage(sentences: Numbered, events: Sequence[AudioEvent]) -> tuple[str, str, str]:
    """Text, a sentence a line; tags; further words."""
    tags = {tag: None for _, sentence in sentences for tag in _tags(sentence, events)}
    whole = " ".join(sentence.text for _, sentence in sentences)
    return "\n".join(indexed(sentence.text) for _, sentence in sentences), " ".join(tags), further_words(whole)


def _open(path: Path) -> sqlite3.Connection | None:
    """None where there is a file that is no index of this version."""
    base = sqlite3.connect(path, timeout=30)
    try:
        base.execute("PRAGMA journal_mode=WAL")
        base.execute("PRAGMA synchronous=NORMAL")
        base.execute("PRAGMA secure_delete=ON")  # where emotions are switched off afterwards, none stays readable in the file
        if base.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
            base.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version={_VERSION}; COMMIT;")
        elif base.execute("PRAGMA user_version").fetchone() == (2,):
            base.executescript(f"BEGIN IMMEDIATE; {_FROM_2} PRAGMA user_version={_VERSION}; COMMIT;")
        if base.execute("PRAGMA user_version").fetchone() == (_VERSION,):
            return base
    except sqlite3.OperationalError:  # locked, or the disk refuses: not the file's fault
        base.close()
        raise
    except sqlite3.DatabaseError:
        pass
    base.close()
    return None


def _read_only(path: Path) -> sqlite3.Connection:
    """Without a journal nobody writes, and SQLite need not put files beside it."""
    alone = "" if path.with_name(f"{NAME}-wal").exists() else "&immutable=1"
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro{alone}", uri=True, timeout=30)


def _anew(path: Path) -> sqlite3.Connection:
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    base = _open(path)
    assert base is not None
    return base


def _tags(sentence: Sentence, events: Sequence[AudioEvent]) -> Iterator[str]:
    """Words that stand for what a sentence has beside its text."""
    yield sentence.language
    if sentence.emotion:
        yield sentence.emotion
    if sentence.speaker:
        yield speaker_tag(sentence.speaker)
    yield from {str(event.label) for event in events if belongs(sentence.start_s, sentence.end_s, event.start_s, event.end_s)}


def speaker_tag(speaker: str) -> str:
    """One word that stands for a speaker, however the name is written."""
    return f"spk{key_of(indexed(speaker).casefold().split())[:12]}"


def belongs(said_start_s: float, said_end_s: float, start_s: float, end_s: float) -> bool:
    """Whether a sound belongs to a sentence."""
    return start_s < said_end_s + NEAR_S and end_s > said_start_s


@contextmanager
def index_to_read(record: CatalogueRows, *, learns: bool = False) -> Iterator[Index]:
    """The index of a library, up to date. Nothing is written where it is that already, unless it `learns` what words mean.

    Where it is behind, and the library cannot be written, it is made anew in memory. Raises CannotWrite.
    """
    path = record.folder / NAME
    opened = Index(record.folder, read_only=True) if path.is_file() and not learns else None
    if opened is not None and not opened.is_current(record):
        opened.base.close()
        opened = None
    if opened is None:
        opened = Index(record.folder if os.access(record.folder, os.W_OK) else None)
        opened.refresh(record)
    try:
        yield opened
    finally:
        opened.base.close()


@contextmanager
def index(folder: Path) -> Iterator[Index]:
    opened = Index(folder)
    try:
        yield opened
    finally:
        opened.base.close()
