"""What became of each video of a library, in SQLite beside the results: survives crashes, and other programs can read it."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from video_pipeline.core.errors import CannotWrite
from video_pipeline.library.asked import OptionsKeys
from video_pipeline.library.leases import Lease, free, free_dead
from video_pipeline.library.records import DONE, EMPTY, Outcome, VideoJob
from video_pipeline.library.rows import ITEM_COLUMNS, CatalogueRows, Row
from video_pipeline.library.schema import connected

_AT_ONCE = 500
"""Items decided by one query: SQLite takes so many parameters in every build."""
_NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
_SERIAL = "(SELECT coalesce(max(serial), 0) + 1 FROM items)"
_CLAIM = f"""
INSERT INTO items (source, asked, likeness, out, bytes, mtime_ns, etag, job, run, attempts, state, serial, began)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 'running', {_SERIAL}, {_NOW})
ON CONFLICT (source) DO UPDATE SET asked = excluded.asked, likeness = excluded.likeness, out = excluded.out,
    bytes = excluded.bytes, mtime_ns = excluded.mtime_ns, etag = excluded.etag, job = excluded.job, run = excluded.run,
    attempts = attempts + 1, state = 'running', serial = excluded.serial, began = excluded.began, ended = ''
WHERE attempts = ? AND state != 'running'
"""
_RECORD = f"""
UPDATE items SET state = ?, took_s = ?, media_s = ?, rtf = ?, stages = ?, clips = ?, folder = ?, error = ?, error_type = ?,
    engine = ?, digest = ?, same_as = ?, worker = ?, ended = {_NOW}, serial = {_SERIAL}
