"""Where the picture cuts, by FFmpeg's scene score."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import msgspec

from video_pipeline.core.clip import Shot
from video_pipeline.core.constraints import AtLeastZero, Share, check_fields
from video_pipeline.core.span import Span
from video_pipeline.media import ffmpeg

_FRAME = re.compile(rb"pts_time:([\d.]+)\s+lavfi\.scene_score=([\d.]+)")
_HEARTBEAT = 250
"""Every so many frames one is told whatever its score, so that a long still picture does not look like a process that hangs."""

_NOTICED, _SHARP, _FAR_MORE, _AROUND_S = 0.02, 0.07, 3.0, 0.25
"""As PySceneDetect's adaptive detector: three times the score of the frames around, and more than mere movement usually has."""


@dataclass(frozen=True, slots=True)
class ShotOptions:
    """How cuts of the picture are found."""

    threshold: Share = 0.3
    """Scene score from which a frame starts a new shot; FFmpeg's documentation suggests 0.3 to 0.5."""

    width_px: Annotated[int, msgspec.Meta(ge=16)] = 160
    """The picture is shrunk to this width in pixels first: the score hardly changes and the work does."""

    least_s: AtLeastZero = 0.4
    """Flashes shorter than this, in seconds, do not make a shot."""

    def __post_init__(self) -> None:
        check_fields(self)


def cut_times_s(
    path: Path, options: ShotOptions, within: Span | None = None, advance: Callable[[float], None] | None = None
) -> Iterator[float]:
    """Times at which a new shot starts, in order, the very first frame excluded; `advance` is told how far the search is."""
    last_s = -options.least_s
    for time_s, score in _scored(path, options, within, advance):
        if score > options.threshold and time_s - last_s >= options.least_s:
            last_s = time_s
            yield time_s


def sharp_cuts_s(path: Path, within: Span, options: ShotOptions) -> list[float]:
    """Cuts also between pictures that are much alike: a frame that differs far more than those around it starts a shot.

    What must change with a shot needs all of them, and a picture that merely moves fast must not count.
    """
    scores = list(_scored(path, replace(options, threshold=_NOTICED), within, None))
    sharp = [
        time_s
        for time_s, score in scores
        if score > _SHARP and all(other * _FAR_MORE <= score for at, other in scores if 0 < abs(at - time_s) <= _AROUND_S)
    ]
    cuts_s: list[float] = []
    for time_s in sorted({*sharp, *(time_s for time_s, score in scores if score > options.threshold)}):
        if not cuts_s or time_s - cuts_s[-1] >= options.least_s:
            cuts_s.append(time_s)
    return cuts_s


def _scored(
    path: Path, options: ShotOptions, within: Span | None, advance: Callable[[float], None] | None
) -> Iterator[tuple[float, float]]:
    """Time and score of every frame above the threshold, and of some others."""
    bounds = {"ss": f"{within.start_s:.6f}", "t": f"{within.duration_s:.6f}"} if within else {}
    # what the loop filter smooths is lost in the shrunken picture anyway, and costs a quarter of the time
    picture = ffmpeg.source(path, skip_loop_filter="all", **bounds)["v:0"].filter("scale", options.width_px, -2, flags="bilinear")
    picture = picture.filter("select", f"gt(scene,{options.threshold})+not(mod(n,{_HEARTBEAT}))")
    node = ffmpeg.graph().output(picture.filter("metadata", "print", file="pipe:1"), "-", format="null")
    offset_s = within.start_s if within else 0.0
    blocks = ffmpeg.stream(ffmpeg.command(node), ffmpeg.Task("finding shots of", path), 4096, ffmpeg.Ending())
    for time_s, score in _scores(blocks):
        if advance:
            advance(time_s)
        yield offset_s + time_s, score


def find_shots(path: Path, duration_s: float, options: ShotOptions | None = None) -> list[Shot]:
    """The whole video as shots, end to end."""
    edges = [0.0, *(t for t in cut_times_s(path, options or ShotOptions()) if 0 < t < duration_s), duration_s]
    return [Shot(a, b) for a, b in itertools.pairwise(edges)]


def _scores(blocks: Iterator[bytes]) -> Iterator[tuple[float, float]]:
    """Time and scene score of each frame that is told."""
    rest = b""
    for block in blocks:
        told, newline, rest = (rest + block).rpartition(b"\nframe:")
        rest = newline + rest
        for found in _FRAME.finditer(told):
            yield float(found.group(1)), float(found.group(2))
    for found in _FRAME.finditer(rest):
        yield float(found.group(1)), float(found.group(2))
