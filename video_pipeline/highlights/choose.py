"""The clips of a video: dense groups of reactions with their set-up, scored, explained, the best set that does not overlap."""

from __future__ import annotations

import bisect
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from video_pipeline.core.clip import Clip, Reason
from video_pipeline.core.posterior import Curve
from video_pipeline.core.span import Span
from video_pipeline.core.timecode import clock
from video_pipeline.highlights import SIGNALS
from video_pipeline.highlights.base import HOP_S, Evidence, HighlightOptions, Signal, integral_s
from video_pipeline.highlights.boundaries import Edges, bounds
from video_pipeline.highlights.cluster import density, groups, reactions, split
from video_pipeline.highlights.words import REACTIONS, nothing_found, title, why


@dataclass(frozen=True, slots=True)
class Highlights:
    """Clips, best first, and one sentence on how they came about or why there are none."""

    clips: tuple[Clip, ...]
    explanation: str


def find_highlights(evidence: Evidence, options: HighlightOptions) -> Highlights:
    """The best clips of a video; none where nothing happened."""
    curves = {name: SIGNALS.load(name)().curve(evidence) for name in options.weights}
    found = reactions(_strength(curves, options))
    crowd = density(found, evidence.duration_s, options)
    edges = Edges.of(evidence.segments, [e for e in evidence.events if e.label in REACTIONS], evidence.duration_s)
    room_s = options.longest_s - options.setup_least_s - options.tail_s
    candidates = [
        _clip(bounds(Span(part[0].start_s, part[-1].end_s), edges, options), curves, evidence, options)
        for group in groups(found, options)
        for part in split(group, crowd, room_s)
    ]
    clips = sorted(best_set(candidates), key=lambda clip: -clip.score)[: options.top]
    if not clips:
        return Highlights((), nothing_found(evidence, max((r.weight for r in found), default=0.0), options))
    return Highlights(tuple(clips), f"{len(clips)} of {len(candidates)} moments with reactions were chosen")


def _strength(curves: Mapping[str, Curve], options: HighlightOptions) -> Curve:
    """The weighted sum of the signals that can earn a clip."""
    earning = [name for name in curves if _signal(name).earns and options.weights[name] > 0]
    if not earning:
        return Curve(np.zeros(0, np.float32), HOP_S)
    return Curve(np.sum([options.weights[name] * curves[name].values for name in earning], axis=0, dtype=np.float32), HOP_S)


def _signal(name: str) -> Signal:
    signal: Signal = SIGNALS.load(name)()
    return signal


def _clip(span: Span, curves: Mapping[str, Curve], evidence: Evidence, options: HighlightOptions) -> Clip:
    values = {name: integral_s(curve, span) for name, curve in curves.items()}
    reasons = _reasons(values, options)
    score = round(math.fsum(reason.contribution for reason in reasons), 2)
    return Clip(round(span.start_s, 3), round(span.end_s, 3), score, title(span, evidence), reasons, why(span, evidence))


def _reasons(values: Mapping[str, float], options: HighlightOptions) -> tuple[Reason, ...]:
    """The score by its parts. The whole is `100 (1 - exp(-evidence / full_score_s))`: more is better, ever less so, and 80 means
    the same in every video; each signal contributes its share of the evidence."""
    parts = {name: options.weights[name] * value for name, value in values.items() if value > 0 and options.weights[name]}
    total = sum(parts.values())
    if total <= 0:
        return ()
    score = 100 * (1 - math.exp(-total / options.full_score_s))
    reasons = [
        Reason(name, round(values[name], 3), options.weights[name], round(score * p / total, 2)) for name, p in parts.items()
    ]
    return tuple(sorted(reasons, key=lambda reason: -reason.contribution))


def best_set(candidates: Sequence[Clip]) -> list[Clip]:
    """The clips that do not overlap and have the greatest sum of scores: exact, by dynamic programming over their ends."""
    clips = sorted(candidates, key=lambda clip: clip.end_s)
    ends_s = [clip.end_s for clip in clips]
    best: list[tuple[float, list[Clip]]] = [(0.0, [])]
    for k, clip in enumerate(clips):
        before = bisect.bisect_right(ends_s, clip.start_s, hi=k)
        with_it = (best[before][0] + clip.score, [*best[before][1], clip])
        best.append(max(best[k], with_it, key=lambda option: option[0]))
    return best[-1][1]


def described(clip: Clip) -> str:
    """One line for a terminal."""
    return f"{clock(clip.start_s)} to {clock(clip.end_s)}, score {clip.score:.0f}: {clip.why}"
