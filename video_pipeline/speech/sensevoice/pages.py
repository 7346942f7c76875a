"""Returns the pages of a mapped checkpoint to the system once they were read.

A mapped file counts as memory of the process while its pages are held, so a model that is copied layer by layer into another form
would seem to need both forms at once. Does nothing on systems other than Linux.
"""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

_MAPS = Path("/proc/self/maps")
_DONT_NEED = 4
"""MADV_DONTNEED: pages of an unchanged private mapping are dropped, and read from the file again if needed."""

Ranges = tuple[tuple[int, int], ...]


def mapped_ranges(path: Path) -> Ranges:
    """`(address, bytes)` of each mapping of `path` in this process."""
    if sys.platform != "linux":
        return ()
    name, found = str(path.resolve()), []
    for line in _MAPS.read_text(encoding="utf-8", errors="replace").splitlines():
        fields = line.split(maxsplit=5)
        if len(fields) == 6 and fields[5] == name:
            start, end = (int(edge, 16) for edge in fields[0].split("-"))
            found.append((start, end - start))
    return tuple(found)


def forget(ranges: Ranges) -> None:
    """Drop the pages of `ranges`, which must come from `mapped_ranges` and never be written to."""
    if not ranges:
        return
    advise = ctypes.CDLL(None).madvise
    for address, size in ranges:
        advise(ctypes.c_void_p(address), ctypes.c_size_t(size), _DONT_NEED)
