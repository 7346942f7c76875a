"""What a clip is worth, as a sum anybody can check: each signal's part of the evidence, for it and against it.

Evidence is a rate, weighted seconds per minute, so that a score means the same in a short clip and a long one, in a lively show
and in a dull one. Rates are shrunken as by a Gamma prior: to a clip a minute is added in which nothing happens; for the lift,
one of the video's usual rate, which is itself shrunken towards that of an ordinary video.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from video_pipeline.core.clip import Reason
from video_pipeline.core.posterior import Curve
from video_pipeline.core.span import Span, merged
from video_pipeline.highlights import SIGNALS
from video_pipeline.highlights.base import Evidence, HighlightOptions, Signal
from video_pipeline.highlights.curves import Sums

LIFT = "lift"
"""The reason that is no signal: how much denser reactions are in the clip than in the video, in doublings."""
AROUND = "around"
"""The other one: reactions of the same group that the clip has no room for, but that show how strong the moment is."""
_PRIOR_S = 60.0
_USUAL_RATE, _USUAL_S = 1.0, 120.0
"""The prior of a video's own rate, weighted seconds per minute, and how many seconds of listening it counts as."""
_IDLE_S = 5.0
"""Longer silences are no part of the time over which a video's rate is taken: appended silence changes no score."""


class Scorer:
    """Scores any stretch of one video."""

    def __init__(self, curves: Mapping[str, Curve], evidence: Evidence, options: HighlightOptions) -> None:
        self._options = options
        self._weights = {name: weight for name, weight in options.weights.items() if weight and name in curves}
        self._sums = {name: Sums(curves[name]) for name in self._weights}
        self._signals: dict[str, Signal] = {name: SIGNALS.load(name)() for name in self._weights}
        self._usual_rate = self._rate_of_video(evidence)

    def reasons(self, span: Span, left_out: Sequence[Span] = ()) -> tuple[Reason, ...]:
        """The score by its parts, the greatest first; values are strength times seconds per minute, not weighted yet.

        `left_out` are the reactions of the same group that the span has no room for.
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
        """Weighted seconds of all that speaks for a reaction."""
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
        return sum(
            weight * self._sums[name].over(span)
            for name, weight in self._weights.items()
            if self._signals[name].earns and weight > 0
        )

    def _rate_of_video(self, evidence: Evidence) -> float:
        lively_s = sum(span.duration_s for span in merged([*evidence.segments, *evidence.events], gap_s=_IDLE_S))
        seconds = self._reacted(Span(0.0, evidence.duration_s))
        return 60 * (seconds + _USUAL_RATE * _USUAL_S / 60) / (lively_s + _USUAL_S)

    def _lift(self, span: Span) -> float:
        seconds = self._reacted(span) + self._usual_rate * _PRIOR_S / 60
        return math.log2(60 * seconds / (span.duration_s + _PRIOR_S) / self._usual_rate)


def score_of(reasons: tuple[Reason, ...]) -> float:
    """0 to 100: exactly the sum of what the reasons contribute, as they are written."""
    return sum(_cents(reason.contribution) for reason in reasons) / 100


def _points(evidence: Mapping[str, float], full_rate: float) -> dict[str, float]:
    """Signed contributions in hundredths of a point.

    What speaks for a clip earns `100 (1 - exp(-evidence / full_rate))` points: more is better, ever less so. What speaks against
    it takes as large a share of these as it is of all the evidence, so that the rest is never less than nothing.
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
