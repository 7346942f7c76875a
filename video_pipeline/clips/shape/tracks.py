"""Things that a steer found in single frames, joined to tracks through a shot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from video_pipeline.clips.shape.base import Interest

Floats = npt.NDArray[np.float64]

_REACH = 1.5
"""From one frame to the next a thing moves by less than so many of its own widths and heights."""
_LOST_FRAMES = 4
"""A thing that is not found in this many frames on end (it turned away) is the same one if it comes back to its place."""
_LEAST_FRAMES = 2
"""What a single frame shows is an error."""
_LEAST_SEEN = 0.25
"""Share of the frames of a shot in which a thing must be found: what only a few show is an error, or passes by."""
_LEAST_WEIGHT = 0.25
"""Share of the weight of the heaviest: lighter things are in the background."""
_MEDIAN_FRAMES = 3


@dataclass(frozen=True, slots=True)
class Track:
    """One thing in each frame of a shot; where it was not found, between the places where it was."""

    boxes: Floats
    """[frames, 4]: left, top, right, bottom, in shares of the picture."""
    mouths: Floats | None
    """[frames, 3]: centre and width of the mouth; None if it has none."""
    weight: float

    @property
    def middles(self) -> Floats:
        """[frames, 2]: x and y."""
        return (self.boxes[:, :2] + self.boxes[:, 2:]) / 2

    @property
    def size(self) -> tuple[float, float]:
        """Its usual width and height."""
        wide, tall = np.median(self.boxes[:, 2:] - self.boxes[:, :2], axis=0)
        return float(wide), float(tall)


def tracks(found: Sequence[Sequence[Interest]]) -> list[Track]:
    """The things of a shot that matter, from left to right."""
    chains: list[list[tuple[int, Interest]]] = []
    for number, frame in enumerate(found):
        _extend(chains, number, frame)
    lasting = [chain for chain in _joined(chains, min(_LEAST_FRAMES, len(found))) if len(chain) >= _LEAST_SEEN * len(found)]
    weights = [sum(one.weight for _, one in chain) / len(found) for chain in lasting]
    least = _LEAST_WEIGHT * max(weights, default=0.0)
    kept = [
        _track(chain, len(found), weight) for chain, weight in zip(lasting, weights, strict=True) if weight and weight >= least
    ]
    return sorted(kept, key=lambda track: float(np.median(track.middles[:, 0])))


def _extend(chains: list[list[tuple[int, Interest]]], number: int, frame: Sequence[Interest]) -> None:
    """Give each thing to the nearest chain that it may continue; nearest pairs first."""
    open_ = [chain for chain in chains if number - chain[-1][0] <= _LOST_FRAMES]
    pairs = sorted((_apart(chain[-1][1], one), a, b) for a, chain in enumerate(open_) for b, one in enumerate(frame))
    taken_chains, taken = set[int](), set[int]()
    for apart, a, b in pairs:
        if apart < _REACH and a not in taken_chains and b not in taken:
            open_[a].append((number, frame[b]))
            taken_chains.add(a)
            taken.add(b)
    chains.extend([(number, one)] for b, one in enumerate(frame) if b not in taken)


def _joined(chains: Sequence[list[tuple[int, Interest]]], least: int) -> list[list[tuple[int, Interest]]]:
    """Chains of which one begins after another has ended are one: it turned away, or another person came in its place."""
    joined: list[list[tuple[int, Interest]]] = []
    for chain in chains:
        if len(chain) < least:
            continue
        ended = [one for one in joined if one[-1][0] < chain[0][0]]
        if ended:
            min(ended, key=lambda one: _apart(one[-1][1], chain[0][1])).extend(chain)
        else:
            joined.append(list(chain))
    return joined


def _apart(one: Interest, other: Interest) -> float:
    """Distance of the middles, in widths and heights."""
    wide = max(one.right - one.left, other.right - other.left, 1e-6)
    tall = max(one.bottom - one.top, other.bottom - other.top, 1e-6)
    return float(np.hypot((one.x - other.x) / wide, (one.y - other.y) / tall))


def _track(chain: Sequence[tuple[int, Interest]], count: int, weight: float) -> Track:
    numbers = [number for number, _ in chain]
    boxes = np.array([(one.left, one.top, one.right, one.bottom) for _, one in chain], np.float64)
    mouths = [one.mouth for _, one in chain if one.mouth is not None]
    shown = np.array(mouths, np.float64) if len(mouths) == len(chain) else None
    return Track(_filled(numbers, boxes, count), None if shown is None else _filled(numbers, shown, count), weight)


def _filled(numbers: Sequence[int], values: Floats, count: int) -> Floats:
    """A row for each frame, without single errors."""
    reach = _MEDIAN_FRAMES // 2
    calm = np.array([np.median(values[max(0, k - reach) : k + reach + 1], axis=0) for k in range(len(values))])
    return np.stack([np.interp(np.arange(count), numbers, column) for column in calm.T], axis=1)
