"""Fit a picture into another shape: cropped, at a place that changes from shot to shot and may move within one; two parts of it,
each in a half of the new one; or whole over its own blur.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from video_pipeline.media import ffmpeg

_BLUR_SHARE = 8
"""The blurred background is computed at 1/8 of the width and height: it looks the same and costs 1/64."""
_BLUR_SIGMA = 5.0
_DIMMED = -0.12
"""Brightness added to the background, so that the picture stands out."""
_CLOCK_SLACK_S = 0.002
"""More than the rounding of any clock, less than any frame."""


Box = tuple[float, float, float, float]
"""Left, top, right, bottom, as shares of the picture's width and height."""
_HEADROOM = 1.6
"""A pane is so many times as high, and at least as wide, as what it shows."""
_LEAST_ZOOM = 0.4
"""Smallest pane, as a share of the largest of its shape: a smaller one would be blurred."""


@dataclass(frozen=True, slots=True)
class Place:
    """The centre of the crop at a time of the piece's clock, as shares of the picture's width and height."""

    time_s: float
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Fit:
    """How the picture is shown from `start_s` on, on the piece's clock: cropped around a centre that stands still or moves.

    `crop=False` shows the whole picture, with its own blur above and below or on both sides.
    """

    start_s: float
    x: float = 0.5
    y: float = 0.5
    crop: bool = True
    path: tuple[Place, ...] = ()
    """Centres, in order, between which the crop moves evenly, instead of `x` and `y`."""
    panes: tuple[Box, Box] | None = None
    """Two things, each of which is shown in a half of the new picture: the first above the second, or left of it."""

    @property
    def places(self) -> tuple[Place, ...]:
        return self.path or (Place(self.start_s, self.x, self.y),)


