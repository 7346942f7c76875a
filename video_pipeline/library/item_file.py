"""What the catalogue knows of a finished video, kept beside its results: from these files a lost catalogue is built again."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from video_pipeline.core.errors import CannotWrite
from video_pipeline.core.files import atomic_write, reason

ITEM_FILE = "library.sqlite.item.json"
"""Called after the catalogue, whose line it is: no result, and with times that differ from run to run."""
SCHEMA_VERSION = 1


@dataclass(slots=True)
class ItemFile:
    """The items whose results a folder holds: the video, and those that are copies of it."""

    schema_version: int = SCHEMA_VERSION
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By source: the columns of its line in the catalogue that have a value, and `outputs`."""


def items_in(folder: Path) -> Mapping[str, dict[str, Any]]:
    """None at all where there is no such file, or none that can be read."""
    return _read(folder).items


def keep_item(folder: Path, source: str, columns: Mapping[str, Any]) -> None:
    """Raises CannotWrite."""
    known = _read(folder)
    known.items[source] = {name: value for name, value in columns.items() if value not in ("", None)}
    _write(folder, known)


def forget_item(folder: Path, source: str) -> None:
    """So that it does not come back. A disk that refuses is no reason not to forget."""
    known = _read(folder)
    if known.items.pop(source, None) is not None:
        with suppress(CannotWrite):
            _write(folder, known)


def _read(folder: Path) -> ItemFile:
    try:
        return msgspec.json.decode((folder / ITEM_FILE).read_bytes(), type=ItemFile)
    except (OSError, ValueError):
        return ItemFile()


def _write(folder: Path, known: ItemFile) -> None:
    try:
        atomic_write(folder / ITEM_FILE, msgspec.json.format(msgspec.json.encode(known), indent=1) + b"\n")
    except OSError as error:
        raise CannotWrite(folder / ITEM_FILE, reason(error)) from None
