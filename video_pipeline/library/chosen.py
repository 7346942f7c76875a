"""Which store holds the catalogue of a library: a file beside the results, or the data base that its runs were given.

The folder remembers the data base without its password, so that every command finds it: with the password from the environment
(`VIDEO_PIPELINE_CATALOGUE`, `PGPASSWORD`) or from `~/.pgpass`.
"""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import msgspec

from video_pipeline.core.errors import BadValue, CannotWrite
from video_pipeline.core.files import atomic_write, reason
from video_pipeline.library.schema import NAME
from video_pipeline.library.stores import STORES
from video_pipeline.library.stores.base import Access, Store

VARIABLE = "VIDEO_PIPELINE_CATALOGUE"
MARKER = "library.catalogue.json"
"""In the folder of a library whose catalogue is elsewhere."""
_SYNONYMS = {"postgres": "postgresql"}


@dataclass(frozen=True, slots=True)
class _Marker:
    catalogue: str
    """Its address, without secrets."""
    id: str
    """What the catalogue calls itself."""


def address_of(folder: Path, given: str = "", *, to_read: bool = False) -> str:
    """The address of a library's catalogue; empty for the file in its folder.

    What was given comes first, then the environment, then what the folder remembers. A library with a file of its own is read
    from there until a run has moved it.
    """
    if given:
        return given
    named, marker = os.environ.get(VARIABLE, ""), _marker(folder)
    if marker is None:
        return "" if to_read and (folder / NAME).is_file() else named
    return named or marker.catalogue


def is_there(folder: Path, given: str = "") -> bool:
    """Whether a library has a catalogue, as far as that can be told without opening it."""
    return bool(address_of(folder, given, to_read=True)) or (folder / NAME).is_file()


def store_of(folder: Path, given: str = "", *, access: Access) -> Store:
    """The opened store. Raises BadValue for an address that is none or belongs to another library, and what the store raises."""
    address = address_of(folder, given, to_read=access is Access.READ)
    if address and access is Access.CREATE:
        _kind(address)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CannotWrite(folder, reason(error)) from None
    store = opened_at(folder, address, access)
    if not address:
        return store
    try:
        _check_owner(folder, store, access)
    except BaseException:
        store.close()
        raise
    return store


def opened_at(folder: Path, address: str, access: Access) -> Store:
    """The store at an address, whosever it is; the file in the folder where there is none. Raises as `store_of`."""
    store: Store = STORES.load(_kind(address))(folder, address, access=access)
    return store


def _kind(address: str) -> str:
    """Its name in `STORES`. Raises BadValue."""
    scheme = address.partition(":")[0] if address else "sqlite"
    name = _SYNONYMS.get(scheme, scheme)
    if name not in STORES or (address and name == "sqlite"):
        unknown = f"{name} is not known here; " if "://" in address else ""  # the whole address may hold a password
        raise BadValue("--catalogue", f"{unknown}the address of a data base begins with postgresql://")
    return name


def _check_owner(folder: Path, store: Store, access: Access) -> None:
    """Two libraries in one catalogue would take each other's items for their own."""
    ((own,),), marker = store.ask("SELECT id FROM self"), _marker(folder)
    if marker is not None and marker.id == own:
        return
    check_empty(store)
    if access is not Access.READ:
        remember(folder, store)


def check_empty(store: Store) -> None:
    """Raises BadValue where it holds items, which are another library's."""
    if store.ask("SELECT 1 FROM items LIMIT 1"):
        raise BadValue(
            "--catalogue", f"{store.name} is the catalogue of another library; ?schema=NAME at its end makes one for this"
        )


def adopt(folder: Path, given: str = "") -> None:
    """Make a folder that lost its memory of it the owner of a catalogue again."""
    address = address_of(folder, given)
    if address:
        with closing(opened_at(folder, address, Access.CREATE)) as store:
            remember(folder, store)


def _marker(folder: Path) -> _Marker | None:
    try:
        return msgspec.json.decode((folder / MARKER).read_bytes(), type=_Marker)
    except (OSError, ValueError):
        return None


def remember(folder: Path, store: Store) -> None:
    """Have the folder name a store as its catalogue. Raises CannotWrite."""
    marker = _Marker(store.name, store.ask("SELECT id FROM self")[0][0])
    try:
        atomic_write(folder / MARKER, msgspec.json.format(msgspec.json.encode(marker), indent=1) + b"\n")
    except OSError as error:
        raise CannotWrite(folder / MARKER, reason(error)) from None


def forget_address(folder: Path) -> None:
    """Have the catalogue be the file in the folder. Raises CannotWrite."""
    try:
        (folder / MARKER).unlink(missing_ok=True)
    except OSError as error:
        raise CannotWrite(folder / MARKER, reason(error)) from None
