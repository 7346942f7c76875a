"""Edits of a moment ago: each is one line at the end of a small file, until the large files that hold the words are written.

So the change of one word costs the same in a talk of two hours as in one of a minute, and none is lost where a program is ended.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from video_pipeline.core.errors import CannotWrite
from video_pipeline.core.files import reason
from video_pipeline.core.transcript import Segment

LOG_FILE = ".corrections.jsonl"


@dataclass(frozen=True, slots=True)
class Edit:
    """`lines`, with a time for each word, in the place of lines of the transcript as it was at that moment."""

    was: tuple[Segment, ...]
    lines: tuple[Segment, ...]
    version: int = 0
    """Of the corrections with it."""


def log(folder: Path, edits: Sequence[Edit]) -> None:
    """Add edits, on the disk when this returns. Raises CannotWrite."""
    path = folder / LOG_FILE
    try:
        with path.open("ab") as file:
            file.write(b"".join(b"\n" + msgspec.json.encode(edit) for edit in edits))  # what a kill cut short ends before
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise CannotWrite(path, reason(error)) from None


def logged(folder: Path) -> tuple[Edit, ...]:
    """The edits since the files of words were written, in their order, but for one that a kill cut short."""
    path = folder / LOG_FILE
    if not path.is_file():
        return ()
    return tuple(edit for line in path.read_bytes().splitlines() if (edit := _read(line)) is not None)


def forget(folder: Path) -> None:
    """Call when the files of words hold all of it."""
    (folder / LOG_FILE).unlink(missing_ok=True)


def _read(line: bytes) -> Edit | None:
    try:
        return msgspec.json.decode(line, type=Edit)
    except (msgspec.DecodeError, ValueError):
        return None
