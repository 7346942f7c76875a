"""A catalogue moved to another store, with all that it knows: also what no result tells, such as failures and their reasons."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from video_pipeline.core.errors import BadValue, CannotWrite, NoSuchFile
from video_pipeline.core.files import reason
from video_pipeline.library.chosen import address_of, check_empty, forget_address, is_there, opened_at, remember, store_of
from video_pipeline.library.leases import free_dead
from video_pipeline.library.repair import set_aside
from video_pipeline.library.schema import COLUMNS, NAME
from video_pipeline.library.stores.base import Access, Store

_AT_ONCE = 500
"""Items of one query."""
_FILE = ("source", "path", "bytes", "mtime_ns", "digest")
_SELF = ("id", "forgotten", "past")
_ID = "SELECT id FROM self"
_ELSEWHERE = ("items", "outputs", "runs", "self", "format")
"""Tables of a catalogue that is no file."""


def move(library: Path, address: str = "") -> int:
    """Move the catalogue to an address, or into the file in its folder where there is none; gives how many items it has.

    Whatever happens on the way, the library has one whole catalogue. The old one is removed in the last step, so that no program
    goes on with it; a file that lay there unused is kept beside the new one.

    Raises:
        NoSuchFile: there is none. BadValue: it is there already, the address is none or another library's, or a run is at work.
        CannotWrite: one of the two refuses.
    """
    library = library.absolute()
    old = address_of(library, to_read=True)
    if not is_there(library):
        raise NoSuchFile(library / NAME)
    with closing(store_of(library, old, access=Access.CHANGE)) as source:
        count = source.transaction(lambda: _moved(library, source, old, address))
    if not old:
        _remove(library)
    return count


def _moved(library: Path, source: Store, old: str, address: str) -> int:
    """Nobody else may take an item meanwhile, and afterwards nobody finds one here."""
    free_dead(source)
    if source.ask("SELECT 1 FROM runs LIMIT 1"):
        raise BadValue("TO", f"a run is at work on {library}; the catalogue can be moved when it has ended")
    with _target(library, address) as target:
        if target.name == source.name or not (old or address):
            raise BadValue("TO", f"the catalogue is in {source.name} already")
        if target.ask(_ID) != source.ask(_ID):  # else an attempt that did not come to its end filled it
            check_empty(target)
        count = target.transaction(lambda: _copied(source, target))
        if address:
            remember(library, target)
    for table in _ELSEWHERE if old else ("items",):
        source.change(f"DROP TABLE {table}")
    return count


@contextmanager
def _target(library: Path, address: str) -> Iterator[Store]:
    """The store that is filled in the block. A file takes its place when that is done."""
    if address:
        with closing(opened_at(library, address, Access.CREATE)) as store:
            yield store
        return
    try:
        folder = Path(tempfile.mkdtemp(prefix=".moving-", dir=library))
    except OSError as error:
        raise CannotWrite(library, reason(error)) from None
    try:
        with closing(opened_at(folder, "", Access.CREATE)) as store:
            yield store
        if (library / NAME).is_file():
            set_aside(library, "before")
        (folder / NAME).replace(library / NAME)
        forget_address(library)
    except OSError as error:
        raise CannotWrite(library / NAME, reason(error)) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _copied(source: Store, target: Store) -> int:
    """Every item with its files, under the same numbers, so that the search index stays true. Within transactions of both."""
    items, files, own, count, last = list(COLUMNS), list(_FILE), list(_SELF), 0, ""
    for table in ("items", "outputs", "self"):
        target.change(f"DELETE FROM {table}")
    target.change_many(_insert("self", own), source.ask(f"SELECT {_names(own)} FROM self"))
    while rows := source.ask(f"SELECT {_names(items)} FROM items WHERE source > ? ORDER BY source LIMIT {_AT_ONCE}", (last,)):
        names = [row[items.index("source")] for row in rows]
        run = items.index("run")  # numbers of runs are each store's own
        target.change_many(_insert("items", items), [(*row[:run], 0, *row[run + 1 :]) for row in rows])
        found = source.ask(f"SELECT {_names(files)} FROM outputs WHERE source IN ({_marks(names)})", names)
        target.change_many(_insert("outputs", files), found)
        count, last = count + len(rows), names[-1]
    return count


def _insert(table: str, names: list[str]) -> str:
    return f"INSERT INTO {table} ({_names(names)}) VALUES ({_marks(names)})"


def _names(names: list[str]) -> str:
    return ", ".join(names)


def _marks(values: list[str]) -> str:
    return ", ".join("?" * len(values))


def _remove(library: Path) -> None:
    """The file, whose items are elsewhere by now."""
    for suffix in ("", "-wal", "-shm"):
        try:
            (library / f"{NAME}{suffix}").unlink(missing_ok=True)
        except OSError as error:
            raise CannotWrite(library / NAME, reason(error)) from None
