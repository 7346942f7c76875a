"""How many frames a second the time code of an MP4 or MOV file counts: FFmpeg prints its start and not its rate.

A camera that records 59.94 frames a second often counts 29.97 of them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_INSIDE = {b"moov": 0, b"trak": 0, b"mdia": 0, b"minf": 0, b"stbl": 0, b"stsd": 8}
"""Boxes on the way to the sample entry of a time code track, and where their own boxes begin."""
_COUNT_AT = 24
"""Where the sample entry `tmcd` has its number of frames, after its header, flags, time scale and frame duration
(QuickTime File Format, Timecode Sample Description)."""


def counted_fps(path: Path) -> int | None:
    """Frames per second of the time code track; None if the file has none, or is no MP4 or MOV file."""
    try:
        with path.open("rb") as file:
            end = file.seek(0, 2)
            return next(_counts(file, 0, end), None)
    except (OSError, struct.error):
        return None


def _counts(file: BinaryIO, start: int, end: int) -> Iterator[int]:
    while start + 8 <= end:
        file.seek(start)
        size, name = struct.unpack(">I4s", file.read(8))
        header = 8
        if size == 1:
            size, header = struct.unpack(">Q", file.read(8))[0], 16
        size = size or end - start
        if size < header:
            return
        if name == b"tmcd":
            file.seek(start + header + _COUNT_AT)
            yield file.read(1)[0]
        elif name in _INSIDE:
            yield from _counts(file, start + header + _INSIDE[name], start + size)
        start += size
