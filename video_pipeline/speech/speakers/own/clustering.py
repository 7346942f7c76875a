"""Which voices there are, by agglomerative clustering of voice prints, and which of them speaks along each run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

from video_pipeline.core.span import Span
from video_pipeline.speech.speakers.base import CountRange
from video_pipeline.speech.speakers.own.runs import Print, Run

FIRM_S = 0.7
"""Of sound from which a voice print is trusted to found a voice: quick turns give no longer ones, and 1.2 lost their voices."""
APART = 0.68
"""Mean cosine distance from which two groups of prints are different voices."""
LEAST_PRINTS = 3
"""A voice needs so many where the number of speakers is not given: about two and a half seconds."""
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
    prints = [one for run in runs for one in run.prints]
    if not prints:
        return [Part(run.start_s, run.end_s, 0) for run in runs]
    centres = voices(prints, count)
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
    labels = _joined(prints, distance_threshold=APART)
    sizes = np.bincount(labels, weights)
    large = int((sizes >= LEAST_PRINTS).sum())
    wanted = min(max(1, large, count.least), count.most, len(prints))
    if wanted > len(sizes):
        return _joined(prints, n_clusters=wanted)
    return _nearest(prints, _centres(prints, weights, labels)[np.argsort(-sizes, kind="stable")[:wanted]])


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
