"""Which voices there are, by agglomerative clustering of voice prints, and which of them speaks along each run."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

from video_pipeline.core.span import Span
from video_pipeline.speech.speakers.base import CountRange
from video_pipeline.speech.speakers.own.pooling import pooled
from video_pipeline.speech.speakers.own.runs import Print, Run

FIRM_S = 0.7
"""Of sound from which a voice print is trusted to found a voice: quick turns give no longer ones, and 1.2 lost their voices."""
APART = 0.68
"""Mean cosine distance from which two groups of prints are different voices."""
SURELY_ONE = 0.55
"""Mean cosine distance up to which prints are one voice without more questions."""
CLEAR = 0.3
"""Groups nearer than `APART` are different voices if they are so much further apart than prints within either of them: voices
of one room, one telephone line or one family."""
_CLEAR_PRINTS = 4
"""In both groups, for that."""
LEAST_PRINTS = 3
"""A voice needs so many where the number of speakers is not given: about two and a half seconds."""
_FEW_PRINTS = 2
"""Enough for a voice that is like no other: ..."""
_FEW_APART = 0.85
"""... mean cosine distance to all others, ..."""
_FEW_WITHIN = 0.35
"""... and between its own prints."""
CHANGE_COST = 0.25
"""How much more alike (cosine) prints must be to another voice before it is believed that it took over within a run."""
_AT_ONCE = 1500
"""Prints that are clustered together; more are first joined block by block."""
_NEAR = 0.35
"""Mean cosine distance within a group of a block."""
_ROUNDS = 3

Labels = npt.NDArray[np.int64]
Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Part(Span):
    """A run, or a part of it, with its voice by number."""

    voice: int


def parts_of(runs: Sequence[Run], count: CountRange) -> list[Part]:
    """Who speaks in each run, in order of start."""
    if not any(run.prints for run in runs):
        return [Part(run.start_s, run.end_s, 0) for run in runs]
    centres = voices(pooled(runs), count)
    parts = [part for run in runs if run.prints for part in _along(run, centres)]
    parts += [_guessed(run, parts) for run in runs if not run.prints]
    return sorted(parts, key=lambda part: (part.start_s, part.end_s))


def voices(prints: Sequence[Print], count: CountRange) -> Vectors:
    """The unit vector of each voice."""
    longest_s = max(one.length_s for one in prints)
    firm = np.stack([one.vector for one in prints if one.length_s >= min(FIRM_S, longest_s)])
    labels = _clustered(firm, np.ones(len(firm)), count)
    for _ in range(_ROUNDS):
        labels = _nearest(firm, _centres(firm, np.ones(len(firm)), labels))
    return _centres(firm, np.ones(len(firm)), labels)


def _clustered(prints: Vectors, weights: npt.NDArray[np.float64], count: CountRange) -> Labels:
    """The voice of each print, or group of prints."""
    if len(prints) > _AT_ONCE:
        small = _in_blocks(prints)
        if small.max() < len(prints) - 1:
            grouped = np.bincount(small, weights).astype(np.float64)
            return _clustered(_centres(prints, weights, small), grouped, count)[small]
    groups = _groups(prints, weights)
    known = sum(group.is_voice for group in groups)
    wanted = min(max(1, known, count.least), count.most, len(prints))
    if wanted > len(groups):
        return _joined(prints, n_clusters=wanted)
    order = sorted(groups, key=lambda group: (not group.is_voice, -group.weight))
    return _nearest(prints, np.stack([group.centre for group in order[:wanted]]))


@dataclass(frozen=True, eq=False)
class _Group:
    """Prints that may be a voice."""

    total: npt.NDArray[np.float64]
    """Sum of the prints by their weights."""
    weight: float
    """Number of prints."""
    members: int
    """Prints, or groups of a block that stand for many."""

    @functools.cached_property
    def mean(self) -> npt.NDArray[np.float64]:
        return self.total / self.weight

    @functools.cached_property
    def within(self) -> float:
        """Mean cosine distance between two members."""
        return (1 - float(self.mean @ self.mean)) * self.members / max(1, self.members - 1)

    @property
    def centre(self) -> Vectors:
        return np.asarray(self.total / max(float(np.linalg.norm(self.total)), 1e-9), np.float32)

    @property
    def is_voice(self) -> bool:
        return self.weight >= LEAST_PRINTS or (self.weight >= _FEW_PRINTS and self.within < _FEW_WITHIN)

    def differs(self, other: _Group, apart: float) -> bool:
        """Whether they are two voices at that mean distance between their members."""
        least = min(self.weight, other.weight)
        if least < LEAST_PRINTS:
            return apart >= _FEW_APART
        clear = least >= _CLEAR_PRINTS and apart - max(self.within, other.within) >= CLEAR
        return clear or apart >= APART

    def with_(self, other: _Group) -> _Group:
        return _Group(self.total + other.total, self.weight + other.weight, self.members + other.members)


def _groups(prints: Vectors, weights: npt.NDArray[np.float64]) -> list[_Group]:
    """Prints in groups of which no two are one voice; single ones are left out where there are others."""
    labels = _joined(prints, distance_threshold=SURELY_ONE)
    if np.bincount(labels, weights).max() < _FEW_PRINTS:  # noise: no two are alike
        labels = _joined(prints, distance_threshold=APART)
    sums = [(labels == label) for label in np.unique(labels)]
    groups = [
        _Group((prints[one] * weights[one, None]).sum(axis=0, dtype=np.float64), float(weights[one].sum()), int(one.sum()))
        for one in sums
    ]
    groups = [group for group in groups if group.weight >= _FEW_PRINTS] or groups
    while (nearest := _nearest_alike(groups)) is not None:
        i, j = nearest
        joined = groups[i].with_(groups[j])
        groups = [group for k, group in enumerate(groups) if k not in (i, j)] + [joined]
    return groups


def _nearest_alike(groups: Sequence[_Group]) -> tuple[int, int] | None:
    """The two groups that are nearest to one another among those that may be one voice."""
    means = np.stack([group.mean for group in groups])
    first, second = np.tril_indices(len(groups), -1)
    apart = 1 - (means @ means.T)[first, second]
    pairs = ((int(first[k]), int(second[k]), float(apart[k])) for k in np.argsort(apart, kind="stable"))
    return next(((i, j) for i, j, distance in pairs if not groups[i].differs(groups[j], distance)), None)


def _in_blocks(prints: Vectors) -> Labels:
    """Groups of prints that are surely one voice, found in one stretch of the file after another."""
    blocks, base = [], 0
    for block in np.array_split(prints, -(-len(prints) // _AT_ONCE)):
        blocks.append(_joined(block, distance_threshold=_NEAR) + base)
        base = int(blocks[-1].max()) + 1
    return np.concatenate(blocks)


def _joined(prints: Vectors, n_clusters: int | None = None, distance_threshold: float | None = None) -> Labels:
    from sklearn.cluster import AgglomerativeClustering

    if len(prints) < 2 or n_clusters == 1:
        return np.zeros(len(prints), np.int64)
    method = AgglomerativeClustering(
        n_clusters=n_clusters, distance_threshold=distance_threshold, metric="cosine", linkage="average"
    )
    return np.asarray(method.fit_predict(prints), np.int64)


def _centres(prints: Vectors, weights: npt.NDArray[np.float64], labels: Labels) -> Vectors:
    """The unit vector of each group."""
    sums = np.stack([(prints[labels == label] * weights[labels == label, None]).sum(axis=0) for label in np.unique(labels)])
    return np.asarray(sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9), np.float32)


def _nearest(prints: Vectors, centres: Vectors) -> Labels:
    return np.asarray((prints @ centres.T).argmax(axis=1), np.int64)


def _along(run: Run, centres: Vectors) -> Iterator[Part]:
    """The voices of a run: those that its prints are most alike to, where each change costs (Viterbi)."""
    alike = np.stack([one.vector for one in run.prints]) @ centres.T
    best, came_from = alike[0], []
    for row in alike[1:]:
        changed = best.max() - CHANGE_COST
        came_from.append(np.where(best >= changed, np.arange(len(best)), best.argmax()))
        best = np.maximum(best, changed) + row
    path = [int(best.argmax())]
    for before in reversed(came_from):
        path.append(int(before[path[-1]]))
    path.reverse()
    start_s = run.start_s
    groups = [list(group) for _, group in groupby(range(len(path)), key=path.__getitem__)]
    for group in groups:
        last = group[-1]
        following = run.prints[last + 1].middle_s if last + 1 < len(path) else None
        end_s = run.end_s if following is None else (run.prints[last].middle_s + following) / 2
        yield Part(start_s, max(start_s, end_s), path[last])
        start_s = max(start_s, end_s)


def _guessed(run: Run, parts: Sequence[Part]) -> Part:
    """A run without a print is somebody who speaks next to it, rather than who speaks at the same time."""
    others = [part for part in parts if part.overlap_s(run) <= 0] or parts
    nearest = min(others, key=lambda part: abs(part.middle_s - run.middle_s))
    return Part(run.start_s, run.end_s, nearest.voice)
