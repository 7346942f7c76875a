"""The catalogue built again from the results: what lies beside them says whose they are and how they were made."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator, Mapping
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
from video_pipeline.library.errors import DamagedCatalogue
from video_pipeline.library.item_file import ITEM_FILE, items_in
from video_pipeline.library.records import ALL_GOALS, VideoJob
from video_pipeline.library.schema import NAME, SERIAL, opened, opened_to_read, ours
from video_pipeline.video.stages.listen import TRANSCRIPT_FILE
from video_pipeline.video.workspace import STATE_FILE, State, read_state

_log = logging.getLogger(__name__)
_MOST_CHECKED_BYTES = 256 << 20
"""A larger file is not read whole before each run."""
_AT_ONCE = 500
"""Items of one transaction."""
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


def repair(library: Path, *, only_own: bool = False) -> Repaired:
    """Bring the catalogue of a library in line with its results; a damaged file of it is kept beside the new one.

    With `only_own` results that no library run made are left out.

    Raises:
        CannotWrite: the folder refuses. BadRecord: a newer version of this program made the catalogue.
    """
    library = library.absolute()
    saved: list[dict[str, Any]] = []
    aside = None
    try:
        check(library)
    except DamagedCatalogue:
        saved = list(_readable(library / NAME))
        aside = _set_aside(library)
    with closing(opened(library)) as base:
        kept = len(saved) or _count(base)
        _insert(base, library, iter(saved))
        found = _insert(base, library, _of_results(library, only_own=only_own))
    return Repaired(aside=aside, kept=kept, found=found)


def mend(library: Path) -> None:
    """Repair the catalogue where it is damaged, or missing beside results, with a warning. Raises what `repair` raises."""
    is_missing = not (library / NAME).is_file()
    if is_missing and (not library.is_dir() or next(library.iterdir(), None) is None):
        return
    try:
        if not is_missing:
            if (library / NAME).stat().st_size <= _MOST_CHECKED_BYTES:
                check(library)
            return
    except DamagedCatalogue as error:
        _log.warning("%s; it is built again from them", error)
    done = repair(library, only_own=is_missing)
    if done.found or done.aside:
        _log.warning("the catalogue of %s was built again: %d videos", library, done.kept + done.found)


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


def _set_aside(library: Path) -> Path:
    number = 1
    while (aside := library / f"{NAME}.damaged-{number}").exists():
        number += 1
    try:
        for suffix in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                (library / f"{NAME}{suffix}").rename(f"{aside}{suffix}")
    except OSError as error:
        raise CannotWrite(library / NAME, reason(error)) from None
    return aside


def _count(base: sqlite3.Connection) -> int:
    count: int = base.execute("SELECT count(*) FROM items").fetchone()[0]
    return count


def _insert(base: sqlite3.Connection, library: Path, items: Iterator[Mapping[str, Any]]) -> int:
    """Take in the items that the catalogue does not have; gives how many."""
    columns = [row[1] for row in base.execute("PRAGMA table_info(items)")]
    count = 0
    while chunk := list(islice(items, _AT_ONCE)):
        with ours(library), base:
            base.execute("BEGIN IMMEDIATE")
            for item in chunk:
                row = {**_NEEDED, **{name: value for name, value in item.items() if name in columns and name != "serial"}}
                row |= {"state": "waiting"} if row["state"] == "running" else {}
                names = ", ".join(row)
                insert = f"INSERT OR IGNORE INTO items ({names}, serial) VALUES ({', '.join('?' * len(row))}, {SERIAL})"
                if base.execute(insert, list(row.values())).rowcount == 1:
                    count += 1
                    files = [(row["source"], f["path"], f["bytes"], f["mtime_ns"], f["digest"]) for f in item.get("outputs", ())]
                    base.executemany("INSERT OR REPLACE INTO outputs VALUES (?, ?, ?, ?, ?)", files)
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
    video = path_stored(str(state.media["path"]))
    job = VideoJob(video=video, out=folder.parent, goals=ALL_GOALS, overrides=state.options)
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
    except (OSError, msgspec.DecodeError):
        return None
