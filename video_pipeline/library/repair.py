"""The catalogue built again from the results: what lies beside them says whose they are and how they were made."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from video_pipeline.core.errors import CannotWrite
from video_pipeline.core.files import reason
from video_pipeline.core.printable import path_stored
from video_pipeline.library.addresses import identity
from video_pipeline.library.chosen import address_of, adopt, store_of
from video_pipeline.library.errors import DamagedCatalogue
from video_pipeline.library.item_file import ITEM_FILE, items_in
from video_pipeline.library.records import ALL_GOALS, VideoJob
from video_pipeline.library.schema import COLUMNS, NAME, opened_to_read, ours
from video_pipeline.library.stores.base import Access, Store
from video_pipeline.video.stages.listen import TRANSCRIPT_FILE
from video_pipeline.video.workspace import STATE_FILE, State, read_state

_log = logging.getLogger(__name__)
_MOST_CHECKED_BYTES = 256 << 20
"""A larger file is not read whole before each run."""
_AT_ONCE = 500
"""Items of one transaction."""
_FILE = "source, path, bytes, mtime_ns, digest"
_NEEDED = {
    "asked": "",
    "out": "",
    "bytes": -1,
    "mtime_ns": -1,
    "etag": "",
    "likeness": "",
    "job": "{}",
    "attempts": 1,
    "state": "done",
}
"""Columns without a default, and what stands for what nobody knows any more: the next run looks at such an item again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """What a repair found."""

    aside: Path | None
    """Where the damaged file was moved; None if there was none."""
    kept: int
    """Items that the catalogue knew, or that could still be read from the damaged file."""
    found: int
    """Items that only the results knew."""


@dataclass(frozen=True, slots=True)
class _Stored:
    """`transcript.json` as far as a lost line needs it."""

    media: dict[str, Any]
    engine: dict[str, Any]


def repair(library: Path, address: str = "", *, only_own: bool = False) -> Repaired:
    """Bring the catalogue of a library in line with its results; a damaged file of it is kept beside the new one.

    One at an address also takes in the items of the file that the library had before, which stays as it is. With `only_own`
    results that no library run made are left out.

    Raises:
        CannotWrite: the folder or the catalogue refuses. BadRecord: a newer version of this program made the catalogue.
    """
    library = library.absolute()
    saved: Iterator[dict[str, Any]] = iter(())
    aside = None
    if address_of(library, address):
        if not only_own:
            adopt(library, address)
        saved = _readable(library / NAME) if (library / NAME).is_file() else saved
    else:
        try:
            check(library)
        except DamagedCatalogue:
            saved = iter(list(_readable(library / NAME)))
            aside = set_aside(library, "damaged")
    with closing(store_of(library, address, access=Access.CREATE)) as base:
        known = _count(base)
        kept = known + _insert(base, saved)
        found = _insert(base, _of_results(library, only_own=only_own))
    return Repaired(aside=aside, kept=kept, found=found)


def mend(library: Path, address: str = "") -> None:
    """Repair the catalogue where it is damaged, or missing beside results, with a warning. Raises what `repair` raises."""
    library = library.absolute()
    is_elsewhere = bool(address_of(library, address))
    if not is_elsewhere and (not library.is_dir() or next(library.iterdir(), None) is None):
        return
    is_missing = _is_empty(library, address) if is_elsewhere else not (library / NAME).is_file()
    try:
        if not is_missing:
            if not is_elsewhere and (library / NAME).stat().st_size <= _MOST_CHECKED_BYTES:
                check(library)
            return
    except DamagedCatalogue as error:
        _log.warning("%s; it is built again from them", error)
    done = repair(library, address, only_own=is_missing)
    if done.found or done.kept or done.aside:
        _log.warning("the catalogue of %s was built again: %d videos", library, done.kept + done.found)


def _is_empty(library: Path, address: str) -> bool:
    with closing(store_of(library, address, access=Access.CREATE)) as base:
        return not _count(base)


def check(library: Path) -> None:
    """Read the whole file of a catalogue; one that is missing is none that is damaged. Raises DamagedCatalogue."""
    if not (library / NAME).is_file():
        return
    with ours(library), closing(opened_to_read(library)) as base:
        (answer,) = base.execute("PRAGMA quick_check(1)").fetchone()
        columns = {row[1] for row in base.execute("PRAGMA table_info(items)")}
    if answer != "ok" or not columns.issuperset(_NEEDED):
        raise DamagedCatalogue(library / NAME, answer if answer != "ok" else "a table is missing")


