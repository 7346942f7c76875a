"""The catalogue's file: its tables, and how it is opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from video_pipeline.core.errors import BadRecord, CannotWrite, NoSuchFile
from video_pipeline.core.files import reason
from video_pipeline.library.errors import DamagedCatalogue
from video_pipeline.library.records import EMPTY_ERRORS

NAME = "library.sqlite"
VERSION = 5
"""5: an index of states, and a row that says which catalogue this is. 4: an index of folders.
3: the state `empty`. 2: the columns of today."""
_KEPT_FROM = 2
"""The oldest format whose table of items is used as it is; rows of older ones are copied into a new table."""
_OLD = "items_of_first_format"
"""What that table is called afterwards: no row of it is ever dropped."""
_OLD_NAMES = {"source": "video", "ended": "updated"}
"""Columns that the first format called otherwise."""
_MARK_EMPTY = "UPDATE items SET state = 'empty' WHERE state = 'failed' AND error_type IN (?, ?)"
"""Before format 3 a video without sound or speech counted as failed."""
_SELF = """INSERT INTO self SELECT coalesce((SELECT min(source) FROM items), lower(hex(randomblob(8)))), 0, 0
    WHERE NOT EXISTS (SELECT 1 FROM self)"""
"""One of an older format is called after its first item, the same for all that read it before a run has taken it over."""
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
CREATE INDEX IF NOT EXISTS by_folder ON items (folder COLLATE NOCASE);
CREATE INDEX IF NOT EXISTS by_state ON items (state, source, same_as, media_s, took_s, clips);  -- for totals without the rest
CREATE TABLE IF NOT EXISTS outputs (
    source TEXT NOT NULL, path TEXT NOT NULL,   -- relative to the item's folder, absolute outside of it
    bytes INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, digest TEXT NOT NULL,
    PRIMARY KEY (source, path)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, place TEXT NOT NULL, pid INTEGER NOT NULL, born TEXT NOT NULL, beat REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS self (
    id TEXT NOT NULL,                           -- of this catalogue: one that is built again has another
    forgotten INTEGER NOT NULL,                 -- how many items were ever removed
    past INTEGER NOT NULL                       -- the highest serial that any item ever had
)
"""

COLUMNS = tuple(
    "source state serial asked out bytes mtime_ns etag likeness job attempts run digest same_as engine began ended took_s "
    "media_s rtf stages clips folder error error_type worker".split()
)
"""Of `items`, in every store."""


def opened(folder: Path) -> sqlite3.Connection:
    """The catalogue in `folder`, created if there is none. Several programs may have it open at once.

    Its journal (WAL) needs memory that all of them share: the folder must be on a disk of this machine, not on the network.

    Raises:
        CannotWrite: the folder or the file cannot be written. DamagedCatalogue: the file is no catalogue any more.
        BadRecord: a newer version of this program made it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(folder, reason(error)) from None
    with ours(folder):
        base = connected(folder)
        version = _version(base, folder)
        base.execute("PRAGMA journal_mode = WAL")
        if version < VERSION:
            _update(base)
        return base


def opened_to_read(folder: Path) -> sqlite3.Connection:
    """The catalogue in `folder` for reading alone: no file is changed or created, so a disk that is read-only will do.

    One of an older format is shown as the next run would take it over, from a copy in memory.

    Raises:
        NoSuchFile: there is none. DamagedCatalogue, BadRecord: as `opened`.
    """
    path = folder / NAME
    if not path.is_file():
        raise NoSuchFile(path)
    with ours(folder):
        base = _read_only(path)
        if _version(base, folder) == VERSION:
            return base
        if not _columns(base, "items"):  # as after a power cut; a run would see it too
            base.close()
            raise DamagedCatalogue(path, "a table is missing")
        copy = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        with closing(base):
            base.backup(copy)
        _update(copy)
        return copy


def _read_only(path: Path) -> sqlite3.Connection:
    """Without a journal nobody writes, and the file is read as it lies there: else SQLite would put two files beside it."""
    address = f"{path.absolute().as_uri()}?mode=ro"
    if path.with_name(f"{NAME}-wal").exists():
        base = _tried(address)
        if base is not None:
            return base
    return sqlite3.connect(f"{address}&immutable=1", uri=True, isolation_level=None, check_same_thread=False)


def _tried(address: str) -> sqlite3.Connection | None:
    """None where the folder is read-only and a run was killed in it: its last lines cannot be read then."""
    base = sqlite3.connect(address, uri=True, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        base.execute("PRAGMA user_version")
    except sqlite3.OperationalError:
        base.close()
        return None
    return base


@contextmanager
def ours(folder: Path) -> Iterator[None]:
    """Errors of the data base as those of video_pipeline."""
    try:
        yield
    except sqlite3.OperationalError as error:  # locked, or the disk refuses: not the file's fault
        raise CannotWrite(folder / NAME, str(error)) from None
    except sqlite3.DatabaseError as error:
        raise DamagedCatalogue(folder / NAME, str(error)) from None


def connected(folder: Path) -> sqlite3.Connection:
    """A new connection; every statement is a transaction of its own, except after BEGIN."""
    base = sqlite3.connect(folder / NAME, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
    base.execute("PRAGMA synchronous = NORMAL")  # a power cut may cost the last lines, whose items are then looked at again
    return base


def _version(base: sqlite3.Connection, folder: Path) -> int:
    try:
        version: int = base.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.Error:
        base.close()
        raise
    if version > VERSION:
        base.close()
        raise BadRecord(folder / NAME, f"a newer version of this program made it (its format is {version}, not {VERSION})")
    return version


def _update(base: sqlite3.Connection) -> None:
    """Create the tables, or change those of an older format. No item is dropped."""
    base.execute("BEGIN IMMEDIATE")
    version = base.execute("PRAGMA user_version").fetchone()[0]
    if version < VERSION:  # nobody else was quicker
        old = _columns(base, "items") if version < _KEPT_FROM else []
        if old:
            base.execute(f"ALTER TABLE items RENAME TO {_OLD}")
            base.execute("DROP INDEX IF EXISTS by_serial")
            base.execute("DROP INDEX IF EXISTS by_likeness")
        for statement in _TABLES.split(";"):
            base.execute(statement)
        if old:
            _take_over(base, old)
        base.execute(_SELF)
        base.execute(_MARK_EMPTY, EMPTY_ERRORS)
        base.execute(f"PRAGMA user_version = {VERSION}")
    base.execute("COMMIT")


def _columns(base: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in base.execute(f"PRAGMA table_info({table})")]


def _take_over(base: sqlite3.Connection, old: Sequence[str]) -> None:
    """Copy the rows of the first format. What it did not know is looked at again by the next run."""
    key = "source" if "source" in old else "video"
    unknown = {
        "state": "'waiting'",
        "serial": f"row_number() OVER (ORDER BY {key})",
        "bytes": "-1",
        "mtime_ns": "-1",
        "attempts": "1",
        "job": f"json_object('video', {key}, 'out', '', 'goals', json('[]'))",
        **dict.fromkeys(("run", "took_s", "media_s", "rtf", "clips"), "0"),
        "stages": "'{}'",
    }
    values: dict[str, str] = {}
    for name in _columns(base, "items"):
        known, empty = name if name in old else _OLD_NAMES.get(name, ""), unknown.get(name, "''")
        values[name] = f"coalesce({known}, {empty})" if known in old else empty
    base.execute(f"INSERT OR IGNORE INTO items ({', '.join(values)}) SELECT {', '.join(values.values())} FROM {_OLD}")
