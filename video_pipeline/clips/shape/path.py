"""How a crop goes along with what it follows, as a person moves a camera: still as long as possible, then smoothly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from video_pipeline.clips.shape.tracks import Floats
from video_pipeline.media.framing import Place

_FREE = 0.1
"""Share of the window by which a thing may leave its middle before the window moves."""
_EASE_S = 0.4
"""Standard deviation of the filter that makes movement begin and end gently."""
_STILL = 0.03
"""Share of the window: smaller movements are not made at all."""
_EXACT = 0.003
"""Share of the picture by which the straight parts of a path may leave its curve."""


def path(middles: Floats, window: tuple[float, float], start_s: float, hop_s: float) -> tuple[Place, ...]:
    """Where the middle of the window is from `start_s` on; a single place if it stands still.

    `middles` ([frames, 2], a frame each `hop_s`) are those of the thing; `window` is in shares of the picture.
    """
    ways = [_axis(axis, share, hop_s) for axis, share in zip(middles.T, window, strict=True)]
    way = np.stack(ways, axis=1)
    if not len(way):
        return (Place(start_s, 0.5, 0.5),)
    corners = [0] if np.ptp(way, axis=0).max() == 0 else _corners(way, 0, len(way) - 1)
    return tuple(Place(float(start_s + number * hop_s), float(way[number, 0]), float(way[number, 1])) for number in corners)


def _axis(wanted: Floats, window: float, hop_s: float) -> Floats:
    """One coordinate: it is pushed by the edge of a free zone, and never moves otherwise."""
    half = window / 2
    wanted = np.clip(wanted, half, 1 - half) if window < 1 else np.full(len(wanted), 0.5)
    if len(wanted) == 0 or np.ptp(wanted) <= 2 * _FREE * window:
        return np.full(len(wanted), float(np.median(wanted)) if len(wanted) else 0.5)
    free = _FREE * window
    place = float(np.clip(np.median(wanted), wanted[0] - free, wanted[0] + free))
    pushed = np.empty(len(wanted))
    for number, value in enumerate(wanted):
        place = min(max(place, value - free), value + free)
        pushed[number] = place
    eased = _eased(pushed, _EASE_S / hop_s)
    return np.full(len(eased), float(np.median(eased))) if np.ptp(eased) < _STILL * window else eased


def _eased(values: Floats, sigma: float) -> Floats:
    reach = max(1, round(3 * sigma))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / max(sigma, 1e-6)) ** 2)
    return np.convolve(np.pad(values, reach, mode="edge"), kernel / kernel.sum(), mode="valid")


def _corners(way: Floats, first: int, last: int) -> list[int]:
    """Numbers of the fewest points between which straight lines are near the curve (Ramer, Douglas and Peucker)."""
    corners, open_ = {first, last}, [(first, last)]
    while open_:
        a, b = open_.pop()
        share = np.linspace(0.0, 1.0, b - a + 1)[:, None]
        away = np.abs(way[a : b + 1] - (way[a] * (1 - share) + way[b] * share)).max(axis=1)
        worst = a + int(away.argmax())
        if away.max() > _EXACT and a < worst < b:
            corners.add(worst)
            open_ += [(a, worst), (worst, b)]
    return sorted(corners)


def union(boxes: Sequence[Floats]) -> Floats:
    """The boxes around several things, [frames, 4]."""
    low = np.min([one[:, :2] for one in boxes], axis=0)
    high = np.max([one[:, 2:] for one in boxes], axis=0)
    return np.concatenate([low, high], axis=1)
