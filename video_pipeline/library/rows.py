"""The catalogue as others read it: every item with what became of it, and what a person may want to change about that."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal

import msgspec

from video_pipeline.core.errors import NoSuchFile
from video_pipeline.core.files import file_digest
from video_pipeline.core.printable import path_stored
from video_pipeline.library.errors import DamagedCatalogue
from video_pipeline.library.item_file import forget_item
from video_pipeline.library.records import ALL_GOALS, EMPTY, FAILED, Output, VideoJob
from video_pipeline.library.schema import NAME, SERIAL, opened, opened_to_read, ours

_PAGE = 1000
"""Items read at once: neither a long list in memory nor a long hold on the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One item's line; `schema.py` says what its columns hold. `folder` is absolute here."""

    source: str
    state: str
    serial: int
    digest: str
    same_as: str
    attempts: int
    engine: str
    began: str
    ended: str
    took_s: float
    media_s: float
    rtf: float
    clips: int
    folder: str
    error: str
    error_type: str
    job: str
    stages: str
    worker: str
    run: int


_COLUMN_NAMES = tuple(column.name for column in fields(Row))
ITEM_COLUMNS = ", ".join(_COLUMN_NAMES)
"""The columns of `items` that make a `Row`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Over all items. `same` counts those done that are copies of others; times and clips are counted once for a content.

    `empty` counts those with nothing to work on.
    """

    items: int
    done: int
    failed: int
    empty: int
    running: int
    waiting: int
    same: int
    media_s: float
    took_s: float
    clips: int


@dataclass(frozen=True, slots=True)
class Damage:
    """A result that differs from what was written; a person's own edit counts too."""

    source: str
    path: Path
    why: Literal["missing", "changed"]


