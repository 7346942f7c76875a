"""The jobs on disk, in SQLite, so that they survive a restart. One row a video, one a bundle of exported clips."""

from __future__ import annotations

import dataclasses
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from video_pipeline.core.errors import BadRecord
from video_pipeline.video.base import Goal
from video_pipeline.web.task import GOALS

QUEUED = "queued"
RUNNING = "running"
DONE = "done"
FAILED = "failed"
CANCELLED = "cancelled"
STATES = (QUEUED, RUNNING, DONE, FAILED, CANCELLED)
VIDEO = "video"
EXPORT = "export"
_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredJob:
    """One job of the server: a video to process, or clips to export."""

    id: str
    """Of a video, made from its content; of an export, random."""
    kind: str
    """`VIDEO` or `EXPORT`."""
    name: str
    """What people call it: the upload's own name, cleaned."""
    file: str
    """The video, relative to the work folder."""
    folder: str
    """Its results, relative to the work folder."""
    digest: str = ""
    state: str = QUEUED
    options: Mapping[str, Any] = field(default_factory=dict)
    """The request: `preset` and dotted keys; of an export, what to make."""
    parent: str = ""
    """The video of an export."""
    made: str = ""
    """The file that an export made, relative to `folder`."""
    error: str = ""
    error_type: str = ""
    notices: tuple[str, ...] = ()
    media_s: float | None = None
    turn: int = 0
    """Jobs run in this order."""
    attempts: int = 0
    """How often it was started without an end; more than a few mean that it takes the server down."""
    results: Mapping[str, Any] | None = None
    """While a later run is not done: the options of the results that an earlier one left."""
    goals: tuple[Goal, ...] = GOALS
    """What is made of a video: all for the page, for a program only what it asks for."""
    found: bool = False
    """Whether its folder was there before the video came: what lies in it is not the server's to remove."""
    transient: bool = False
    """Whether only a program that waits for its answer asked for it: it ends when that one hangs up."""
    webhooks: tuple[str, ...] = ()
    """Addresses that are told when it is over, besides the server's own."""
    created: str = field(default_factory=lambda: now())

    ended: str = ""
    """When it was last over."""

    @property
    def over(self) -> bool:
        return self.state in (DONE, FAILED, CANCELLED)

    @property
    def made_with(self) -> Mapping[str, Any] | None:
        """The options of the results that are there; None where there are none."""
        return self.options if self.state == DONE else self.results

    @property
    def can_be_seen(self) -> bool:
        """Whether it has results that nobody is about to replace."""
        return self.over and self.made_with is not None


