"""Longer voice prints for short runs, out of what is said near them on the same track: quick turns leave none of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np

from video_pipeline.speech.speakers.own.runs import Print, Run

_SHORT_S = 1.45
"""A run whose prints are all shorter; a full print is 1.5 s."""
_NEAR_S = 4.0
"""From the middle of a print to that of another; most such pairs are heard in one window, in which a track is one person."""
_ENOUGH_S = 3.0
"""Of sound for a print; what is nearest is taken first."""
_FULL_S = 1.5
"""Length that is given to a print at most."""


def pooled(runs: Sequence[Run]) -> list[Print]:
    """The prints of all runs, for finding which voices there are; not for whose a run is, since tracks do change hands."""
    tracks = {
        track: sorted((one for run in group for one in run.prints), key=lambda one: one.middle_s)
        for track, group in groupby(sorted(runs, key=lambda run: run.track), key=lambda run: run.track)
    }
    middles = {track: np.array([one.middle_s for one in prints]) for track, prints in tracks.items()}
    return [one for run in runs for one in _prints(run, tracks[run.track], middles[run.track])]


def _prints(run: Run, prints: Sequence[Print], middles: np.ndarray) -> Iterator[Print]:
    if any(one.length_s >= _SHORT_S for one in run.prints):
        yield from run.prints
        return
    for one in run.prints:
        first, last = np.searchsorted(middles, [one.middle_s - _NEAR_S, one.middle_s + _NEAR_S]).tolist()
        yield _joined(sorted(prints[first:last], key=lambda other: abs(other.middle_s - one.middle_s)), one)


def _joined(near: Sequence[Print], one: Print) -> Print:
    """A print of the nearest ones, the print itself first."""
    length_s, vector = 0.0, np.zeros_like(one.vector)
    for other in near:
        length_s, vector = length_s + other.length_s, vector + other.length_s * other.vector
        if length_s >= _ENOUGH_S:
            break
    vector = np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), np.float32)
    return replace(one, length_s=min(_FULL_S, length_s), vector=vector)
