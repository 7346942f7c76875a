"""Which of several faces speaks when: the one whose mouth moves while somebody is heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from video_pipeline.clips.shape.base import Pictures
from video_pipeline.clips.shape.tracks import Floats, Track
from video_pipeline.core.span import Span

RATE_FPS = 12.5
"""Pictures per second in which mouths are looked at: a syllable lasts about 0.2 s."""
WIDTH_PX = 640
"""Width of these pictures: the mouth of a face that is a tenth as wide is still 25 pixels wide."""
_PATCH = (12, 18)
"""Points, rows and columns, at which a mouth is sampled."""
_SIDES = (0.8, 1.1)
"""Height and width of what is sampled, in widths of the mouth: it opens below its corners."""
_ABOVE = 1.7
"""Distance in widths of the mouth up to the eyes and the forehead, which move with the head alone."""
_CONTRAST = 6.0
"""Grey values added to the contrast of a patch, so that the noise of an even one is no movement."""
_STEADY_S = 0.8
"""Places of mouths are averaged over this, because a detector's trembling would look like movement."""
_HEARD_S = 0.3
_JUDGED_S = 1.0
"""Movement is averaged over this to be compared with the sound, and with that of the other mouths."""
_BY_CHANCE = 0.15
"""What is left of the movement of a mouth that does not go with the sound at all: it chews, or smiles."""
_LEAST = 0.02
"""Movement, as a share of the contrast, below which no mouth moves: added to that of every mouth."""
_VOICE_KNOWN = 1.5
"""What a voice that belongs to a face adds to it, in natural logarithms of likelihood per frame."""
_MORE = 1.2
"""A voice belongs to a face whose mouth moves this much more during it than during the whole shot."""
_CHANGE = 9.0
"""What a change of speaker costs, in the same unit: some 0.6 s of clear movement."""
_CLEAR = 0.62
"""How likely those who are taken for speakers must be on average, while there is sound."""


@dataclass(frozen=True, slots=True)
class Said:
    """A time in which one face speaks: `number` of the track, None if nobody is seen to speak in the whole shot."""

    start_s: float
    end_s: float
    number: int | None


def movement(pictures: Pictures, tracks: Sequence[Track], hop_s: float) -> Floats:
    """How much each mouth moves from picture to picture beyond its head, [tracks, frames]; frames of tracks last `hop_s`."""
    grey = pictures[..., 1]  # green is nearly the brightness, and is there already
    return np.array([_moved(grey, track, hop_s) for track in tracks], np.float64)


def _moved(grey: npt.NDArray[np.uint8], track: Track, hop_s: float) -> Floats:
    if track.mouths is None or len(grey) < 2:
        return np.zeros(len(grey))
    times_s = np.arange(len(grey)) / RATE_FPS
    own_s = np.arange(len(track.mouths)) * hop_s
    places = np.stack([np.interp(times_s, own_s, column) for column in track.mouths.T], axis=1)
    steady = np.stack([_averaged(column, _STEADY_S) for column in places.T], axis=1)
    mouth = _patches(grey, steady, 0.15)
    head = _patches(grey, steady, -_ABOVE)
    more = np.clip(_changed(mouth) - _changed(head), 0.0, None)
    return np.concatenate([more[:1], more])


def _patches(grey: npt.NDArray[np.uint8], places: Floats, below: float) -> Floats:
    """Points around places `below` which they lie by so many widths, [frames, rows, columns]."""
    _, height, width = grey.shape
    wide_px = np.maximum(places[:, 2] * width, 4.0)
    rows = places[:, 1, None] * height + (below + np.linspace(-0.5, 0.5, _PATCH[0]) * _SIDES[0]) * wide_px[:, None]
    columns = places[:, 0, None] * width + np.linspace(-0.5, 0.5, _PATCH[1]) * _SIDES[1] * wide_px[:, None]
    y = np.clip(rows, 0, height - 1.001)[:, :, None]
    x = np.clip(columns, 0, width - 1.001)[:, None, :]
    up, left = y.astype(int), x.astype(int)
    down, right = y - up, x - left
    frame = np.arange(len(grey))[:, None, None]
    above = grey[frame, up, left] * (1 - right) + grey[frame, up, left + 1] * right
    below_ = grey[frame, up + 1, left] * (1 - right) + grey[frame, up + 1, left + 1] * right
    return np.asarray(above * (1 - down) + below_ * down, np.float64)


