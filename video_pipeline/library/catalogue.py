"""What became of each video of a library: survives crashes, and is shared by all runs over it."""

from __future__ import annotations

import dataclasses
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path
from typing import Any

import msgspec

from video_pipeline.core.errors import CannotWrite
from video_pipeline.core.printable import path_stored, stored_path
from video_pipeline.library.asked import OptionsKeys
from video_pipeline.library.claims import claim_file, remove_claim, write_claim
from video_pipeline.library.item_file import keep_item
from video_pipeline.library.leases import Lease, free, free_dead
from video_pipeline.library.records import DONE, EMPTY, FAILED, Outcome, VideoJob
from video_pipeline.library.repair import mend
from video_pipeline.library.rows import ITEM_COLUMNS, CatalogueRows, Row
from video_pipeline.library.schema import COLUMNS
from video_pipeline.library.web import is_web, marks_of, same_mark

_AT_ONCE = 500
"""Items decided by one query: SQLite takes so many parameters in every build."""
_CLAIM = """
INSERT INTO items (source, asked, likeness, out, bytes, mtime_ns, etag, job, run, attempts, state, serial, began)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 'running', ?, ?)
ON CONFLICT (source) DO UPDATE SET asked = excluded.asked, likeness = excluded.likeness, out = excluded.out,
    bytes = excluded.bytes, mtime_ns = excluded.mtime_ns, etag = excluded.etag, job = excluded.job, run = excluded.run,
    attempts = items.attempts + 1, state = 'running', serial = excluded.serial, began = excluded.began, ended = ''
WHERE items.attempts = ? AND items.state != 'running'
"""
_RECORD = """
UPDATE items SET state = ?, took_s = ?, media_s = ?, rtf = ?, stages = ?, clips = ?, folder = ?, error = ?, error_type = ?,
    engine = ?, digest = ?, same_as = ?, worker = ?, ended = ?, serial = ?
WHERE source = ? AND ((run = ? AND state = 'running') OR (run = 0 AND state = 'waiting' AND attempts = ?))
"""
"""Also where another run took this one for dead and freed the item, but nobody has begun it since."""
_OUTPUT = """
INSERT INTO outputs (source, path, bytes, mtime_ns, digest) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (source, path) DO UPDATE SET bytes = excluded.bytes, mtime_ns = excluded.mtime_ns, digest = excluded.digest
"""
_LEFT = "SELECT source, state, asked, out, bytes, mtime_ns, etag, attempts, folder, run, job FROM items WHERE source IN"
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
    job: str
    files: list[tuple[str, int, int]]


