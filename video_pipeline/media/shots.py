"""Find cuts in the picture, by FFmpeg's scene score."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import msgspec

from video_pipeline.core.constraints import AtLeastZero, Share, check_fields
from video_pipeline.core.span import Span
from video_pipeline.media import ffmpeg
from video_pipeline.media.clock import opened

_FRAME = re.compile(rb"pts_time:([\d.]+)\s+lavfi\.scene_score=([\d.]+)")
_HEARTBEAT = 250
"""One frame in this many is printed whatever its score, so that a long still picture does not look like a hanging process."""

_NOTICED = 0.02
"""Frames with a lower scene score are not printed in the search for sharp cuts."""
_SHARP = 0.07
"""Scene score that mere movement rarely reaches."""
_FAR_MORE = 3.0
"""A sharp cut has three times the score of the frames around it, as in PySceneDetect's adaptive detector."""
_AROUND_S = 0.25
"""Frames this close count as around it."""


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
    """Times at which a new shot starts, in order, without the first frame; `advance` receives the position of the search."""
    last_s = -options.least_s
    for time_s, score in _scored(path, options, within, advance):
        if score > options.threshold and time_s - last_s >= options.least_s:
            last_s = time_s
            yield time_s


def sharp_cuts_s(path: Path, within: Span, options: ShotOptions) -> list[float]:
    """Also finds cuts between similar pictures: a frame that differs far more than those around it starts a shot.

    Framing changes with every shot, so it needs all cuts; fast movement must not count as one.
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
    """Time and score of every frame above the threshold, and of a few others."""
    bounds = (within.start_s, within.duration_s) if within else (0.0, None)
    # the effect of the loop filter is lost in the small picture, and skipping it saves a quarter of the time
    place = opened(path, *bounds, skip_loop_filter="all")
    picture = place.picture("v:0").filter("scale", options.width_px, -2, flags="bilinear")
    picture = picture.filter("select", f"gt(scene,{options.threshold})+not(mod(n,{_HEARTBEAT}))")
    node = place.output(picture.filter("metadata", "print", file="pipe:1"), filename="-", format="null")
    offset_s = within.start_s if within else 0.0
    blocks = ffmpeg.stream(ffmpeg.command(node), ffmpeg.Task("finding shots of", path), 4096, ffmpeg.Ending())
    for time_s, score in _scores(blocks):
        if advance:
            advance(time_s)
        yield offset_s + time_s, score


def _scores(blocks: Iterator[bytes]) -> Iterator[tuple[float, float]]:
    """Time and scene score of each printed frame."""
    rest = b""
    for block in blocks:
        complete, newline, rest = (rest + block).rpartition(b"\nframe:")
        rest = newline + rest
        for found in _FRAME.finditer(complete):
            yield float(found.group(1)), float(found.group(2))
    for found in _FRAME.finditer(rest):
        yield float(found.group(1)), float(found.group(2))