def _readable(path: Path) -> Iterator[dict[str, Any]]:
    """The lines that a damaged file still gives, up to the first that it does not."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as base:
        base.row_factory = sqlite3.Row
        for row in base.execute("SELECT * FROM items"):
            item = dict(row)
            with suppress(sqlite3.Error):
                files = base.execute("SELECT path, bytes, mtime_ns, digest FROM outputs WHERE source = ?", (item["source"],))
                item["outputs"] = [dict(file) for file in files]
            yield item


def set_aside(library: Path, why: str) -> Path:
    """The file of the catalogue under a name of its own, after which it is in nobody's way. Raises CannotWrite."""
    number = 1
    while (aside := library / f"{NAME}.{why}-{number}").exists():
        number += 1
    try:
        for suffix in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                (library / f"{NAME}{suffix}").rename(f"{aside}{suffix}")
    except OSError as error:
        raise CannotWrite(library / NAME, reason(error)) from None
    return aside


def _count(base: Store) -> int:
    return int(base.ask("SELECT count(*) FROM items")[0][0])


def _insert(base: Store, items: Iterator[Mapping[str, Any]]) -> int:
    """Take in the items that the catalogue does not have; gives how many."""
    count = 0
    while chunk := list(islice(items, _AT_ONCE)):
        count += base.transaction(lambda chunk=chunk: _inserted(base, chunk))  # type: ignore[misc]
    return count


def _inserted(base: Store, items: Sequence[Mapping[str, Any]]) -> int:
    marks = ", ".join("?" * len(items))
    query = f"SELECT source FROM items WHERE source IN ({marks})"
    known = {source for (source,) in base.ask(query, [item["source"] for item in items])}
    files, count = [], 0
    for item in items:
        if item["source"] in known:
            continue
        row = {**_NEEDED, **{name: value for name, value in item.items() if name in COLUMNS}, "serial": base.next_serial()}
        row |= {"state": "waiting"} if row["state"] == "running" else {}
        insert = f"INSERT INTO items ({', '.join(row)}) VALUES ({', '.join('?' * len(row))}) ON CONFLICT DO NOTHING"
        if base.change(insert, list(row.values())) == 1:  # else another run repairs it too
            count += 1
            files += [(row["source"], f["path"], f["bytes"], f["mtime_ns"], f["digest"]) for f in item.get("outputs", ())]
    base.change_many(f"INSERT INTO outputs ({_FILE}) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", files)
    return count


def _of_results(library: Path, *, only_own: bool) -> Iterator[dict[str, Any]]:
    """An item for every video whose results lie in the library."""
    for folder, subfolders, files in os.walk(library):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        if STATE_FILE not in files:
            continue
        subfolders.clear()  # what lies in results are clips and the like
        place = Path(folder)
        items = items_in(place) if ITEM_FILE in files else {}
        inside = place.relative_to(library).as_posix()
        for source, item in items.items():
            yield {**item, "source": source, "folder": inside, "run": 0}
        unowned = _of_state(place, read_state(place)) if not items and not only_own else None
        if unowned is not None:
            yield {**unowned, "folder": inside, "out": str(place.parent)}


def _of_state(folder: Path, state: State) -> dict[str, Any] | None:
    """Of results without a line of their own: those of earlier versions, or of `process`. None where they are not whole."""
    stored = _transcript(folder)
    if stored is None or not state.media.get("path"):
        return None
    video, url = path_stored(str(state.media["path"])), str(state.media.get("info", {}).get("address") or "")
    job = VideoJob(video=video, url=url, out=folder.parent, goals=ALL_GOALS, overrides=state.options)
    outputs = []
    for name, digest in {name: digest for stage in state.stages.values() for name, digest in stage.outputs.items()}.items():
        with suppress(OSError):
            stat = (folder / name).stat()
            outputs.append({"path": name, "bytes": stat.st_size, "mtime_ns": stat.st_mtime_ns, "digest": digest})
    return {
        "source": identity(job.source),
        "job": msgspec.json.encode(job.kept(), enc_hook=str, order="deterministic").decode(),
        "digest": state.source,
        "media_s": float(stored.media.get("duration_s") or 0.0),
        "engine": str(stored.engine.get("name") or ""),
        "outputs": outputs,
    }


def _transcript(folder: Path) -> _Stored | None:
    try:
        return msgspec.json.decode((folder / TRANSCRIPT_FILE).read_bytes(), type=_Stored)
    except (OSError, ValueError):
        return None
