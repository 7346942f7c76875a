"""Frame times and key frames of a span of video, read from its packets without decoding."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from video_pipeline.core.span import Span
from video_pipeline.media import ffmpeg

_ROW = re.compile(r"^0, +(-?\w+), +(-?\w+), +(\d+), +(\d+), 0x[0-9a-f]+(?:, F=0x([0-9A-F]+))?", re.MULTILINE)
_TIME_BASE = re.compile(r"^#tb 0: (\d+)/(\d+)", re.MULTILINE)
_KEY = 1
_DISCARD = 4
"""Packet flags of FFmpeg, as its format framecrc prints them."""
_READ_LIMIT_S = 600.0
"""Time limit for reading the packets of one span."""
_AFTER_S = 1.0
"""Read this much longer, because the packet that is shown last is not the one that is stored last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """One coded frame, with times on the media clock. `dts_s` gives the decoding order; `shown` is False if only decoded."""

    pts_s: float
    dts_s: float
    duration_s: float
    size_bytes: int
    key: bool
    shown: bool


@dataclass(frozen=True)
class Packets:
    """Packets in decoding order, beginning with a key frame; `tick_s` is the time unit of the file."""

    rows: tuple[Packet, ...]
    tick_s: float

    @cached_property
    def times_s(self) -> tuple[float, ...]:
        """Times of the frames, in the order in which they are shown."""
        return tuple(sorted(row.pts_s for row in self.rows if row.shown))

    @cached_property
    def end_s(self) -> float:
        """The end of the last frame."""
        last = max((row for row in self.rows if row.shown), key=lambda row: row.pts_s)
        return last.pts_s + (last.duration_s or self.frame_s)

    @cached_property
    def frame_s(self) -> float:
        """The median time from frame to frame."""
        steps = sorted(b - a for a, b in pairwise(self.times_s))
        return steps[len(steps) // 2] if steps else next((row.duration_s for row in self.rows if row.duration_s), 0.04)


def read_packets(path: Path, stream: str, within: Span | None = None) -> Packets | None:
    """The packets of a stream (`0:1`, `v:0`) that are shown within a span, beginning at the key frame before it.

    None if there are none, or if the container stores no times for some of them (AVI, raw MPEG).

    Raises:
        FfmpegFailed, FfmpegTimeout: the file cannot be read.
    """
    start_s = within.start_s if within else 0.0
    bounds = {"ss": f"{start_s:.6f}", "t": f"{within.duration_s + _AFTER_S:.6f}"} if within else {}
    source = ffmpeg.source(path, **bounds)
    # read the sound too, although it is left out below: FFmpeg's clock begins with the first of the streams that it reads
    streams = [source[stream], *([source["a?"]] if within else [])]
    node = ffmpeg.graph().output(*streams, "-", format="framecrc", c="copy")
    out, _ = ffmpeg.run(ffmpeg.command(node), ffmpeg.Task("reading the packets of", path, _READ_LIMIT_S))
    text = out.decode("ascii", "replace")
    base = _TIME_BASE.search(text)
    if base is None:
        return None
    tick = Fraction(int(base[1]), int(base[2]))
    rows = tuple(_packet(found, tick, start_s) for found in _ROW.findall(text))
    if any(row is None for row in rows) or not any(row and row.shown for row in rows):
        return None
    return Packets(tuple(row for row in rows if row), float(tick))


def _packet(found: Sequence[str], tick: Fraction, start_s: float) -> Packet | None:
    dts, pts, duration, size, flags = found
    if "NOPTS" in (dts, pts):
        return None
    bits = int(flags, 16) if flags else _KEY
    seconds = [float(int(value) * tick) for value in (pts, dts, duration)]
    pts_s, dts_s = (round(start_s + second, 6) for second in seconds[:2])
    return Packet(
        pts_s=pts_s, dts_s=dts_s, duration_s=seconds[2], size_bytes=int(size), key=bool(bits & _KEY), shown=not bits & _DISCARD
    )
