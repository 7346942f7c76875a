"""What became of each video of a library, in SQLite beside the results: survives crashes, and can be asked by other programs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from video_pipeline import presets
from video_pipeline.core.errors import CannotWrite
from video_pipeline.library.base import Job, Outcome
from video_pipeline.pipeline import results_key
from video_pipeline.workspace import is_whole, key_of, reason

NAME = "library.sqlite"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS items (
    video TEXT PRIMARY KEY, state TEXT NOT NULL, stamp TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    took_s REAL, media_s REAL, clips INTEGER, folder TEXT, error TEXT, error_type TEXT, updated TEXT
)
"""
_UPSERT = """
INSERT INTO items (video, state, stamp, attempts, took_s, media_s, clips, folder, error, error_type, updated)
VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, datetime('now'))
ON CONFLICT (video) DO UPDATE SET state = excluded.state, stamp = excluded.stamp, attempts = items.attempts + 1,
    took_s = excluded.took_s, media_s = excluded.media_s, clips = excluded.clips, folder = excluded.folder,
    error = excluded.error, error_type = excluded.error_type, updated = excluded.updated
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One video's line."""

    video: str
    state: str
    attempts: int
    took_s: float
    media_s: float
    clips: int
    error: str


class Catalogue:
    """Open while a library runs; every outcome is on the disk before the next is taken."""

    def __init__(self, folder: Path) -> None:
        self._keys: dict[str, str] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._base = sqlite3.connect(folder / NAME)
            self._base.execute("PRAGMA journal_mode=WAL")
            self._base.execute(_SCHEMA)
            self._base.commit()
        except OSError as error:
            raise CannotWrite(folder, reason(error)) from None
        except sqlite3.Error as error:
            raise CannotWrite(folder / NAME, str(error)) from None

    def is_done(self, job: Job) -> bool:
        """Finished before, with the same options, from a file that has not changed since (size and time, not its bytes)."""
        query = "SELECT stamp, folder FROM items WHERE video = ? AND state = 'done'"
        found = self._base.execute(query, (str(job.video),)).fetchone()
        return found is not None and found[0] == self._stamp(job) and is_whole(Path(found[1]))

    def record(self, outcome: Outcome) -> None:
        state = "failed" if outcome.error else "done"
        values = (outcome.took_s, outcome.media_s, outcome.clips, outcome.folder, outcome.error, outcome.error_type)
        with self._base:
            self._base.execute(_UPSERT, (str(outcome.job.video), state, self._stamp(outcome.job), *values))

    def _stamp(self, job: Job) -> str:
        """Changes with the file and with what would come out: the options (a preset may be edited), engine and version."""
        try:
            stat = job.video.stat()
            state = (stat.st_size, stat.st_mtime_ns)
        except OSError:
            state = (-1, -1)
        asked = key_of(job.preset, job.said)
        if asked not in self._keys:
            self._keys[asked] = results_key(presets.load(job.preset, dict(job.said)))
        return key_of(state, job.goals, self._keys[asked], str(job.out))

    def rows(self) -> Iterator[Row]:
        query = "SELECT video, state, attempts, took_s, media_s, clips, error FROM items ORDER BY video"
        for row in self._base.execute(query):
            yield Row(*row)

    def close(self) -> None:
        self._base.close()


@contextmanager
def catalogue(folder: Path) -> Iterator[Catalogue]:
    opened = Catalogue(folder)
    try:
        yield opened
    finally:
        opened.close()
