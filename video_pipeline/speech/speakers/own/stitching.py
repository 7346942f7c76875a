"""Joins what the segmentation saw in overlapping windows into tracks that run through the whole file.

A track belongs to one person for as long as that person is heard in two windows in a row; after a longer silence another one may
take it over. Which tracks are the same person is decided later, by voice.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from video_pipeline.core.waveform import Samples
from video_pipeline.speech.speakers.own.networks import FRAMES, STEP, TRACKS, WINDOW, Activity, activity

HOP_FRAMES = 296
"""Frames from a window to the next, 4.995 s: a whole number of frames, so that windows share their grid."""
_HOP = HOP_FRAMES * STEP
_ORDERS = [list(order) for order in itertools.permutations(range(TRACKS))]
_WEIGHTS = np.minimum(np.arange(1, FRAMES + 1), np.arange(FRAMES, 0, -1)).astype(np.float32)[:, None]
"""The middle of a window is seen best."""


class Stitcher:
    """Hears one file from start to end, and gives its tracks as soon as they are certain."""

    def __init__(self) -> None:
        self._sound = np.zeros(0, np.float32)
        self._sum = np.zeros((FRAMES, TRACKS), np.float32)
        """Weighted activity from the first frame on that was not given yet."""
        self._weight = np.zeros((FRAMES, 1), np.float32)
        self._before: Activity | None = None

    def hear(self, samples: Samples) -> Iterator[Activity]:
        """[HOP_FRAMES, TRACKS] whenever another window is full, in order."""
        self._sound = np.concatenate([self._sound, samples])
        while len(self._sound) >= WINDOW:
            yield self._window(self._sound[:WINDOW])
            self._sound = self._sound[_HOP:]

    def finish(self) -> Activity:
        """What is left [frames, TRACKS]; silence stands in for the sound after the end."""
        length = len(self._sound)
        parts = [self._window(np.pad(self._sound, (0, WINDOW - length)))]
        parts.append(self._mean(FRAMES))
        return np.concatenate(parts)[: -(-length // STEP)]

    def _window(self, sound: Samples) -> Activity:
        seen = activity(sound)
        if self._before is not None:
            seen = seen[:, self._order(seen)]
        self._before = seen
        self._sum += seen * _WEIGHTS
        self._weight += _WEIGHTS
        return self._mean(HOP_FRAMES)

    def _order(self, seen: Activity) -> list[int]:
        """The tracks of this window in the order of those of the window before, by what both saw."""
        assert self._before is not None
        old, new = self._before[HOP_FRAMES:], seen[: FRAMES - HOP_FRAMES]
        alike = old.T @ new
        return max(_ORDERS, key=lambda order: float(alike[range(TRACKS), order].sum()))

    def _mean(self, count: int) -> Activity:
        """The first frames, which no later window will see, and make room for as many at the end."""
        done = self._sum[:count] / np.maximum(self._weight[:count], 1e-9)
        self._sum = np.pad(self._sum[count:], ((0, count), (0, 0)))
        self._weight = np.pad(self._weight[count:], ((0, count), (0, 0)))
        return np.asarray(done, np.float32)