WHERE source = ? AND run = ? AND state = 'running'
"""
_LEFT = "SELECT source, state, asked, out, bytes, mtime_ns, etag, attempts, folder, run FROM items WHERE source IN"
_FILES = "SELECT source, path, bytes, mtime_ns FROM outputs WHERE source IN"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Left:
    """An item as its last run left it in the catalogue."""

    state: str
    asked: str
    out: str
    stamp: tuple[int, int, str]
    attempts: int
    folder: Path
    run: int
    files: list[tuple[str, int, int]]


class Catalogue(CatalogueRows):
    """Open while a library runs; every outcome is on the disk before the next is taken. For one thread at a time."""

    def __init__(self, folder: Path, *, new: bool = True) -> None:
        super().__init__(folder, new=new)
        self._keys = OptionsKeys()
        self._lease: Lease | None = None
        self._seen: dict[str, int] = {}

    def undone(self, jobs: Iterable[VideoJob]) -> Iterator[VideoJob]:
        """The jobs, in order, that are not done, not empty, and not held by another run that is alive. Opens no video or result.

        Done is a job that was finished with the same options, from a video unchanged since, and whose results are as they were
        left, by size and time of each; `damaged` reads them. Empty is one whose video, unchanged since, has nothing to work on.
        """
        with self._writing():
            free_dead(self._base)
        jobs = iter(jobs)
        while chunk := list(islice(jobs, _AT_ONCE)):
            left = self._left([job.source for job in chunk])
            for job in chunk:
                found = left.get(job.source)
                if found is not None and (self._is_elsewhere(found) or self._is_whole(job, found)):
                    continue
                self._seen[job.source] = found.attempts if found else 0
                yield job

    def claim(self, job: VideoJob, likeness: str = "") -> bool:
        """Take a job for this run. False if another run has it, or had it since `undone` looked.

        `likeness` is the fingerprint shared by jobs that may give identical results; empty if unknown.
        """
        with self._writing():
            if self._lease is None:
                free_dead(self._base)
                self._lease = Lease(self._base, lambda: connected(self.folder))
            seen = self._seen.pop(job.source, None)
            if seen is None:
                found = self._base.execute("SELECT attempts FROM items WHERE source = ?", (job.source,)).fetchone()
                seen = found[0] if found else 0
            asked = (self.options_key(job), likeness, str(job.out.absolute()), *_stamp(job))
            values = (job.source, *asked, _json(job.anywhere()), self._lease.id, seen)
            return self._base.execute(_CLAIM, values).rowcount == 1

    def record(self, outcome: Outcome) -> bool:
        """Record what became of a claimed job. False, without any change, if the job is no longer this run's."""
        source, run = outcome.job.source, self._lease.id if self._lease else 0
        values = (
            outcome.state,
            outcome.took_s,
            outcome.media_s,
            outcome.rtf,
            _json(outcome.stages),
            outcome.clips,
            self._kept(outcome.folder),
            outcome.error,
            outcome.error_type,
            outcome.engine,
            outcome.digest,
            outcome.same_as,
            outcome.worker,
        )
        files = [(source, file.path, file.bytes, file.mtime_ns, file.digest) for file in outcome.outputs]
        with self._writing():
            held = self._base.execute(_RECORD, (*values, source, run)).rowcount == 1
            if held and not outcome.error:
                self._base.execute("DELETE FROM outputs WHERE source = ?", (source,))
                self._base.executemany("INSERT OR REPLACE INTO outputs VALUES (?, ?, ?, ?, ?)", files)
        return held

    def twins(self, likeness: str) -> list[Row]:
        """Items of a likeness that are done, by work of their own, and whose results are there."""
        found = self._rows(
            f"SELECT {ITEM_COLUMNS} FROM items WHERE likeness = ? AND state = 'done' AND same_as = ''", (likeness,)
        )
        return [row for row in found if all((Path(row.folder) / file.path).is_file() for file in self.outputs(row.source))]

    def options_key(self, job: VideoJob) -> str:
        """The key of what is asked for, whatever the video."""
        return self._keys.options_key(job)

    def close(self) -> None:
        """Release what this run still holds."""
        if self._lease is not None:
            self._lease.stop()  # it may be waiting for the file, so it must be over before we hold that
            with suppress(CannotWrite), self._writing():  # else the next run sees that this one is dead
                free(self._base, self._lease.id)
        super().close()

    def _left(self, sources: Sequence[str]) -> dict[str, _Left]:
        marks = f" ({', '.join('?' * len(sources))})"
        files: defaultdict[str, list[tuple[str, int, int]]] = defaultdict(list)
        for source, *file in self._base.execute(_FILES + marks, sources):
            files[source].append((file[0], file[1], file[2]))
        found = self._base.execute(_LEFT + marks, sources)
        return {
            source: _Left(
                state=state,
                asked=asked,
                out=out,
                stamp=(size, mtime_ns, etag),
                attempts=attempts,
                folder=self.folder / folder,
                run=run,
                files=files[source],
            )
            for source, state, asked, out, size, mtime_ns, etag, attempts, folder, run in found
        }

    def _is_elsewhere(self, left: _Left) -> bool:
        return left.state == "running" and (self._lease is None or left.run != self._lease.id)

    def _is_whole(self, job: VideoJob, left: _Left) -> bool:
        same = left.state in (DONE, EMPTY) and left.asked == self.options_key(job) and left.out == str(job.out.absolute())
        return same and left.stamp == _stamp(job) and all(_is_as_left(left.folder, *file) for file in left.files)

    def _kept(self, folder: str) -> str:
        """A folder as it is stored: a library that is moved as a whole keeps its results."""
        path = Path(folder)
        return path.relative_to(self.folder).as_posix() if folder and path.is_relative_to(self.folder) else folder


def _stamp(job: VideoJob) -> tuple[int, int, str]:
    """Size, time and etag of a video, without reading it; negative if it does not exist."""
    if job.url:
        return job.bytes, 0, job.etag
    try:
        stat = job.video.stat()
    except OSError:
        return -1, -1, ""
    return stat.st_size, stat.st_mtime_ns, ""


def _is_as_left(folder: Path, name: str, size: int, mtime_ns: int) -> bool:
    try:
        stat = os.stat(os.path.join(folder, name))  # noqa: PTH116, PTH118 - a hundred thousand of these are asked
    except OSError:
        return False
    return (stat.st_size, stat.st_mtime_ns) == (size, mtime_ns)


def _json(value: Any) -> str:
    return msgspec.json.encode(value, enc_hook=str, order="deterministic").decode()


@contextmanager
def catalogue(folder: Path, *, new: bool = True) -> Iterator[Catalogue]:
    """The catalogue in a folder; if there is none it is created with `new`, else NoSuchFile is raised."""
    opened = Catalogue(folder, new=new)
    try:
        yield opened
    finally:
        opened.close()
