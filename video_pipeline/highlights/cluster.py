"""Where reactions are dense and which belong together, by scikit-learn: kernel density for the curve, DBSCAN for the groups.

Both are made once, with the signals, and stored, so that ranking with other weights takes milliseconds and does not load
scikit-learn. What depends on the weights is computed here from what was stored: a density is linear in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from video_pipeline.core.posterior import Curve
from video_pipeline.core.span import Span
from video_pipeline.highlights.base import CAUSES, HOP_S, Evidence, HighlightOptions
from video_pipeline.highlights.reactions import Reaction, reactions_of

DENSITY_HOP_S = 0.5
"""Fine enough for a kernel that is 3 s wide by default."""
_SHARE_BY_SECONDS_BEFORE = {
    0.0: 1.0,
    3.0: 0.5,
    6.0: 0.35,
    9.0: 0.25,
    12.0: 0.15,
}
"""Share of a reaction's weight for what was said this long before it: most for the punchline, least for the set-up.

Chosen by hand. It decides only where a long chain of reactions is split, and how the density is drawn."""
_DEPTH_DECIMALS = 2
"""Densities that agree to this many decimals of the greatest count as equal, so that a steady chain is halved."""


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """What does not depend on the weights."""

    density: Mapping[str, Curve]
    """By label of `CAUSES`: strength times seconds of reaction, per second of video, every `DENSITY_HOP_S`."""
    groups: Sequence[Span]
    """Stretches of reactions that belong together, in order of time."""


def clusters(evidence: Evidence, curves: Mapping[str, Curve], options: HighlightOptions) -> Clusters:
    """Clusters of the reactions; `curves` are those of the signals."""
    events, duration_s = evidence.causes(), evidence.duration_s
    alone = {label: [event for event in events if event.label is label] for label in CAUSES}
    density = {
        str(label): _density(reactions_of(alone[label], curves[label], duration_s), evidence.frames() * HOP_S, options)
        for label in CAUSES
    }
    return Clusters(density, _groups(reactions_of(events, weighted(curves, dict.fromkeys(CAUSES, 1.0)), duration_s), options))


def weighted(curves: Mapping[str, Curve], weights: Mapping[str, float]) -> Curve:
    """The weighted sum of the curves of `CAUSES`, which have one hop; an empty curve if none has a weight above 0."""
    parts = [(weights[label], curves[label]) for label in CAUSES if weights.get(label, 0.0) > 0]
    if not parts:
        return Curve(np.zeros(0, np.float32), HOP_S)
    return Curve(np.sum([weight * curve.values for weight, curve in parts], axis=0, dtype=np.float32), parts[0][1].hop_s)


def _density(found: Sequence[Reaction], duration_s: float, options: HighlightOptions) -> Curve:
    """Smoothed by Gaussians that reach back but not forward: what preceded a laugh earned it, what follows it did not."""
    nowhere = Curve(np.zeros(int(np.ceil(duration_s / DENSITY_HOP_S)), np.float32), DENSITY_HOP_S)
    if not found:
        return nowhere
    from sklearn.neighbors import KernelDensity

    middles_s = np.array([reaction.middle_s for reaction in found])
    weights = np.array([reaction.weight for reaction in found])
    back_s, shares = np.array(list(_SHARE_BY_SECONDS_BEFORE.items())).T
    kernel = KernelDensity(kernel="gaussian", bandwidth=options.bandwidth_s / 2, rtol=1e-4)
    points_s, point_weights = (middles_s[:, None] - back_s).ravel(), (weights[:, None] * shares / shares.sum()).ravel()
    kernel.fit(points_s[:, None], sample_weight=point_weights)
    values = np.exp(kernel.score_samples(nowhere.times_s()[:, None])) * weights.sum()
    return Curve(values.astype(np.float32), DENSITY_HOP_S)


def _groups(found: Sequence[Reaction], options: HighlightOptions) -> list[Span]:
    """Reactions with short gaps between them. The gap counts, not the distance of their middles, so the clock that DBSCAN sees
    stands still during reactions."""
    if not found:
        return []
    from sklearn.cluster import DBSCAN

    silent_s = np.cumsum([after.start_s - before.end_s for before, after in pairwise([Span(0, 0), *found])])
    grouping = DBSCAN(eps=options.reach_s, min_samples=1, algorithm="kd_tree")  # brute force would start a thread a core
    labels: npt.NDArray[np.int64] = grouping.fit_predict(silent_s[:, None])
    firsts = np.flatnonzero(np.diff(labels, prepend=-1)).tolist()
    return [Span(found[first].start_s, found[end - 1].end_s) for first, end in pairwise([*firsts, len(found)])]


def moments(found: Sequence[Reaction], groups: Sequence[Span], density: Curve, longest_s: float) -> list[list[Reaction]]:
    """The reactions of each group; groups longer than `longest_s` are split where they are least dense."""
    out = []
    for group in groups:
        inside = [reaction for reaction in found if group.start_s <= reaction.middle_s < group.end_s]
        if not inside:
            continue
        valleys_s = [(before.end_s + after.start_s) / 2 for before, after in pairwise(inside)]
        depths = np.interp(valleys_s, density.times_s(), density.values).tolist()
        out += _split(inside, depths, longest_s)
    return out


def _split(chain: list[Reaction], depths: Sequence[float], longest_s: float) -> list[list[Reaction]]:
    """Parts no longer than `longest_s`, in order of time; `depths` is the density between each reaction and the next."""
    out, waiting = [], [(0, len(chain))]
    while waiting:
        first, end = waiting.pop()
        if chain[end - 1].end_s - chain[first].start_s <= longest_s or end - first == 1:
            out.append(chain[first:end])
        else:
            at = first + 1 + _thinnest(depths[first : end - 1])
            waiting += [(at, end), (first, at)]
    return out


def _thinnest(depths: Sequence[float]) -> int:
    """Index of the least depth; of equal ones the middle one, so that a steady chain is halved."""
    greatest, middle = max(depths) or 1.0, (len(depths) - 1) / 2
    return min(range(len(depths)), key=lambda k: (round(depths[k] / greatest, _DEPTH_DECIMALS), abs(k - middle)))
