"""Where reactions are dense, by scikit-learn: weighted kernel density for the curve, weighted DBSCAN for the groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from video_pipeline.core.posterior import Curve, runs
from video_pipeline.core.span import Span
from video_pipeline.highlights.base import HOP_S, HighlightOptions

Times = npt.NDArray[np.float64]

_REACH_BACK = ((0.0, 1.0), (3.0, 0.5), (6.0, 0.35), (9.0, 0.25), (12.0, 0.15))
"""Seconds before a reaction, and the share of its weight that what was said then gets: the punchline most, the set-up less."""


@dataclass(frozen=True, slots=True)
class Reaction(Span):
    """A stretch of reaction; `weight` is strength x seconds, over all signals that can earn a clip."""

    weight: float


def reactions(strength: Curve) -> list[Reaction]:
    """The runs of a weighted strength curve above 0."""
    return [Reaction(a * HOP_S, b * HOP_S, float(strength.values[a:b].sum()) * HOP_S) for a, b in runs(strength.values > 0)]


def density(found: Sequence[Reaction], times_s: Times, options: HighlightOptions) -> npt.NDArray[np.float64]:
    """Weighted seconds of reaction per second of video at `times_s`.

    Smoothed by a Gaussian that reaches back but not forward: what came before a laugh earned it, what comes after did not.
    """
    if not found or not len(times_s):
        return np.zeros(len(times_s))
    from sklearn.neighbors import KernelDensity

    middles_s = np.array([reaction.middle_s for reaction in found])
    weights = np.array([reaction.weight for reaction in found])
    back_s, shares = np.array(_REACH_BACK).T
    shares = shares / shares.sum()
    kernel = KernelDensity(kernel="gaussian", bandwidth=options.bandwidth_s / 2, rtol=1e-4)
    points_s, point_weights = (middles_s[:, None] - back_s).ravel(), (weights[:, None] * shares).ravel()
    kernel.fit(points_s[:, None], sample_weight=point_weights)
    return np.asarray(np.exp(kernel.score_samples(times_s[:, None])) * weights.sum(), np.float64)


def groups(found: Sequence[Reaction], options: HighlightOptions) -> list[list[Reaction]]:
    """Reactions that belong together and are enough together; each list in order of time."""
    if not found:
        return []
    from sklearn.cluster import DBSCAN

    # The gap between two reactions counts, not the distance of their middles: time runs only while nobody reacts.
    silent_s = np.cumsum([b.start_s - a.end_s for a, b in zip([Span(0, 0), *found], found, strict=False)])
    # DBSCAN's least weight is a whole number: weights are given in units of the least evidence
    weights = np.array([reaction.weight for reaction in found]) / options.least_evidence
    labels = DBSCAN(eps=options.reach_s, min_samples=1).fit_predict(silent_s[:, None], sample_weight=weights)
    numbers = sorted(set(labels.tolist()) - {-1})
    return [[r for r, label in zip(found, labels, strict=True) if label == number] for number in numbers]


def units(found: Sequence[Reaction], options: HighlightOptions) -> list[list[Reaction]]:
    """The groups, those that chain over more than a clip parted where reactions are least dense."""
    out = []
    for group in groups(found, options):
        valleys_s = np.array([(a.end_s + b.start_s) / 2 for a, b in pairwise(group)])
        depths = density(found, valleys_s, options) if _length_s(group) > options.longest_s else valleys_s
        out += _split(group, depths.tolist(), options.longest_s)
    return out


def _split(group: list[Reaction], depths: list[float], longest_s: float) -> list[list[Reaction]]:
    """Parts that fit into `longest_s`; `depths` is the density between each reaction and the next."""
    if _length_s(group) <= longest_s or len(group) == 1:
        return [group]
    at = min(range(len(depths)), key=depths.__getitem__)
    return _split(group[: at + 1], depths[:at], longest_s) + _split(group[at + 1 :], depths[at + 1 :], longest_s)


def _length_s(group: Sequence[Reaction]) -> float:
    return group[-1].end_s - group[0].start_s
