"""What the speech engine made of a file so far, stretch by stretch, so that listening that was broken off goes on.

Only the engine's answers are stored. When listening goes on, the sound is decoded again and the small detectors hear it again,
many times faster than the engine would: so all that is remembered lies in one readable file, and a resumed run sees the very same
sound, bit for bit, as an undisturbed one.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from video_pipeline.core.errors import CannotWrite
from video_pipeline.core.files import reason
from video_pipeline.core.span import Span
from video_pipeline.speech.base import Heard


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive windows, and what the engine made of them."""

    key: str
    """Of the listening that it belongs to."""
    windows: tuple[Span, ...]
    heard: tuple[Heard, ...]
    memory: dict[str, str]
    """What the engine remembers of the file after this stretch."""


class Journal:
    """A file with a JSON line per finished stretch. A line that a kill cut short, and all after it, count as not written."""

    def __init__(self, path: Path, key: str) -> None:
        self._path, self._key = path, key
        self._known = _read(path, key)
        self._next = 0

    def __len__(self) -> int:
        """How many stretches are known."""
        return len(self._known)

    @property
    def end_s(self) -> float:
        """Up to where the known stretches reach."""
        return self._known[-1].windows[-1].end_s if self._known and self._known[-1].windows else 0.0

    def known(self) -> Stretch | None:
        """The next stretch, if it was heard in an earlier run."""
        if self._next >= len(self._known):
            return None
        self._next += 1
        return self._known[self._next - 1]

    def append(self, windows: Sequence[Span], heard: Sequence[Heard], memory: dict[str, str]) -> Stretch:
        """Store a stretch; gives it as a later run will read it. Raises CannotWrite."""
        line = msgspec.json.encode(Stretch(self._key, tuple(windows), tuple(heard), dict(memory)))
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("r+b" if self._next else "wb") as file:
                file.seek(0, os.SEEK_END)
                file.write(line + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise CannotWrite(self._path, reason(error)) from None
        stored = msgspec.json.decode(line, type=Stretch)
        self._known.append(stored)
        self._next = len(self._known)
        return stored

    def discard(self) -> None:
        """It is of no use any more."""
        self._path.unlink(missing_ok=True)


def _read(path: Path, key: str) -> list[Stretch]:
    """The whole stretches of a listening; none of another one. What follows the last whole line is cut off."""
    try:
        lines = path.read_bytes().splitlines(keepends=True)
    except OSError:
        return []
    found: list[Stretch] = []
    whole_bytes = 0
    for line in lines:
        try:
            stretch = msgspec.json.decode(line, type=Stretch)
        except (msgspec.DecodeError, ValueError):
            break
        if stretch.key != key or not line.endswith(b"\n"):
            break
        found.append(stretch)
        whole_bytes += len(line)
    if found and whole_bytes < path.stat().st_size:
        with path.open("r+b") as file:
            file.truncate(whole_bytes)
    return found
