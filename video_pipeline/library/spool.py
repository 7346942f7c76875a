"""Long lists, kept on the disk: planning a million videos takes the memory of planning ten thousand."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Generic, TypeVar

from video_pipeline.core.errors import CannotWrite
from video_pipeline.core.files import reason

_AT_ONCE = 500
"""Entries written and read together."""
_IN_MEMORY_BYTES = 4 << 20
"""A shorter list needs no file: that of some ten thousand videos."""
T = TypeVar("T")


class Spool(Generic[T]):
    """The entries of an iterable, which is read to its end at once. Nobody else can open the file; it goes with the object.

    Raises CannotWrite where there is no room for temporary files, and what the iterable raises.
    """

    def __init__(self, entries: Iterable[T]) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115 - open as long as the list lives
        self._places: list[int] = []
        self._count = 0
        entries = iter(entries)
        while chunk := list(islice(entries, _AT_ONCE)):
            self._count += len(chunk)
            self._keep(chunk)

    def _keep(self, chunk: list[T]) -> None:
        try:
            self._places.append(self._file.tell())
            pickle.dump(chunk, self._file, pickle.HIGHEST_PROTOCOL)
        except OSError as error:
            raise CannotWrite(Path(tempfile.gettempdir()), reason(error)) from None

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[T]:
        for place in self._places:
            self._file.seek(place)
            chunk: list[T] = pickle.load(self._file)
            yield from chunk