class Catalogue(CatalogueRows):
    """Open while a library runs; every outcome is on the disk before the next is taken. For one thread at a time."""

    def __init__(self, folder: Path, *, new: bool = True, address: str = "") -> None:
        super().__init__(folder, new=new, address=address)
        self._keys = OptionsKeys()
        self._lease: Lease | None = None
        self._seen: dict[str, int] = {}
        self._attempts: dict[str, int] = {}
        self.skipped: Counter[str] = Counter()
        """What `undone` left out so far: `done` before, or `elsewhere`, held by another run."""

    def undone(self, jobs: Iterable[VideoJob], *, retry_failed: bool = True) -> Iterator[VideoJob]:
        """The jobs, in order, that are not done, not empty, and not held by another run that is alive. Opens no video or result.

        Done is a job that was finished with the same options, from a video unchanged since, and whose results are as they were
        left, by size and time of each; `damaged` reads them. Empty is one whose video, unchanged since, has nothing to work on.
        Without `retry_failed` one that failed is left out in the same way.
        """
        for job, attempts in self.looked_at(jobs, retry_failed=retry_failed):
            self._seen[job.source] = attempts
            yield job

    def looked_at(self, jobs: Iterable[VideoJob], *, retry_failed: bool = True) -> Iterator[tuple[VideoJob, int]]:
        """What `undone` gives, each with how often it was begun so far: for `expected`, when its turn comes."""
        self._base.transaction(lambda: free_dead(self._base))
        jobs = iter(jobs)
        while chunk := list(islice(jobs, _AT_ONCE)):
            left = self._left([job.source for job in chunk])
            chunk = self._with_marks(chunk, left)
            whole: list[tuple[VideoJob, _Left]] = []
            for job in chunk:
                found = left.get(job.source)
                if found is not None and self._is_elsewhere(found):
                    self.skipped["elsewhere"] += 1
                elif found is not None and self._is_whole(job, found, retry_failed=retry_failed):
                    self.skipped["done"] += 1
                    whole.append((job, found))
                else:
                    yield job, found.attempts if found else 0
            self._keep_metadata(whole)

    def expected(self, looked_at: Iterable[tuple[VideoJob, int]]) -> Iterator[VideoJob]:
        """The jobs. One that another run has begun since it was looked at will not be claimed."""
        for job, attempts in looked_at:
            self._seen[job.source] = attempts
            yield job

    def _with_marks(self, jobs: list[VideoJob], left: Mapping[str, _Left]) -> list[VideoJob]:
        """The jobs, those of the web that were done before with what their servers say of the files now."""
        asked = [job for job in jobs if is_web(job.url) and (found := left.get(job.source)) and found.state in (DONE, EMPTY)]
        said = dict(zip((job.source for job in asked), marks_of([job.url for job in asked]), strict=True))
        return [dataclasses.replace(job, etag=said[job.source]) if job.source in said else job for job in jobs]

    def _keep_metadata(self, whole: Sequence[tuple[VideoJob, _Left]]) -> None:
        """What a table says of videos may change without anything to do."""
        told = [(job, found) for job, found in whole if job.metadata or '"metadata":{"' in found.job]
        changed = [(kept, job.source) for job, found in told if found.state == DONE and (kept := _json(job.kept())) != found.job]
        if changed:
            change = "UPDATE items SET job = ?, serial = ? WHERE source = ?"
            self._base.transaction(
                lambda: self._base.change_many(change, [(job, self._base.next_serial(), source) for job, source in changed])
            )

    def claim(self, job: VideoJob, likeness: str = "") -> bool:
        """Take a job for this run. False if another run has it, or had it since `undone` looked.

        `likeness` is the fingerprint shared by jobs that may give identical results; empty if unknown.
        """
        seen = self._seen.pop(job.source, None)
        tries = count()
        attempts = self._base.transaction(lambda: self._claimed(job, likeness, seen, is_repeated=next(tries) > 0))
        if attempts is None:
            self.skipped["elsewhere"] += 1
            return False
        self._attempts[job.source] = attempts
        write_claim(self.folder, job.source, self._token(job.source))
        return True

    def _claimed(self, job: VideoJob, likeness: str, seen: int | None, *, is_repeated: bool) -> int | None:
        """How often the item was begun with this time; None if another run has it. All in one transaction."""
        self._hold_lease()
        assert self._lease is not None
        query = "SELECT attempts, state, run FROM items WHERE source = ?"
        found = self._base.ask(f"{query} {self._base.skip_locked}", (job.source,))
        if not found and self._base.skip_locked and self._base.ask(query, (job.source,)):
            return None  # somebody takes it just now
        attempts, state, run = found[0] if found else (0, "", 0)
        if is_repeated and state == "running" and run == self._lease.id:
            return int(attempts)  # the connection broke after that
        seen = attempts if seen is None else seen
        if found and (attempts != seen or state == "running"):
            return None
        asked = (self.options_key(job), likeness, str(job.out.absolute()), *_stamp(job))
        values = (job.source, *asked, _json(job.kept()), self._lease.id, self._base.next_serial(), _now(), seen)
        return seen + 1 if self._base.change(_CLAIM, values) == 1 else None

    def _hold_lease(self) -> None:
        """A run that stood still for so long that others took it for dead begins anew."""
        if self._lease is not None and self._lease.is_held(self._base):
            return
        if self._lease is not None:
            self._lease.stop()
        free_dead(self._base)
        self._lease = Lease(self._base)

    def _token(self, source: str) -> str:
        assert self._lease is not None
        return f"{self._lease.id}.{self._attempts[source]}"

    def claimed(self, job: VideoJob) -> VideoJob:
        """A claimed job with what its worker needs to see that it is still this run's."""
        return dataclasses.replace(job, claim=f"{claim_file(self.folder, job.source)}\n{self._token(job.source)}")

    def record(self, outcome: Outcome) -> bool:
        """Record what became of a claimed job. False, without any change, if the job is no longer this run's."""
        source = outcome.job.source
        tries = count()
        held = self._base.transaction(lambda: self._recorded(outcome, is_repeated=next(tries) > 0))
        if held:
            remove_claim(self.folder, source, self._token(source) if source in self._attempts else "")
            self._keep_item(source)
        self._attempts.pop(source, None)
        return held

    def _recorded(self, outcome: Outcome, *, is_repeated: bool) -> bool:
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
            _now(),
            self._base.next_serial(),
        )
        attempts = self._attempts.get(source, -1)
        held = self._base.change(_RECORD, (*values, source, run, attempts)) == 1
        if not held:
            known = "SELECT 1 FROM items WHERE source = ? AND run = ? AND attempts = ? AND state = ?"
            return is_repeated and bool(self._base.ask(known, (source, run, attempts, outcome.state)))
        if not outcome.error:
            files = [(source, file.path, file.bytes, file.mtime_ns, file.digest) for file in outcome.outputs]
            self._base.change("DELETE FROM outputs WHERE source = ?", (source,))
            self._base.change_many(_OUTPUT, files)
        if outcome.etag:
            self._base.change("UPDATE items SET etag = ? WHERE source = ?", (outcome.etag, source))
        return True

    def _keep_item(self, source: str) -> None:
        """Beside the results too, from which a lost catalogue is built again."""
        found = self._base.ask(f"SELECT {', '.join(COLUMNS)} FROM items WHERE source = ?", (source,))
        row = dict(zip(COLUMNS, found[0], strict=True)) if found else {"state": ""}  # else it was forgotten just now
        if row["state"] != DONE or not row["folder"]:
            return
        outputs = [msgspec.to_builtins(file) for file in self.outputs(source)]
        with suppress(CannotWrite):  # the catalogue has it, which counts
            keep_item(self.folder / row["folder"], source, {**row, "folder": "", "outputs": outputs})

    def twins(self, likeness: str) -> list[Row]:
        """Items of a likeness that are done, by work of their own, and whose results are there."""
        found = self._rows(
            f"SELECT {ITEM_COLUMNS} FROM items WHERE likeness = ? AND state = 'done' AND same_as = ''", (likeness,)
        )
        return [row for row in found if all(file.at(Path(row.folder)).is_file() for file in self.outputs(row.source))]

    def options_key(self, job: VideoJob) -> str:
        """The key of what is asked for, whatever the video."""
        return self._keys.options_key(job)

    def close(self) -> None:
        """Release what this run still holds."""
        if self._lease is not None:
            self._lease.stop()  # it may be waiting for the file, so it must be over before we hold that
            lease = self._lease.id
            with suppress(CannotWrite):  # else the next run sees that this one is dead
                self._base.transaction(lambda: free(self._base, lease))
        super().close()

    def _left(self, sources: Sequence[str]) -> dict[str, _Left]:
        marks = f" ({', '.join('?' * len(sources))})"
        files: defaultdict[str, list[tuple[str, int, int]]] = defaultdict(list)
        for source, *file in self._base.ask(_FILES + marks, sources):
            files[source].append((file[0], file[1], file[2]))
        found = self._base.ask(_LEFT + marks, sources)
        return {
            source: _Left(
                state=state,
                asked=asked,
                out=out,
                stamp=(size, mtime_ns, etag),
                attempts=attempts,
                folder=self.folder / folder,
                run=run,
                job=job,
                files=files[source],
            )
            for source, state, asked, out, size, mtime_ns, etag, attempts, folder, run, job in found
        }

    def _is_elsewhere(self, left: _Left) -> bool:
        return left.state == "running" and (self._lease is None or left.run != self._lease.id)

    def _is_whole(self, job: VideoJob, left: _Left, *, retry_failed: bool) -> bool:
        over = (DONE, EMPTY) if retry_failed else (DONE, EMPTY, FAILED)
        same = left.state in over and left.asked == self.options_key(job) and _is_at_home(job, left)
        return same and _is_unchanged(job, left.stamp) and all(_is_as_left(left.folder, *file) for file in left.files)


