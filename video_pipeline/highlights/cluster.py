"""Where reactions are dense and which belong together, by scikit-learn: kernel density for the curve, DBSCAN for the groups.

Both are made once, with the signals, and stored: other weights are then tried in a moment and without scikit-learn, which takes
longer to load than to work. What depends on the weights is made here of what was stored: a density is linear in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from video_pipeline.core.posterior import Curve, runs
from video_pipeline.core.span import Span
from video_pipeline.highlights import SIGNALS
from video_pipeline.highlights.base import HOP_S, HighlightOptions

DENSITY_HOP_S = 0.5
_REACH_BACK = ((0.0, 1.0), (3.0, 0.5), (6.0, 0.35), (9.0, 0.25), (12.0, 0.15))
"""Seconds before a reaction, and the share of its weight that what was said then gets: the punchline most, the set-up less."""

_EQUAL = 2
"""Densities that agree to so many decimals of the greatest are equal."""


@dataclass(frozen=True, slots=True)
class Reaction(Span):
    """A stretch of reaction; `weight` is strength x seconds, over all signals that can earn a clip."""

    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """What does not depend on the weights.

    Attributes:
        density: by signal that can earn a clip: seconds of reaction, by strength, per second of video, every `DENSITY_HOP_S`.
        groups: stretches of reactions that belong together, in order of time.
    """

    density: Mapping[str, Curve]
    groups: Sequence[Span]


def clusters(curves: Mapping[str, Curve], options: HighlightOptions) -> Clusters:
    """Of the signals' curves."""
    earning = {name: curve for name, curve in curves.items() if SIGNALS.load(name).earns}
    density = {name: _density(reactions(curve), len(curve.values) * HOP_S, options) for name, curve in earning.items()}
    return Clusters(density, _groups(reactions(weighted(earning, dict.fromkeys(earning, 1.0))), options))


def weighted(curves: Mapping[str, Curve], weights: Mapping[str, float]) -> Curve:
    """The sum of those of one hop that can earn a clip; an empty curve where none has a weight."""
    parts = [(w, curves[name]) for name, w in weights.items() if w > 0 and name in curves and SIGNALS.load(name).earns]
    if not parts:
        return Curve(np.zeros(0, np.float32), HOP_S)
    return Curve(np.sum([w * curve.values for w, curve in parts], axis=0, dtype=np.float32), parts[0][1].hop_s)


def reactions(strength: Curve) -> list[Reaction]:
    """The runs of a curve of strength above 0."""
    return [Reaction(a * HOP_S, b * HOP_S, float(strength.values[a:b].sum()) * HOP_S) for a, b in runs(strength.values > 0)]


def _density(found: Sequence[Reaction], duration_s: float, options: HighlightOptions) -> Curve:
    """Smoothed by a Gaussian that reaches back but not forward: what came before a laugh earned it, what comes after did not."""
    nowhere = Curve(np.zeros(int(np.ceil(duration_s / DENSITY_HOP_S)), np.float32), DENSITY_HOP_S)
    if not found:
        return nowhere
    from sklearn.neighbors import KernelDensity

    middles_s = np.array([reaction.middle_s for reaction in found])
    weights = np.array([reaction.weight for reaction in found])
    back_s, shares = np.array(_REACH_BACK).T
    kernel = KernelDensity(kernel="gaussian", bandwidth=options.bandwidth_s / 2, rtol=1e-4)
    points_s, point_weights = (middles_s[:, None] - back_s).ravel(), (weights[:, None] * shares / shares.sum()).ravel()
    kernel.fit(points_s[:, None], sample_weight=point_weights)
    values = np.exp(kernel.score_samples(nowhere.times_s()[:, None])) * weights.sum()
    return Curve(values.astype(np.float32), DENSITY_HOP_S)


def _groups(found: Sequence[Reaction], options: HighlightOptions) -> list[Span]:
    """Those with little between one and the next. The gap counts, not the distance of their middles: time runs only while
    nobody reacts."""
    if not found:
        return []
    from sklearn.cluster import DBSCAN

    silent_s = np.cumsum([b.start_s - a.end_s for a, b in pairwise([Span(0, 0), *found])])
    labels: npt.NDArray[np.int64] = DBSCAN(eps=options.reach_s, min_samples=1).fit_predict(silent_s[:, None])
    firsts = np.flatnonzero(np.diff(labels, prepend=-1)).tolist()
    return [Span(found[a].start_s, found[b - 1].end_s) for a, b in pairwise([*firsts, len(found)])]


def units(found: Sequence[Reaction], groups: Sequence[Span], density: Curve, longest_s: float) -> list[list[Reaction]]:
    """The reactions of each group, those that chain over more than `longest_s` parted where they are least dense."""
    out = []
    for group in groups:
        inside = [reaction for reaction in found if group.start_s <= reaction.middle_s < group.end_s]
        if not inside:
            continue
        valleys_s = [(a.end_s + b.start_s) / 2 for a, b in pairwise(inside)]
        depths = np.interp(valleys_s, density.times_s(), density.values).tolist()
        out += _split(inside, depths, longest_s)
    return out


def weight_of(unit: Sequence[Reaction]) -> float:
    """Weighted seconds."""
    return sum(reaction.weight for reaction in unit)


def _split(unit: list[Reaction], depths: Sequence[float], longest_s: float) -> list[list[Reaction]]:
    """Parts that fit into `longest_s`, in order of time; `depths` is the density between each reaction and the next."""
    out, waiting = [], [(0, len(unit))]
    while waiting:
        first, last = waiting.pop()
        if unit[last - 1].end_s - unit[first].start_s <= longest_s or last - first == 1:
            out.append(unit[first:last])
        else:
            at = first + 1 + _thinnest(depths[first : last - 1])
            waiting += [(at, last), (first, at)]
    return out


def _thinnest(depths: Sequence[float]) -> int:
    """Of places as thin as each other the middle one, so that a steady chain falls into halves."""
    greatest, middle = max(depths) or 1.0, (len(depths) - 1) / 2
    return min(range(len(depths)), key=lambda k: (round(depths[k] / greatest, _EQUAL), abs(k - middle)))
