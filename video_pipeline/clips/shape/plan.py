"""Fit the picture of a clip into another shape, shot by shot: the crop goes along with what moves, and else stands still."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from video_pipeline.clips.base import SourceVideo
from video_pipeline.clips.shape import STEERS
from video_pipeline.clips.shape.base import Interest, Pictures, ShapeOptions, Steer
from video_pipeline.clips.shape.follow import Follower
from video_pipeline.core.clip import Shot
from video_pipeline.core.errors import ToolError
from video_pipeline.core.span import Span
from video_pipeline.media.framing import Fit, Framing, Place
from video_pipeline.media.pictures import sampled
from video_pipeline.media.probe import MediaInfo
from video_pipeline.media.shots import ShotOptions, sharp_cuts_s

_RATE_FPS = 4.0
"""Pictures sampled per second."""
_WIDTH_PX = 384
_MOST_PICTURES = 8
"""Pictures per shot of which the median place is taken, where the crop stands still."""
_CLEAR_OF_CUT_S = 0.5 / _RATE_FPS
"""Pictures closer to a cut may belong to the neighbouring shot."""
_PLACES = 81
"""Positions of the crop that are compared along one axis."""
_AS_GOOD = 0.98
"""Positions that hold this share of the best weight are equally good."""
_WHOLE = 4
"""Exponent of the share inside the crop: half a face is worth much less than half."""
_AT_EDGE_S = 0.05
"""A place that was set on the first or the last frame of a clip is inside, wherever the cut was moved to within a frame."""
_FITS = 0.98
"""A picture that nearly has the shape is cropped in its middle without analysis."""


@dataclass(frozen=True, slots=True)
class Shaped:
    """A framing, and in words what it follows."""

    framing: Framing
    words: str


def shaped(source: SourceVideo, span: Span, options: ShapeOptions) -> Shaped | None:
    """How the picture of `span` is fitted into the requested shape; None if it keeps its own.

    Raises:
        ToolError: the requested steer cannot run here. FfmpegFailed, FfmpegTimeout: the picture cannot be decoded.
    """
    size_px, info = options.size_px, source.info
    if size_px is None or info.video is None:
        return None
    source_px = max(2, info.video.width_px // 2 * 2), max(2, info.video.height_px // 2 * 2)
    whole = Framing(*size_px, source_px, (Fit(0.0),))
    window = tuple(wide / side for wide, side in zip(whole.window_px, source_px, strict=True))
    if min(window) >= _FITS:
        return Shaped(whole, "its shape already fits")
    if places := placed_by_hand(source.crop, span):
        return Shaped(Framing(*size_px, source_px, (Fit(0.0, path=places),)), "as set by hand")
    pictures = sampled(info, span, _RATE_FPS, _WIDTH_PX)
    steers = _steers(options)
    followed: list[str] = []
    fits: list[Fit] = []
    follower = Follower(source, span, options.several, options.least_kept, (window[0], window[1]), 1 / _RATE_FPS)
    for shot in _shots(info, span):
        shown, name = _fits(pictures, shot, follower, steers)
        fits += shown
        followed.append(name)
    return Shaped(Framing(*size_px, source_px, tuple(fits)), _counted(followed))


def placed_by_hand(crop: Sequence[Place], span: Span) -> tuple[Place, ...]:
    """The places of a crop that a person set within `span`, on its clock; none where the person set none there."""
    inside = [place for place in crop if span.start_s - _AT_EDGE_S <= place.time_s <= span.end_s + _AT_EDGE_S]
    return tuple(dataclasses.replace(place, time_s=max(0.0, place.time_s - span.start_s)) for place in inside)


def _shots(info: MediaInfo, span: Span) -> list[Shot]:
    """The shots of a clip on its own clock."""
    cuts_s = [time_s - span.start_s for time_s in sharp_cuts_s(info.path, span, ShotOptions())]
    edges_s = [0.0, *(time_s for time_s in cuts_s if 0 < time_s < span.duration_s), span.duration_s]
    return [Shot(a, b) for a, b in pairwise(edges_s)]


def _of_shot(pictures: Pictures, shot: Shot) -> tuple[Pictures, slice]:
    """The pictures of a shot, and which of them are not so close to a cut that they may belong to the next shot."""
    times_s = np.arange(len(pictures)) / _RATE_FPS
    inside = np.flatnonzero((times_s >= shot.start_s - _CLEAR_OF_CUT_S) & (times_s <= shot.end_s))
    if not len(inside):
        inside = np.array([np.abs(times_s - shot.middle_s).argmin()]) if len(pictures) else inside
    clear = np.flatnonzero(
        (times_s[inside] >= shot.start_s + _CLEAR_OF_CUT_S) & (times_s[inside] <= shot.end_s - _CLEAR_OF_CUT_S)
    )
    own: Pictures = pictures[inside]
    return own, slice(int(clear[0]), int(clear[-1]) + 1) if len(clear) else slice(0, len(own))


def _few(pictures: Pictures) -> Pictures:
    few = np.unique(np.linspace(0, len(pictures) - 1, min(len(pictures), _MOST_PICTURES)).round().astype(int))
    chosen: Pictures = pictures[few]
    return chosen


def _steers(options: ShapeOptions) -> list[tuple[str, Steer]]:
    """The steers to try, in order. With `auto`, those that cannot run here are skipped."""
    if options.steer != "auto":
        return [(options.steer, STEERS.load(options.steer)())]
    return list(_workable())


def _workable() -> Iterator[tuple[str, Steer]]:
    for name in STEERS:
        try:
            yield name, STEERS.load(name)()
        except ToolError:
            continue


def _fits(pictures: Pictures, shot: Shot, follower: Follower, steers: Sequence[tuple[str, Steer]]) -> tuple[list[Fit], str]:
    """How a shot is shown, and in words what is followed."""
    own, clear = _of_shot(pictures, shot)
    for name, steer in steers if len(own) else ():
        seen = own[clear] if steer.follows else _few(own[clear])
        found = steer.interests(seen)
        if found is None or not any(found):
            continue
        if not steer.follows:
            return _still(found, shot.start_s, name, follower)
        before, after = clear.start, len(own) - clear.stop
        if followed := follower.fits(shot, [*[found[0]] * before, *found, *[found[-1]] * after], name):
            return followed
    return [Fit(shot.start_s)], "centre"


def _still(found: Sequence[Sequence[Interest]], start_s: float, name: str, follower: Follower) -> tuple[list[Fit], str]:
    x, kept_x = _placed([(one.left, one.right, one.weight) for frame in found for one in frame], follower.window[0])
    y, kept_y = _placed([(one.top, one.bottom, one.weight) for frame in found for one in frame], follower.window[1])
    if min(kept_x, kept_y) < follower.least_kept:
        return [Fit(start_s, crop=False)], f"the whole picture over its blur, because the {name} would not fit"
    return [Fit(start_s, x, y)], name


def _placed(extents: Sequence[tuple[float, float, float]], window: float) -> tuple[float, float]:
    """The centre of the window along one axis, and the share of the weight that the window then holds.

    It is where the window holds most; of all such positions, the one nearest to the median of what it holds.
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


def _counted(names: Sequence[str]) -> str:
    """`faces in 3 shots, centre in 1`."""
    counts = {name: names.count(name) for name in dict.fromkeys(names)}
    return ", ".join(f"{name} in {count} {'shot' if count == 1 else 'shots'}" for name, count in counts.items())
