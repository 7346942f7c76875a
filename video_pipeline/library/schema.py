"""The catalogue's file: its tables, and how it is opened."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from video_pipeline.core.errors import BadRecord, CannotWrite
from video_pipeline.core.files import reason
from video_pipeline.library.records import EMPTY_ERRORS

NAME = "library.sqlite"
VERSION = 3
"""3: the state `empty`. 2: the columns of today."""
_KEPT_FROM = 2
"""The oldest format whose items are kept."""
_MARK_EMPTY = "UPDATE items SET state = 'empty' WHERE state = 'failed' AND error_type IN (?, ?)"
"""Before format 3 a video without sound or speech counted as failed."""
_BUSY_S = 60.0
_TABLES = """
CREATE TABLE IF NOT EXISTS items (
    source TEXT PRIMARY KEY,                    -- absolute path or address of the video
    state TEXT NOT NULL,                        -- waiting, running, done, failed, empty
    serial INTEGER NOT NULL,                    -- grows with every change of any item
    asked TEXT NOT NULL,                        -- digest of goals, options, engine and version: what would come out
    out TEXT NOT NULL,                          -- where results go
    bytes INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, etag TEXT NOT NULL,     -- of the video, when its job started
    likeness TEXT NOT NULL,                     -- fingerprint shared by jobs that may give identical results
    job TEXT NOT NULL,                          -- all that was asked, as JSON
    attempts INTEGER NOT NULL,
    run INTEGER NOT NULL DEFAULT 0,             -- the run that holds the item, or was the last to
    digest TEXT NOT NULL DEFAULT '',            -- BLAKE3 of the video's bytes
    same_as TEXT NOT NULL DEFAULT '',           -- the item of the same content whose results these are
    engine TEXT NOT NULL DEFAULT '',
    began TEXT NOT NULL DEFAULT '', ended TEXT NOT NULL DEFAULT '',            -- UTC
    took_s REAL NOT NULL DEFAULT 0, media_s REAL NOT NULL DEFAULT 0, rtf REAL NOT NULL DEFAULT 0,
    stages TEXT NOT NULL DEFAULT '{}',          -- seconds by stage, as JSON
    clips INTEGER NOT NULL DEFAULT 0,
    folder TEXT NOT NULL DEFAULT '',            -- of results, relative to the catalogue's where it lies inside
    error TEXT NOT NULL DEFAULT '', error_type TEXT NOT NULL DEFAULT '',
    worker TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_serial ON items (serial);
CREATE INDEX IF NOT EXISTS by_likeness ON items (likeness);
CREATE TABLE IF NOT EXISTS outputs (
    source TEXT NOT NULL, path TEXT NOT NULL,   -- relative to the item's folder, absolute outside of it
    bytes INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, digest TEXT NOT NULL,
    PRIMARY KEY (source, path)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, place TEXT NOT NULL, pid INTEGER NOT NULL, born TEXT NOT NULL, beat REAL NOT NULL
);
"""


def opened(folder: Path) -> sqlite3.Connection:
    """The catalogue in `folder`, created if there is none. Several programs may have it open at once.

    Its journal (WAL) needs memory that all of them share: the folder must be on a disk of this machine, not on the network.

    Raises:
        CannotWrite: the folder or the file cannot be written. BadRecord: a newer version of this program made it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        base = connected(folder)
        version = base.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            base.close()
            raise BadRecord(folder / NAME, f"a newer version of this program made it (its format is {version}, not {VERSION})")
        base.execute("PRAGMA journal_mode = WAL")
        if version < VERSION:
            _update(base)
    except OSError as error:
        raise CannotWrite(folder, reason(error)) from None
    except sqlite3.Error as error:
        raise CannotWrite(folder / NAME, str(error)) from None
    return base


def connected(folder: Path) -> sqlite3.Connection:
    """A new connection; every statement is a transaction of its own, except after BEGIN."""
    base = sqlite3.connect(folder / NAME, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
    base.execute("PRAGMA synchronous = NORMAL")  # a power cut may cost the last lines, whose items are then looked at again
    return base


def _update(base: sqlite3.Connection) -> None:
    """Create the tables, or change those of an older format.

    Items of the first format are dropped: the next run looks at the videos again and finds their results up to date.
    """
    base.execute("BEGIN IMMEDIATE")
    version = base.execute("PRAGMA user_version").fetchone()[0]
    if version < VERSION:  # nobody else was quicker
        if version < _KEPT_FROM:
            base.execute("DROP TABLE IF EXISTS items")
        for statement in _TABLES.split(";"):
            base.execute(statement)
        base.execute(_MARK_EMPTY, EMPTY_ERRORS)
        base.execute(f"PRAGMA user_version = {VERSION}")
    base.execute("COMMIT")
