"""What a clip is worth, as a sum that anybody can check: each signal's share of the evidence, for the clip and against it.

Evidence is a rate, weighted seconds per minute, so that a score means the same in a short clip and a long one, in a lively show
and in a dull one. Rates are shrunk as by a Gamma prior: a clip counts as one minute longer, without events; for the lift this
minute has the video's usual rate, which is itself shrunk towards that of an ordinary video.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from video_pipeline.core.clip import Reason
from video_pipeline.core.posterior import Curve
from video_pipeline.core.span import Span, merged
from video_pipeline.highlights import SIGNALS
from video_pipeline.highlights.base import CAUSES, Evidence, HighlightOptions, Signal
from video_pipeline.highlights.curves import Sums

LIFT = "lift"
"""A reason that is not a signal: how much denser reactions are in the clip than in the video, in doublings."""
AROUND = "around"
"""A reason that is not a signal: reactions of the same moment that the clip has no room for."""
_PRIOR_S = 60.0
"""Time without events that is added to a clip: as long as the longest clip, so that one short laugh is not a rate."""
_USUAL_RATE = 1.0
"""Weighted seconds of reactions per minute of an ordinary video."""
_USUAL_S = 120.0
"""Length of ordinary video that is added to a video before its own rate is taken."""
_IDLE_S = 5.0
"""Longer silences do not count towards a video's length when its rate is taken, so that appended silence changes no score."""


class Scorer:
    """Scores any stretch of one video."""

    def __init__(self, curves: Mapping[str, Curve], evidence: Evidence, options: HighlightOptions) -> None:
        self._options = options
        self._weights = {name: weight for name, weight in options.weights.items() if weight and name in curves}
        self._sums = {name: Sums(curves[name]) for name in self._weights}
        self._signals: dict[str, Signal] = {name: SIGNALS.load(name)() for name in self._weights}
        self._usual_rate = self._rate_of_video(evidence)

    def reasons(self, span: Span, left_out: Sequence[Span] = ()) -> tuple[Reason, ...]:
        """The score by its parts, greatest first; values are strength times seconds per minute, without the weight.

        Args:
            left_out: reactions of the same moment that the span has no room for.
        """
        options = self._options
        values = {name: self._per_minute(self._value(name, span), span) for name in self._weights}
        evidence = {name: self._weights[name] * value for name, value in values.items()}
        values |= {LIFT: self._lift(span), AROUND: self._per_minute(sum(map(self._worth, left_out)), span)}
        weights = {**self._weights, LIFT: options.lift_weight, AROUND: options.around_weight}
        evidence |= {name: weights[name] * values[name] for name in (LIFT, AROUND)}
        points = _points({name: part for name, part in evidence.items() if part}, options.full_rate)
        reasons = [Reason(name, round(values[name], 3), weights[name], part) for name, part in points.items()]
        return tuple(sorted(reasons, key=lambda reason: (-reason.contribution, reason.signal)))

    def _value(self, name: str, span: Span) -> float:
        opening_s = self._signals[name].opening_s
        counted = span if opening_s is None else Span(span.start_s, min(span.end_s, span.start_s + opening_s))
        return self._sums[name].over(counted)

    def _worth(self, reaction: Span) -> float:
        """Weighted seconds of all evidence for a reaction."""
        return sum(
            weight * self._sums[name].over(reaction)
            for name, weight in self._weights.items()
            if weight > 0 and self._signals[name].opening_s is None
        )

    @staticmethod
    def _per_minute(value: float, span: Span) -> float:
        return 60 * value / (span.duration_s + _PRIOR_S)

    def _reacted(self, span: Span) -> float:
        """Weighted seconds of reactions."""
        weights = ((label, self._weights.get(label, 0.0)) for label in CAUSES)
        return sum(weight * self._sums[label].over(span) for label, weight in weights if weight > 0)

    def _rate_of_video(self, evidence: Evidence) -> float:
        lively_s = sum(span.duration_s for span in merged([*evidence.segments, *evidence.events], gap_s=_IDLE_S))
        seconds = self._reacted(Span(0.0, evidence.duration_s))
        return 60 * (seconds + _USUAL_RATE * _USUAL_S / 60) / (lively_s + _USUAL_S)

    def _lift(self, span: Span) -> float:
        seconds = self._reacted(span) + self._usual_rate * _PRIOR_S / 60
        return math.log2(60 * seconds / (span.duration_s + _PRIOR_S) / self._usual_rate)


def score_of(reasons: tuple[Reason, ...]) -> float:
    """0 to 100: exactly the sum of the contributions as they are written."""
    return sum(_cents(reason.contribution) for reason in reasons) / 100


def _points(evidence: Mapping[str, float], full_rate: float) -> dict[str, float]:
    """Signed contributions in hundredths of a point.

    Evidence for a clip earns `100 (1 - exp(-evidence / full_rate))` points, with diminishing returns. Evidence against it takes
    away the same share of these points that it has of all evidence, so that a score is never negative.
    """
    good = sum(part for part in evidence.values() if part > 0)
    bad = -sum(part for part in evidence.values() if part < 0)
    if good <= 0:
        return {}
    earned = 100 * (1 - math.exp(-good / full_rate))
    taken = earned * bad / (good + bad)
    points = {name: part * (earned / good if part > 0 else taken / bad) for name, part in evidence.items()}
    return {name: _cents(value) / 100 for name, value in points.items() if _cents(value)}


def _cents(points: float) -> int:
    return round(100 * points)
