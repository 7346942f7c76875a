"""Where the picture cuts, by FFmpeg's scene score."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from video_pipeline.core.clip import Shot
from video_pipeline.core.span import Span
from video_pipeline.media import ffmpeg

_FRAME = re.compile(rb"pts_time:([\d.]+)")


@dataclass(frozen=True, slots=True)
class ShotOptions:
    """How cuts are found.

    Attributes:
        threshold: scene score, 0 to 1, from which a frame starts a new shot; FFmpeg's documentation suggests 0.3 to 0.5.
        width_px: the picture is shrunk to this first: the score hardly changes and the work does.
        least_s: flashes shorter than this do not make a shot.
    """

    threshold: float = 0.3
    width_px: int = 160
    least_s: float = 0.4


def cut_times_s(path: Path, options: ShotOptions, within: Span | None = None) -> Iterator[float]:
    """Times at which a new shot starts, in order, the very first frame excluded."""
    bounds = {"ss": f"{within.start_s:.6f}", "t": f"{within.duration_s:.6f}"} if within else {}
    picture = ffmpeg.source(path, **bounds)["v:0"].filter("scale", options.width_px, -2)
    picture = picture.filter("select", f"gt(scene,{options.threshold})").filter("metadata", "print", file="pipe:1")
    node = ffmpeg.graph().output(picture, "-", format="null")
    last_s, offset_s = -options.least_s, within.start_s if within else 0.0
    blocks = ffmpeg.stream(ffmpeg.command(node), ffmpeg.Task("finding shots of", path), 4096, ffmpeg.Ending())
    for time_s in _times_s(blocks):
        if time_s - last_s >= options.least_s:
            last_s = time_s
            yield offset_s + time_s


def find_shots(path: Path, duration_s: float, options: ShotOptions | None = None) -> list[Shot]:
    """The whole video as shots, end to end."""
    edges = [0.0, *(t for t in cut_times_s(path, options or ShotOptions()) if 0 < t < duration_s), duration_s]
    return [Shot(a, b) for a, b in itertools.pairwise(edges)]


def _times_s(blocks: Iterator[bytes]) -> Iterator[float]:
    rest = b""
    for block in blocks:
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            if found := _FRAME.search(line):
                yield float(found.group(1))