def _changed(patches: Floats) -> Floats:
    """Change from each picture to the next, as a share of the contrast."""
    contrast = np.median(patches.std(axis=(1, 2))) + _CONTRAST
    return np.asarray(np.abs(np.diff(patches, axis=0)).mean(axis=(1, 2)) / contrast, np.float64)


def speakers(moved: Floats, loud: Floats, voices: Sequence[tuple[str, Span]]) -> list[Said]:
    """Who speaks when.

    Args:
        moved: movement of the mouths, [tracks, frames].
        loud: how much somebody is heard, 0 to 1, [frames].
        voices: who is heard when, if that is known, on the clock of the frames.
    """
    count = moved.shape[1]
    length_s = count / RATE_FPS
    if count == 0 or moved.max() < _LEAST or not loud.any():
        return [Said(0.0, length_s, None)]
    believed = np.array([_averaged(one, _JUDGED_S) * _goes_with(one, loud) for one in moved]) + _LEAST
    likely = believed * np.exp(_known_voices(believed, voices))
    share = likely / likely.sum(axis=0)
    best = _likeliest(np.log(share) * np.maximum(loud, 0.02))
    if np.average(share[best, np.arange(count)], weights=loud) < _CLEAR:
        return [Said(0.0, length_s, None)]
    edges = [0, *(np.flatnonzero(np.diff(best)) + 1), count]
    return [Said(a / RATE_FPS, b / RATE_FPS, int(best[a])) for a, b in pairwise(edges)]


def _goes_with(moved: Floats, loud: Floats) -> float:
    """How far a mouth moves when somebody is heard and rests when nobody is, `_BY_CHANCE` to 1."""
    one, other = _averaged(moved, _HEARD_S), _averaged(loud, _HEARD_S)
    if one.std() < 1e-9 or other.std() < 0.05:
        return 1.0
    return max(_BY_CHANCE, min(1.0, 2 * float(np.corrcoef(one, other)[0, 1])))


def _known_voices(believed: Floats, voices: Sequence[tuple[str, Span]]) -> Floats:
    """What known voices add to the evidence: each belongs to the face that moves more during it than otherwise."""
    added, names = np.zeros_like(believed), sorted({name for name, _ in voices})
    times_s = (np.arange(believed.shape[1]) + 0.5) / RATE_FPS
    masks = [np.any([(s.start_s <= times_s) & (times_s < s.end_s) for n, s in voices if n == name], axis=0) for name in names]
    masks = [mask for mask in masks if mask.any()]
    if len(masks) < 2:
        return added
    usual = believed.mean(axis=1)
    more = np.array([believed[:, mask].mean(axis=1) / usual for mask in masks])
    while more.max() >= _MORE:  # the clearest pair first
        voice, face = np.unravel_index(int(more.argmax()), more.shape)
        added[face, masks[voice]] += _VOICE_KNOWN
        more[voice, :] = more[:, face] = 0.0
    return added


def _likeliest(evidence: Floats) -> npt.NDArray[np.int64]:
    """The best track for each frame, where a change costs something (Viterbi)."""
    faces, count = evidence.shape
    total, came = evidence[:, 0].copy(), np.zeros((faces, count), np.int64)
    for number in range(1, count):
        best = int(total.argmax())
        stays = total >= total[best] - _CHANGE
        came[:, number] = np.where(stays, np.arange(faces), best)
        total = np.where(stays, total, total[best] - _CHANGE) + evidence[:, number]
    way = np.empty(count, np.int64)
    way[-1] = total.argmax()
    for number in range(count - 1, 0, -1):
        way[number - 1] = came[way[number], number]
    return way


def _averaged(values: Floats, length_s: float) -> Floats:
    size = max(1, round(length_s * RATE_FPS) // 2 * 2 + 1)
    padded = np.pad(np.asarray(values, np.float64), size // 2, mode="edge")
    return np.asarray(np.convolve(padded, np.full(size, 1 / size), mode="valid"), np.float64)
