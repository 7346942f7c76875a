"""Frame times and key frames of a span of video: read from its packets, or, if they have no times, by decoding it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from video_pipeline.core.span import Span
from video_pipeline.media import ffmpeg
from video_pipeline.media.clock import from_start, on_one_clock, starts_at_what_is_read

EARLY_S = 0.0004
"""Seek and trim this long before a frame: less than a frame of any camera, more than all rounding of times together."""
_ROW = re.compile(r"^0, +(-?\w+), +(-?\w+), +(\d+), +(\d+), 0x[0-9a-f]+(?:, F=0x([0-9A-F]+))?", re.MULTILINE)
_TIME_BASE = re.compile(r"^#tb 0: (\d+)/(\d+)", re.MULTILINE)
_KEY = 1
_DISCARD = 4
"""Packet flags of FFmpeg, as its format framecrc prints them."""
_LONGEST_S = 1e8
"""Three years: what lies further from zero is no time. FFmpeg prints its smallest integer for a packet without one."""
_READ_LIMIT_S = 600.0
"""Time limit for reading the packets of one span."""
_AFTER_S = 1.0
"""Read this much longer, because the packet that is shown last is not the one that is stored last."""
_REORDERED = 17
"""Frames by which packets may be stored out of order in H.264 and HEVC; slides are seconds apart."""
_COARSE_S = 0.0011
"""Longer time units, such as the frames in which MXF and AVI count, are so long that rounding to them is visible."""
_STEPS_BACK_S = (0.1, 15.0, 60.0, 240.0)
"""How much earlier reading starts, until a key frame is found. The first is more than a frame, so that the frame before the
first one is known too."""
_NO_TIMES = ("avi",)
"""Containers that store no frame times: FFmpeg guesses other times for packets than for decoded pictures."""
_FINE = 90_000
"""Ticks per second in which the times of decoded pictures are read."""


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
    """Packets in decoding order; `tick_s` is the time unit of the file."""

    rows: tuple[Packet, ...]
    tick_s: float
    decoded_from_s: float | None = None
    """Where decoding began, if the container stores no times and these are of decoded pictures."""

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

    def before(self, time_s: float) -> float:
        """A time just before that of a frame to which FFmpeg can seek; where times are counted in frames, the same time.

        It shifts all times by the time sought, in the units of each stream: where the picture counts in frames, its shift would
        be rounded and that of the sound would not.
        """
        return round(time_s / self.tick_s) * self.tick_s if self.tick_s > _COARSE_S else time_s - EARLY_S


@dataclass(frozen=True, slots=True)
class Frames:
    """The frames of a span, beginning with a key frame. `far`: seeking to the span alone may end after that key frame."""

    packets: Packets
    far: bool = False


def find_frames(path: Path, container: str, stream: str, span: Span) -> Frames | None:
    """The frames of a stream (`1`, `v:0`) that are shown within a span, and those before it from which they are decoded.

    None if the file has no frame there.

    Raises:
        FfmpegFailed, FfmpegTimeout: the file cannot be read.
    """
    for back_s in (*_STEPS_BACK_S, span.start_s):
        within = Span(max(0.0, span.start_s - back_s), span.end_s)
        packets = None if container in _NO_TIMES else read_packets(path, stream, within)
        if packets is not None and packets.times_s and packets.frame_s * _REORDERED > _AFTER_S:
            packets = read_packets(path, stream, within, packets.frame_s * _REORDERED)
        if packets is None or (container == "mxf" and _is_unordered(packets)):
            packets = read_pictures(path, stream, within)
        packets = _from_a_key(packets)
        is_known = bool(packets.rows) and packets.rows[0].pts_s <= span.start_s + EARLY_S
        if is_known or within.start_s == 0:
            far = back_s != _STEPS_BACK_S[0] or starts_at_what_is_read(path)
            return Frames(packets, far) if packets.times_s else None
    return None


def _is_unordered(packets: Packets) -> bool:
    """Whether the times may be of decoding: MXF tells the order of showing only in an index, which not every writer makes."""
    return not all(row.key for row in packets.rows) and all(row.pts_s == row.dts_s for row in packets.rows)


def _from_a_key(packets: Packets) -> Packets:
    """Without packets before the first key frame, and without frames that are stored after it and shown before it."""
    first = next((place for place, row in enumerate(packets.rows) if row.key), len(packets.rows))
    rows = packets.rows[first:]
    return Packets(tuple(row for row in rows if row.pts_s >= rows[0].pts_s), packets.tick_s, packets.decoded_from_s)


def read_packets(path: Path, stream: str, within: Span | None = None, after_s: float = _AFTER_S) -> Packets | None:
    """The packets of a stream that are shown within a span, from where seeking to its start ends; may be empty.

    They are read for `after_s` longer. None if the container stores no times for some of them.

    Raises:
        FfmpegFailed, FfmpegTimeout: the file cannot be read.
    """
    start_s = from_start(within.start_s) if within else 0.0
    bounds = {"ss": start_s, "t": within.end_s - start_s + after_s} if within else {}
    source = ffmpeg.source(path, fflags="+genpts", **bounds)
    node = ffmpeg.graph().output(source[stream], "-", format="framecrc", c="copy")
    tick, found = _printed(on_one_clock(node, source, path), path)
    rows = [_packet(one, tick, start_s) for one in found]
    while rows and rows[-1] is None:  # at the end of the file nothing is left from which a time could be told
        rows.pop()
    known = tuple(row for row in rows if row is not None)
    return Packets(known, float(tick)) if len(known) == len(rows) else None


def read_pictures(path: Path, stream: str, within: Span) -> Packets:
    """Decode a span: the pictures and their times as any other reading from the same place will give them."""
    tick, _ = _printed(ffmpeg.graph().output(ffmpeg.source(path, t=0)[stream], "-", format="framecrc", c="copy"), path)
    start_s = from_start(Packets((), float(tick)).before(within.start_s))
    source = ffmpeg.source(path, fflags="+genpts", ss=start_s, t=within.end_s - start_s + _AFTER_S)
    small = source[stream].filter("scale", 16, 16)
    how: dict[str, Any] = {"c": "rawvideo", "fps_mode": "passthrough", "enc_time_base": f"1:{_FINE}"}
    node = on_one_clock(ffmpeg.graph().output(small, "-", format="framecrc", **how), source, path)
    fine, found = _printed(node, path)
    rows = tuple(row for one in found if (row := _packet((*one[:4], ""), fine, start_s)) is not None)
    return Packets(rows, float(tick), start_s)


def _printed(node: Any, path: Path) -> tuple[Fraction, list[Sequence[str]]]:
    """The time unit and the rows of FFmpeg's format framecrc."""
    out, _ = ffmpeg.run(ffmpeg.command(node), ffmpeg.Task("reading the packets of", path, _READ_LIMIT_S))
    text = out.decode("ascii", "replace")
    base = _TIME_BASE.search(text)
    return (Fraction(int(base[1]), int(base[2])) if base else Fraction(1, _FINE)), _ROW.findall(text)


def _packet(found: Sequence[str], tick: Fraction, start_s: float) -> Packet | None:
    """None if it has no time."""
    dts, pts, duration, size, flags = found
    if "NOPTS" in (dts, pts) or any(abs(int(value) * tick) > _LONGEST_S for value in (dts, pts)):
        return None
    bits = int(flags, 16) if flags else _KEY
    seconds = [float(int(value) * tick) for value in (pts, dts, duration)]
    # FFmpeg has shifted the times by whole units
    shift_s = float(round(start_s / tick) * tick) if tick > _COARSE_S else start_s
    pts_s, dts_s = (round(shift_s + second, 6) for second in seconds[:2])
    return Packet(
        pts_s=pts_s, dts_s=dts_s, duration_s=seconds[2], size_bytes=int(size), key=bool(bits & _KEY), shown=not bits & _DISCARD
    )