@dataclass(frozen=True, slots=True)
class Framing:
    """Size of the new picture (even), and how the old one, shown as `source_px` wide and high, fits into it, shot by shot."""

    width_px: int
    height_px: int
    source_px: tuple[int, int]
    fits: tuple[Fit, ...]

    @property
    def window_px(self) -> tuple[int, int]:
        """The largest even crop of the source that has the new shape."""
        return _largest(self.source_px, self.width_px / self.height_px)

    @property
    def halves_px(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Sizes of the two halves: one above the other in a picture that is taller than wide, else side by side."""
        if self.height_px > self.width_px:
            upper = self.height_px // 4 * 2
            return (self.width_px, upper), (self.width_px, self.height_px - upper)
        left = self.width_px // 4 * 2
        return (left, self.height_px), (self.width_px - left, self.height_px)

    @property
    def pane_px(self) -> tuple[int, int]:
        """Size of the part of the source that a half shows: one for all panes, so that nothing is zoomed at a cut."""
        width, height = self.halves_px[0]
        largest = _largest(self.source_px, width / height)
        wide, tall = (side / most for side, most in zip(self.source_px, largest, strict=True))
        boxes = [box for fit in self.fits for box in fit.panes or ()]
        zooms = [max((box[2] - box[0]) * wide, (box[3] - box[1]) * _HEADROOM * tall) for box in boxes]
        zoom = min(1.0, max(_LEAST_ZOOM, *zooms)) if zooms else 1.0
        return max(2, round(largest[0] * zoom / 2) * 2), max(2, round(largest[1] * zoom / 2) * 2)


def _largest(source_px: tuple[int, int], share: float) -> tuple[int, int]:
    """The largest even part of a picture whose width is `share` times its height."""
    width, height = source_px
    wide, tall = min(width, round(height * share)), min(height, round(width / share))
    return max(2, wide // 2 * 2), max(2, tall // 2 * 2)


def framed(picture: Any, framing: Framing) -> Any:
    """An upright picture of FFmpeg's graph, on the piece's clock, in its new shape."""
    picture = picture.filter("scale", *framing.source_px)  # exactly, to the pixel
    ways = [way for way in (_cropped, _padded, _split) if any(_way(fit) is way for fit in framing.fits)]
    if len(ways) == 1:
        return ways[0](picture, framing)
    copies = picture.filter_multi_output("split", len(ways))
    shown = ways[0](copies[0], framing)
    for number, way in enumerate(ways[1:], 1):
        spans = (_during(framing.fits, place) for place, fit in enumerate(framing.fits) if _way(fit) is way)
        shown = shown.overlay(way(copies[number], framing), enable="+".join(spans), format="auto")
    return shown


def _way(fit: Fit) -> Callable[[Any, Framing], Any]:
    if fit.panes is not None:
        return _split
    return _cropped if fit.crop else _padded


def _cropped(picture: Any, framing: Framing) -> Any:
    size, window = (framing.width_px, framing.height_px), framing.window_px
    if any(len(fit.places) > 1 for fit in framing.fits):
        # steps of a pixel of the new picture, of which each has its own colour: in steps of two of the source it would tremble
        large = [round(side * new / old / 2) * 2 for side, new, old in zip(framing.source_px, size, window, strict=True)]
        picture = picture.filter("scale", *large, flags="bicubic").filter("format", "yuv444p|yuv444p10")
        centres = [[(place.time_s, place.x, place.y) for place in fit.places] for fit in framing.fits]
        picture = _window(picture, framing, centres, (large[0], large[1]), size, 1)
        return picture.filter("format", "yuv420p|yuv420p10").filter("setsar", 1)
    centres = [[(fit.start_s, fit.places[0].x, fit.places[0].y)] for fit in framing.fits]
    picture = _window(picture, framing, centres, framing.source_px, window)
    return picture.filter("scale", *size, flags="bicubic").filter("setsar", 1)


def _split(picture: Any, framing: Framing) -> Any:
    """Two parts of the picture, one above the other or side by side."""
    halves, copies = framing.halves_px, picture.filter_multi_output("split")
    shown = []
    for number, size in enumerate(halves):
        boxes = [(fit.start_s, fit.panes[number] if fit.panes else (0.0, 0.0, 1.0, 1.0)) for fit in framing.fits]
        centres = [[(start_s, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2)] for start_s, box in boxes]
        part = _window(copies[number], framing, centres, framing.source_px, framing.pane_px)
        shown.append(part.filter("scale", *size, flags="bicubic").filter("setsar", 1))
    return ffmpeg.graph().filter(shown, "vstack" if halves[0][0] == framing.width_px else "hstack")


_Centres = Sequence[Sequence[tuple[float, float, float]]]
"""For each fit: time, x and y of the places between which its window moves."""


def _window(
    picture: Any, framing: Framing, centres: _Centres, of_px: tuple[int, int], size_px: tuple[int, int], step_px: int = 2
) -> Any:
    """The part of a picture around centres that change with time."""
    edges = []
    for axis in (1, 2):
        room = of_px[axis - 1], size_px[axis - 1], step_px
        edges.append(_by_time(framing.fits, [[(at[0], _edge(at[axis], *room)) for at in one] for one in centres]))
    return picture.filter("crop", w=size_px[0], h=size_px[1], x=edges[0], y=edges[1])


def _padded(picture: Any, framing: Framing) -> Any:
    width, height = framing.width_px, framing.height_px
    small_w, small_h = max(2, width // _BLUR_SHARE // 2 * 2), max(2, height // _BLUR_SHARE // 2 * 2)
    both = picture.filter_multi_output("split")
    back = both[0].filter("scale", small_w, small_h, force_original_aspect_ratio="increase").filter("crop", small_w, small_h)
    back = back.filter("gblur", sigma=_BLUR_SIGMA).filter("eq", brightness=_DIMMED).filter("scale", width, height)
    share = min(width / framing.source_px[0], height / framing.source_px[1])
    inner = [max(2, round(side * share / 2) * 2) for side in framing.source_px]
    front = both[1].filter("scale", min(inner[0], width), min(inner[1], height), flags="bicubic")
    return (
        back.filter("setsar", 1).overlay(front.filter("setsar", 1), x="(W-w)/2", y="(H-h)/2", format="auto").filter("setsar", 1)
    )


def _by_time(fits: Sequence[Fit], values: Sequence[Sequence[tuple[float, int]]]) -> str:
    """An expression of the time that steps at every fit, and is interpolated between the values of one.

    A sum, because FFmpeg's parser does not follow a hundred nested conditions.
    """
    if len({value for steps in values for _, value in steps}) == 1:
        return str(values[0][0][1])
    return "+".join(f"{_during(fits, place)}*({_moving(steps)})" for place, steps in enumerate(values))


def _moving(steps: Sequence[tuple[float, int]]) -> str:
    """The value of one fit: a straight line from step to step, and the last one after it."""
    text = str(steps[0][1])
    for (start_s, value), (end_s, after) in pairwise(steps):
        text += f"{after - value:+d}*clip((t-{start_s:.3f})/{max(end_s - start_s, 0.001):.3f},0,1)"
    return text


def _edge(centre: float, length_px: int, window_px: int, step_px: int) -> int:
    """Where the window begins: even in the source, because colours are stored for pairs of pixels."""
    start = round((centre * length_px - window_px / 2) / step_px) * step_px
    return max(0, min(start, (length_px - window_px) // step_px * step_px))


def _during(fits: Sequence[Fit], place: int) -> str:
    """1 while a fit is shown; slightly early, so that rounding never gives the first frame of a shot the crop before it."""
    from_, to = (f"{fits[n].start_s - _CLOCK_SLACK_S:.6f}" if 0 < n < len(fits) else "" for n in (place, place + 1))
    parts = [f"gte(t,{from_})"] * bool(from_) + [f"lt(t,{to})"] * bool(to)
    return "*".join(parts) or "1"
