"""Where reactions are dense, by scikit-learn: weighted kernel density for the curve, weighted DBSCAN for the groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from video_pipeline.core.posterior import Curve, runs
from video_pipeline.core.span import Span
from video_pipeline.highlights.base import HOP_S, HighlightOptions


@dataclass(frozen=True, slots=True)
class Reaction(Span):
    """A stretch of reaction; `weight` is strength x seconds, over all signals that can earn a clip."""

    weight: float


def reactions(strength: Curve) -> list[Reaction]:
    """The runs of a weighted strength curve above 0."""
    return [Reaction(a * HOP_S, b * HOP_S, float(strength.values[a:b].sum()) * HOP_S) for a, b in runs(strength.values > 0)]


def density(found: Sequence[Reaction], duration_s: float, options: HighlightOptions) -> Curve:
    """Weighted seconds of reaction per second of video, smoothed by a Gaussian; for finding where to split, and for pictures."""
    hop_s = 0.5
    times_s = (np.arange(max(1, int(np.ceil(duration_s / hop_s)))) + 0.5) * hop_s
    if not found:
        return Curve(np.zeros(len(times_s), np.float32), hop_s)
    from sklearn.neighbors import KernelDensity

    weights = np.array([reaction.weight for reaction in found])
    kernel = KernelDensity(kernel="gaussian", bandwidth=options.bandwidth_s)
    kernel.fit(np.array([[reaction.middle_s] for reaction in found]), sample_weight=weights)
    values = np.exp(kernel.score_samples(times_s[:, None])) * weights.sum()
    return Curve(values.astype(np.float32), hop_s)


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


def split(group: list[Reaction], curve: Curve, longest_s: float) -> list[list[Reaction]]:
    """Parts of a group that fit into `longest_s`, parted where the density is least."""
    if group[-1].end_s - group[0].start_s <= longest_s or len(group) == 1:
        return [group]

    def between(k: int) -> float:
        middle_s = (group[k - 1].end_s + group[k].start_s) / 2
        return float(curve.values[min(len(curve.values) - 1, int(middle_s / curve.hop_s))])

    at = min(range(1, len(group)), key=between)
    return split(group[:at], curve, longest_s) + split(group[at:], curve, longest_s)
