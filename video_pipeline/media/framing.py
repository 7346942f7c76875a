"""Fit a picture into another shape: cropped, at a place that changes from shot to shot, or whole over its own blur."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

_BLUR_SHARE = 8
"""The blurred background is computed at 1/8 of the width and height: it looks the same and costs 1/64."""
_BLUR_SIGMA = 5.0
_DIMMED = -0.12
"""Brightness added to the background, so that the picture stands out."""
_CLOCK_SLACK_S = 0.002
"""More than the rounding of any clock, less than any frame."""


@dataclass(frozen=True, slots=True)
class Fit:
    """The centre of the crop from `start_s` on, on the piece's clock, as shares of the picture's width and height.

    `crop=False` shows the whole picture, with its own blur above and below or on both sides.
    """

    start_s: float
    x: float = 0.5
    y: float = 0.5
    crop: bool = True


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
        width, height = self.source_px
        share = self.width_px / self.height_px
        wide, tall = min(width, round(height * share)), min(height, round(width / share))
        return max(2, wide // 2 * 2), max(2, tall // 2 * 2)


def framed(picture: Any, framing: Framing) -> Any:
    """An upright picture of FFmpeg's graph, on the piece's clock, in its new shape."""
    picture = picture.filter("scale", *framing.source_px)  # exactly, to the pixel
    crops, whole = (any(fit.crop is kind for fit in framing.fits) for kind in (True, False))
    if not whole:
        return _cropped(picture, framing)
    if not crops:
        return _padded(picture, framing)
    both = picture.filter_multi_output("split")
    shown = [fit for fit in framing.fits if not fit.crop]
    on = "+".join(f"gte(t,{_start(fit)})*lt(t,{_end(framing.fits, fit)})" for fit in shown)
    return _cropped(both[0], framing).overlay(_padded(both[1], framing), enable=on)


def _cropped(picture: Any, framing: Framing) -> Any:
    (width, height), (wide, tall) = framing.source_px, framing.window_px
    x = _by_time(framing.fits, lambda fit: _edge(fit.x, width, wide))
    y = _by_time(framing.fits, lambda fit: _edge(fit.y, height, tall))
    picture = picture.filter("crop", w=wide, h=tall, x=x, y=y)
    return picture.filter("scale", framing.width_px, framing.height_px, flags="bicubic").filter("setsar", 1)


def _padded(picture: Any, framing: Framing) -> Any:
    width, height = framing.width_px, framing.height_px
    small_w, small_h = max(2, width // _BLUR_SHARE // 2 * 2), max(2, height // _BLUR_SHARE // 2 * 2)
    both = picture.filter_multi_output("split")
    back = both[0].filter("scale", small_w, small_h, force_original_aspect_ratio="increase").filter("crop", small_w, small_h)
    back = back.filter("gblur", sigma=_BLUR_SIGMA).filter("eq", brightness=_DIMMED).filter("scale", width, height)
    share = min(width / framing.source_px[0], height / framing.source_px[1])
    inner = [max(2, round(side * share / 2) * 2) for side in framing.source_px]
    front = both[1].filter("scale", min(inner[0], width), min(inner[1], height), flags="bicubic")
    return back.filter("setsar", 1).overlay(front.filter("setsar", 1), x="(W-w)/2", y="(H-h)/2").filter("setsar", 1)


def _by_time(fits: Sequence[Fit], value: Callable[[Fit], int]) -> str:
    """An expression of the time that steps from value to value without interpolation: the picture must not slide."""
    text = str(value(fits[-1]))
    for fit, after in reversed(list(pairwise(fits))):
        text = f"if(lt(t,{_start(after)}),{value(fit)},{text})"
    return text


def _edge(centre: float, length_px: int, window_px: int) -> int:
    """Where the window begins: even, because colours are stored for pairs of pixels."""
    start = round((centre * length_px - window_px / 2) / 2) * 2
    return max(0, min(start, (length_px - window_px) // 2 * 2))


def _start(fit: Fit) -> str:
    """Slightly early, so that rounding never gives the first frame of a shot the crop of the shot before."""
    return f"{fit.start_s - _CLOCK_SLACK_S:.6f}"


def _end(fits: Sequence[Fit], fit: Fit) -> str:
    place = fits.index(fit) + 1
    return _start(fits[place]) if place < len(fits) else "1e9"