class CatalogueRows:
    """The items of the catalogue in `folder`.

    Raises:
        NoSuchFile: there is none and `new` is False. CannotWrite, BadRecord: it cannot be opened.
        DamagedCatalogue: its file cannot be read, now or at any question.
    """

    def __init__(self, folder: Path, *, new: bool = True) -> None:
        self.folder = folder.absolute()
        if not new and not (folder / NAME).is_file():
            raise NoSuchFile(folder / NAME)
        self._base = self._open()

    def _open(self) -> sqlite3.Connection:
        return opened(self.folder)

    def rows(self, state: str | None = None) -> Iterator[Row]:
        """All items, or those of one state, in order of their sources; read in pieces, so that a run may go on meanwhile."""
        last, where = "", "AND state = ?" if state else ""
        query = f"SELECT {ITEM_COLUMNS} FROM items WHERE source > ? {where} ORDER BY source LIMIT {_PAGE}"
        while page := list(self._rows(query, (last, state) if state else (last,))):
            yield from page
            last = page[-1].source

    def row(self, source: str) -> Row | None:
        """One item; None if it is unknown."""
        return next(self._rows(f"SELECT {ITEM_COLUMNS} FROM items WHERE source = ?", (source,)), None)

    def sources(self, state: str | None = None) -> Iterator[str]:
        """The names of all items, or of those of one state, in order."""
        last, where = "", "AND state = ?" if state else ""
        query = f"SELECT source FROM items WHERE source > ? {where} ORDER BY source LIMIT {_PAGE}"
        while page := [name for (name,) in self._asked(query, (last, state) if state else (last,))]:
            yield from page
            last = page[-1]

    def homes(self, sources: Sequence[str]) -> dict[str, Path]:
        """The folders in which the results of some of these sources lie, which are nobody else's."""
        marks = ", ".join("?" * len(sources))
        query = f"SELECT source, folder FROM items WHERE source IN ({marks}) AND folder != '' AND same_as = ''"
        return {source: self.folder / folder for source, folder in self._asked(query, sources)}

    def is_home(self, folder: Path) -> bool:
        """Whether results of some item lie in a folder; compared without case, like names in some file systems."""
        query = "SELECT 1 FROM items WHERE folder = ? COLLATE NOCASE LIMIT 1"
        return bool(self._asked(query, (self._kept(str(folder)),)))

    def jobs(self, state: str = "failed", sources: Iterable[str] = ()) -> Iterator[VideoJob]:
        """The jobs of the items in a state, all or those named, ready to be run again."""
        named = frozenset(sources)
        for row in self.rows(state):
            if not named or row.source in named:
                yield _stored_job(row.job, self.folder)

    def changed(self, since: int) -> Iterator[Row]:
        """Items of a higher `serial`, in its order: what is new to one who has seen all up to there."""
        query = f"SELECT {ITEM_COLUMNS} FROM items WHERE serial > ? ORDER BY serial LIMIT {_PAGE}"
        while page := list(self._rows(query, (since,))):
            yield from page
            since = page[-1].serial

    def outputs(self, source: str) -> list[Output]:
        """The files that an item made, in order of their paths."""
        query = "SELECT path, bytes, mtime_ns, digest FROM outputs WHERE source = ? ORDER BY path"
        return [Output(*row) for row in self._asked(query, (source,))]

    def totals(self) -> Totals:
        counts: dict[str, int] = dict(self._asked("SELECT state, count(*) FROM items GROUP BY state"))
        those = "FROM items WHERE state = 'done' AND same_as"
        ((same,),) = self._asked(f"SELECT count(*) {those} != ''")
        (sums,) = self._asked(f"SELECT total(media_s), total(took_s), coalesce(sum(clips), 0) {those} = ''")
        return Totals(
            items=sum(counts.values()),
            done=counts.get("done", 0),
            failed=counts.get(FAILED, 0),
            empty=counts.get(EMPTY, 0),
            running=counts.get("running", 0),
            waiting=counts.get("waiting", 0),
            same=same,
            media_s=sums[0],
            took_s=sums[1],
            clips=sums[2],
        )

    def mark(self) -> tuple[str, int]:
        """Changes when items were removed, or when all of the catalogue was built again."""
        ((name, forgotten),) = self._asked("SELECT id, forgotten FROM self")
        return name, forgotten

    def damaged(self) -> Iterator[Damage]:
        """Reads every result of every item done and compares it with what was written."""
        for row in self.rows("done"):
            for file in self.outputs(row.source):
                path = file.at(Path(row.folder))
                if not path.is_file():
                    yield Damage(row.source, path, "missing")
                elif file_digest(path) != file.digest:
                    yield Damage(row.source, path, "changed")

    def retry(self, sources: Iterable[str] = (), state: str = FAILED) -> int:
        """Mark items of a state, those named or all, for the next run. Returns how many."""
        change = f"UPDATE items SET state = 'waiting', error = '', error_type = '' WHERE state = '{state}'"
        named = list(sources)
        with self._writing():
            if not named:
                return self._base.execute(change).rowcount
            return sum(self._base.execute(f"{change} AND source = ?", (source,)).rowcount for source in named)

    def forget(self, sources: Iterable[str]) -> int:
        """Remove items, unless they are being processed. Their results stay where they are. Returns how many."""
        count = 0
        with self._writing():
            self._base.execute(f"UPDATE self SET past = {SERIAL} - 1")
            for source in sources:
                known = self.row(source)
                gone = self._base.execute("DELETE FROM items WHERE source = ? AND state != 'running'", (source,)).rowcount
                if gone:
                    self._base.execute("DELETE FROM outputs WHERE source = ?", (source,))
                    count += gone
                if gone and known is not None and known.folder:
                    forget_item(Path(known.folder), source)
            self._base.execute("UPDATE self SET forgotten = forgotten + ?", (count,))
        return count

    def close(self) -> None:
        self._base.close()

    def _rows(self, query: str, values: Sequence[Any]) -> Iterator[Row]:
        for found in self._asked(query, values):
            row = Row(**dict(zip(_COLUMN_NAMES, found, strict=True)))
            yield replace(row, folder=str(self.folder / row.folder)) if row.folder else row

    def _asked(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with ours(self.folder):
            return self._base.execute(query, values).fetchall()

    def _kept(self, folder: str) -> str:
        """A folder as it is stored: a library that is moved as a whole keeps its results."""
        path = Path(folder)
        return path.relative_to(self.folder).as_posix() if folder and path.is_relative_to(self.folder) else folder

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """All or nothing, and nobody else meanwhile. Raises CannotWrite where the disk refuses."""
        try:
            self._base.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._base.execute("ROLLBACK")
                raise
            self._base.execute("COMMIT")
        except sqlite3.Error as error:
            with suppress(sqlite3.Error):
                if self._base.in_transaction:
                    self._base.execute("ROLLBACK")
            with ours(self.folder):
                raise error


class CatalogueReader(CatalogueRows):
    """The catalogue for those who only look: nothing on the disk changes, whatever its age or state."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, new=False)

    def _open(self) -> sqlite3.Connection:
        return opened_to_read(self.folder)

    def _asked(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """A run that began meanwhile writes into a journal that was not there when this was opened."""
        try:
            return super()._asked(query, values)
        except DamagedCatalogue:
            self._base.close()
            self._base = self._open()
            return super()._asked(query, values)


@contextmanager
def reading(folder: Path) -> Iterator[CatalogueReader]:
    """The catalogue in a folder, to be read. Raises NoSuchFile, DamagedCatalogue, BadRecord."""
    opened_rows = CatalogueReader(folder)
    try:
        yield opened_rows
    finally:
        opened_rows.close()


def _stored_job(record: str, folder: Path) -> VideoJob:
    """A job as the catalogue keeps it; catalogues of version 0.1 call its overrides `said`, and older ones know little."""
    fields_of = msgspec.json.decode(record)
    if "said" in fields_of:
        fields_of["overrides"] = fields_of.pop("said")
    job = msgspec.convert(fields_of, VideoJob, dec_hook=lambda kind, value: path_stored(value))
    out = job.out if job.out != Path() else folder
    return replace(job, out=out, goals=job.goals or ALL_GOALS)
