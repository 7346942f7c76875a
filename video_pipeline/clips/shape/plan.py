"""How a clip's picture is fitted into another shape: one place for the crop per shot, so that it never slides or trembles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from video_pipeline.clips.shape import STEERS
from video_pipeline.clips.shape.base import Pictures, ShapeOptions, Steer
from video_pipeline.core.clip import Shot
from video_pipeline.core.errors import ToolError
from video_pipeline.core.span import Span
from video_pipeline.media.framing import Fit, Framing
from video_pipeline.media.pictures import sampled
from video_pipeline.media.probe import MediaInfo
from video_pipeline.media.shots import ShotOptions, sharp_cuts_s

_RATE_FPS = 4.0
_WIDTH_PX = 384
_MOST_PICTURES = 8
"""Of one shot that are looked at: the median of more is no other."""
_CLEAR_OF_CUT_S = 0.5 / _RATE_FPS
_PLACES = 81
_AS_GOOD = 0.98
_WHOLE = 4
"""Power of the share that is inside: half a face is worth much less than half."""
_FITS = 0.98
"""A picture that has nearly the shape is cropped in its middle without looking."""


@dataclass(frozen=True, slots=True)
class Shaped:
    """A framing and, in words for people, what it follows."""

    framing: Framing
    words: str


def shaped(info: MediaInfo, span: Span, options: ShapeOptions) -> Shaped | None:
    """How the picture of `span` is fitted into the shape that is asked for; None where it keeps its own.

    Raises:
        ToolError: the steer that was asked for cannot work here. FfmpegFailed, FfmpegTimeout: the picture cannot be decoded.
    """
    size_px = options.size_px
    if size_px is None or info.video is None:
        return None
    source_px = max(2, info.video.width_px // 2 * 2), max(2, info.video.height_px // 2 * 2)
    whole = Framing(*size_px, source_px, (Fit(0.0),))
    window = tuple(wide / side for wide, side in zip(whole.window_px, source_px, strict=True))
    if min(window) >= _FITS:
        return Shaped(whole, "its shape was right")
    pictures = sampled(info, span, _RATE_FPS, _WIDTH_PX)
    steers, words, fits = _steers(options), [], []
    for shot in _shots(info, span):
        fit, followed = _fit(_of_shot(pictures, shot), shot.start_s, (window[0], window[1]), steers, options)
        fits.append(fit)
        words.append(followed)
    return Shaped(Framing(*size_px, source_px, tuple(fits)), _told(words))


def _shots(info: MediaInfo, span: Span) -> list[Shot]:
    """The shots of a clip on its own clock."""
    cuts_s = [time_s - span.start_s for time_s in sharp_cuts_s(info.path, span, ShotOptions())]
    edges_s = [0.0, *(time_s for time_s in cuts_s if 0 < time_s < span.duration_s), span.duration_s]
    return [Shot(a, b) for a, b in pairwise(edges_s)]


def _of_shot(pictures: Pictures, shot: Shot) -> Pictures:
    """A few pictures of a shot, none so near a cut that it might be of the next."""
    times_s = np.arange(len(pictures)) / _RATE_FPS
    inside = np.flatnonzero((times_s >= shot.start_s + _CLEAR_OF_CUT_S) & (times_s <= shot.end_s - _CLEAR_OF_CUT_S))
    if not len(inside):
        inside = np.array([np.abs(times_s - shot.middle_s).argmin()]) if len(pictures) else inside
    few = np.unique(np.linspace(0, len(inside) - 1, min(len(inside), _MOST_PICTURES)).round().astype(int))
    chosen: Pictures = pictures[inside[few]]
    return chosen


def _steers(options: ShapeOptions) -> list[tuple[str, Steer]]:
    """Those to try, in order. On `auto` one that cannot work here is left out."""
    if options.steer != "auto":
        return [(options.steer, STEERS.load(options.steer)())]
    return list(_workable())


def _workable() -> Iterator[tuple[str, Steer]]:
    for name in STEERS:
        try:
            yield name, STEERS.load(name)()
        except ToolError:
            continue


def _fit(
    pictures: Pictures, start_s: float, window: tuple[float, float], steers: Sequence[tuple[str, Steer]], options: ShapeOptions
) -> tuple[Fit, str]:
    for name, steer in steers:
        found = steer.interests(pictures) if len(pictures) else None
        if found is None or not any(found):
            continue
        x, kept_x = _placed([(one.left, one.right, one.weight) for frame in found for one in frame], window[0])
        y, kept_y = _placed([(one.top, one.bottom, one.weight) for frame in found for one in frame], window[1])
        if min(kept_x, kept_y) < options.least_kept:
            return Fit(start_s, crop=False), f"all of the picture over its blur, since the {name} would not fit"
        return Fit(start_s, x, y), name
    return Fit(start_s), "centre"


def _placed(extents: Sequence[tuple[float, float, float]], window: float) -> tuple[float, float]:
    """Where along one axis the middle of the window goes, and which share of the weight it then holds.

    It goes where it holds most; of all such places, nearest to the median of what it holds.
    """
    low, high, weight = np.array(extents).T
    places = np.linspace(window / 2, 1 - window / 2, _PLACES)
    begin, end = places[:, None] - window / 2, places[:, None] + window / 2
    length = np.maximum(high - low, 1e-6)
    held = (np.clip(np.minimum(high, end) - np.maximum(low, begin), 0, None) / length) ** _WHOLE
    held = np.where(high - low < 1e-6, (low >= begin) & (high <= end), held)
    total = (held * weight).sum(axis=1)
    good = np.flatnonzero(total >= _AS_GOOD * total.max())
    inside = held[good[len(good) // 2]] >= 0.5
    middle = _median((low + high)[inside] / 2, weight[inside]) if inside.any() else 0.5
    place = float(places[good][np.abs(places[good] - middle).argmin()])
    return place, float(total.max() / weight.sum())


def _median(values: np.ndarray, weight: np.ndarray) -> float:
    order = np.argsort(values)
    return float(values[order][np.searchsorted(np.cumsum(weight[order]), weight.sum() / 2)])


def _told(words: Sequence[str]) -> str:
    """`faces in 3 shots, centre in 1`."""
    counts = {word: words.count(word) for word in dict.fromkeys(words)}
    return ", ".join(f"{word} in {count} {'shot' if count == 1 else 'shots'}" for word, count in counts.items())