def _is_at_home(job: VideoJob, left: _Left) -> bool:
    """Whether the results lie where the job would put them, also after the library was moved as a whole."""
    out = job.out.absolute()
    return left.out == str(out) or (left.state == DONE and left.folder.parent == out)


def _is_unchanged(job: VideoJob, stamp: tuple[int, int, str]) -> bool:
    return same_mark(stamp[2], job.etag) if is_web(job.url) else stamp == _stamp(job)


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
    place = str(path_stored(name)) if name.startswith("file://") else os.path.join(folder, name)  # noqa: PTH118
    try:
        stat = os.stat(place)  # noqa: PTH116 - a hundred thousand of these are asked
    except OSError:
        return False
    return (stat.st_size, stat.st_mtime_ns) == (size, mtime_ns)


def _json(value: Any) -> str:
    return msgspec.json.encode(value, enc_hook=stored_path, order="deterministic").decode()


def _now() -> str:
    """In UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@contextmanager
def catalogue(folder: Path, *, new: bool = True, address: str = "") -> Iterator[Catalogue]:
    """The catalogue of the library in a folder; if there is none it is created with `new`, else NoSuchFile is raised.

    One that is missing beside results, or damaged, is built again from these, which a warning says. `address` says where it is,
    as `store_of` takes it.
    """
    if new:
        mend(folder, address)
    opened = Catalogue(folder, new=new, address=address)
    try:
        yield opened
    finally:
        opened.close()