class Store:
    """All jobs. Safe to use from many threads; every change is on disk when its call returns.

    They are in memory, too: whoever only looks waits for no disk, and sees what is on it.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        try:
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("CREATE TABLE IF NOT EXISTS jobs (id TEXT PRIMARY KEY, turn INTEGER, state TEXT, record BLOB)")
            if self._db.execute("PRAGMA user_version").fetchone()[0] > _VERSION:
                raise BadRecord(path, "a newer version of this program made it")
            self._db.execute(f"PRAGMA user_version={_VERSION}")
            self._jobs = {job_id: _job(record) for job_id, record in self._db.execute("SELECT id, record FROM jobs")}
        except sqlite3.DatabaseError as error:
            raise BadRecord(path, str(error)) from None
        self._pending: dict[str, StoredJob | None] | None = None
        """What a block of `together` has changed so far; None where there is no block."""
        self._writer = 0
        """The thread that is in such a block: it alone sees what is pending."""

    @contextmanager
    def together(self) -> Iterator[None]:
        """Changes inside the block are on disk all at once when it is left, or not at all."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            self._pending, self._writer = {}, threading.get_ident()
            try:
                yield
            except BaseException:
                self._pending, self._writer = None, 0
                self._db.execute("ROLLBACK")
                raise
            changed, self._pending, self._writer = self._pending, None, 0
            self._db.execute("COMMIT")
            for job_id, job in changed.items():
                self._show(job_id, job)

    def run(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """For other tables of the same database."""
        with self._lock:
            return self._db.execute(statement, values).fetchall()

    def get(self, job_id: str) -> StoredJob | None:
        if (pending := self._own_pending()) and job_id in pending:
            return pending[job_id]
        return self._jobs.get(job_id)

    def add(self, job: StoredJob) -> StoredJob:
        """At the end of the queue. Raises KeyError where there is one of this id."""
        with self._lock:
            if self.get(job.id) is not None:
                raise KeyError(job.id)
            return self._put(dataclasses.replace(job, turn=self._next_turn()))

    def change(self, job_id: str, **facts: Any) -> StoredJob:
        """The job with other facts. Raises KeyError where there is none."""
        with self._lock:
            job = self.get(job_id)
            if job is None:
                raise KeyError(job_id)
            return self._put(dataclasses.replace(job, **facts))

    def queue_again(self, job_id: str, **facts: Any) -> StoredJob:
        """Behind all others, as if it were new."""
        fresh: dict[str, Any] = {"state": QUEUED, "error": "", "error_type": "", "notices": (), "made": "", "attempts": 0}
        with self._lock:
            job = self.get(job_id)
            if job is not None:
                fresh["results"] = job.made_with
            return self.change(job_id, **{**fresh, "turn": self._next_turn(), **facts})

    def take(self) -> StoredJob | None:
        """The next job, marked as running; None where none waits."""
        with self._lock:
            row = self._db.execute("SELECT record FROM jobs WHERE state=? ORDER BY turn LIMIT 1", (QUEUED,)).fetchone()
            if row is None:
                return None
            job = _job(row[0])
            return self.change(job.id, state=RUNNING, attempts=job.attempts + 1)

    def remove(self, job_id: str) -> None:
        with self._lock:
            self._db.execute("DELETE FROM jobs WHERE id=?", (job_id,))
            self._show(job_id, None)

    def of_file(self, digest: str) -> list[StoredJob]:
        """All videos with this content, each with options of its own; the newest first."""
        return [job for job in reversed(self.all()) if job.kind == VIDEO and job.digest == digest]

    def exports(self, video_id: str) -> list[StoredJob]:
        """What was made of a video's clips, the newest first."""
        return [job for job in reversed(self.all()) if job.parent == video_id]

    def all(self, *states: str) -> list[StoredJob]:
        """In the order of their turn; all states where none is named."""
        found = list(self._jobs.values())
        if pending := self._own_pending():
            found = [job for job in ({**self._jobs, **pending}).values() if job is not None]
        return sorted((job for job in found if not states or job.state in states), key=lambda job: job.turn)

    def count(self, state: str) -> int:
        return len(self.all(state))

    def place(self, job: StoredJob) -> int | None:
        """How many wait up to this one, itself included; None where it does not wait."""
        if job.state != QUEUED:
            return None
        waiting = sum(other.state == QUEUED and other.turn <= job.turn for other in list(self._jobs.values()))
        return max(1, waiting)  # it may have been taken a moment ago

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def _next_turn(self) -> int:
        return int(self._db.execute("SELECT COALESCE(MAX(turn), 0) + 1 FROM jobs").fetchone()[0])

    def _put(self, job: StoredJob) -> StoredJob:
        values = (job.id, job.turn, job.state, msgspec.json.encode(job))
        self._db.execute("INSERT OR REPLACE INTO jobs (id, turn, state, record) VALUES (?, ?, ?, ?)", values)
        self._show(job.id, job)
        return job

    def _show(self, job_id: str, job: StoredJob | None) -> None:
        """What is on disk, or will be with the block of `together`, for those who look; None where it was removed."""
        if (pending := self._own_pending()) is not None:
            pending[job_id] = job
        elif job is None:
            self._jobs.pop(job_id, None)
        else:
            self._jobs[job_id] = job

    def _own_pending(self) -> dict[str, StoredJob | None] | None:
        return self._pending if self._writer == threading.get_ident() else None


def now() -> str:
    """The time in UTC, in ISO 8601 with seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _job(record: bytes) -> StoredJob:
    return msgspec.json.decode(record, type=StoredJob)
