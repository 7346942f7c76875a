"""The catalogue as others read it: every item with what became of it, and what a person may want to change about that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal

import msgspec

from video_pipeline.core.files import file_digest
from video_pipeline.core.printable import path_stored
from video_pipeline.library.chosen import store_of
from video_pipeline.library.item_file import forget_item
from video_pipeline.library.records import ALL_GOALS, EMPTY, FAILED, Output, VideoJob
from video_pipeline.library.stores.base import Access

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
    """The items of the catalogue of the library in `folder`.

    Raises:
        NoSuchFile: there is none and `new` is False. CannotWrite, BadRecord: it cannot be opened.
        DamagedCatalogue: its file cannot be read, now or at any question. CatalogueUnusable: its server does not answer.
    """

    _access = Access.CREATE

    def __init__(self, folder: Path, *, new: bool = True, address: str = "") -> None:
        """`address` says where the catalogue is, as `store_of` takes it."""
        self.folder = folder.absolute()
        access = Access.CHANGE if not new and self._access is Access.CREATE else self._access
        self._base = store_of(self.folder, address, access=access)
        self.name = self._base.name
        """Where the catalogue is: a path, or an address without its password."""

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
        while page := [name for (name,) in self._base.ask(query, (last, state) if state else (last,))]:
            yield from page
            last = page[-1]

    def homes(self, sources: Sequence[str]) -> dict[str, Path]:
        """The folders in which the results of some of these sources lie, which are nobody else's."""
        marks = ", ".join("?" * len(sources))
        query = f"SELECT source, folder FROM items WHERE source IN ({marks}) AND folder != '' AND same_as = ''"
        return {source: self.folder / folder for source, folder in self._base.ask(query, sources)}

    def is_home(self, folder: Path) -> bool:
        """Whether results of some item lie in a folder; compared without case, like names in some file systems."""
        query = f"SELECT 1 FROM items WHERE {self._base.folder_is} LIMIT 1"
        return bool(self._base.ask(query, (self._kept(str(folder)),)))

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
        return [Output(*row) for row in self._base.ask(query, (source,))]

    def totals(self) -> Totals:
        counts: dict[str, int] = dict(self._base.ask("SELECT state, count(*) FROM items GROUP BY state"))
        those = "FROM items WHERE state = 'done' AND same_as"
        ((same,),) = self._base.ask(f"SELECT count(*) {those} != ''")
        sums_of = ", ".join(f"coalesce(sum({column}), 0)" for column in ("media_s", "took_s", "clips"))
        (sums,) = self._base.ask(f"SELECT {sums_of} {those} = ''")
        return Totals(
            items=sum(counts.values()),
            done=counts.get("done", 0),
            failed=counts.get(FAILED, 0),
            empty=counts.get(EMPTY, 0),
            running=counts.get("running", 0),
            waiting=counts.get("waiting", 0),
            same=same,
            media_s=float(sums[0]),
            took_s=float(sums[1]),
            clips=sums[2],
        )

    def mark(self) -> tuple[str, int]:
        """Changes when items were removed, or when all of the catalogue was built again."""
        ((name, forgotten),) = self._base.ask("SELECT id, forgotten FROM self")
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
        if not named:
            return self._base.transaction(lambda: self._base.change(change))
        return self._base.transaction(lambda: sum(self._base.change(f"{change} AND source = ?", (source,)) for source in named))

    def forget(self, sources: Iterable[str]) -> int:
        """Remove items, unless they are being processed. Their results stay where they are. Returns how many."""
        named = list(sources)
        gone = self._base.transaction(lambda: self._removed(named))
        for row in gone:
            if row.folder:
                forget_item(Path(row.folder), row.source)
        return len(gone)

    def _removed(self, sources: Sequence[str]) -> list[Row]:
        self._base.next_serial()  # it was higher than all of them had
        gone = []
        for source in sources:
            known = self.row(source)
            if known is not None and self._base.change("DELETE FROM items WHERE source = ? AND state != 'running'", (source,)):
                self._base.change("DELETE FROM outputs WHERE source = ?", (source,))
                gone.append(known)
        self._base.change("UPDATE self SET forgotten = forgotten + ?", (len(gone),))
        return gone

    def close(self) -> None:
        self._base.close()

    def _rows(self, query: str, values: Sequence[Any]) -> Iterator[Row]:
        for found in self._base.ask(query, values):
            row = Row(**dict(zip(_COLUMN_NAMES, found, strict=True)))
            yield replace(row, folder=str(self.folder / row.folder)) if row.folder else row

    def _kept(self, folder: str) -> str:
        """A folder as it is stored: a library that is moved as a whole keeps its results."""
        path = Path(folder)
        return path.relative_to(self.folder).as_posix() if folder and path.is_relative_to(self.folder) else folder


class CatalogueReader(CatalogueRows):
    """The catalogue for those who only look: nothing on the disk changes, whatever its age or state."""

    _access = Access.READ


@contextmanager
def reading(folder: Path, address: str = "") -> Iterator[CatalogueReader]:
    """The catalogue of a library, to be read. Raises NoSuchFile, DamagedCatalogue, CatalogueUnusable, BadRecord."""
    opened_rows = CatalogueReader(folder, address=address)
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
