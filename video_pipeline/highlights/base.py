"""The contract of a highlight signal, and what a person may choose about highlights.

To add a signal:
1. write one file here with a class that satisfies `Signal`;
2. add its line to `SIGNALS` in `__init__.py`, and its weight to `DEFAULT_WEIGHTS` below;
3. run `tests/highlights/test_signals.py`, which holds every member of the table to the contract.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from video_pipeline.core.posterior import Curve
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import AudioEvent, Segment
from video_pipeline.highlights import SIGNALS

HOP_S = 0.1
DEFAULT_WEIGHTS = {"laughter": 1.0, "applause": 0.8, "cheer": 0.6, "emotion": 0.1}


@dataclass(frozen=True, slots=True)
class HighlightOptions:
    """How clips are chosen. Lengths follow what is known of jokes and of short-form video.

    Attributes:
        weights: points of evidence per second of each signal.
        top: most clips.
        bandwidth_s: width of the kernel with which density is smoothed.
        reach_s: reactions closer than this belong together.
        least_evidence: weighted seconds a group needs before it is a highlight.
        setup_least_s: the clip starts at a sentence at least this long before the first reaction ...
        setup_most_s: ... and at most this long.
        tail_s: stays this long after the last reaction, if nobody speaks.
        least_s: shortest clip.
        longest_s: longest clip.
        full_score_s: weighted seconds of evidence that earn 63 of 100 points (one time constant).
    """

    weights: dict[str, float] = field(default_factory=lambda: dict(DEFAULT_WEIGHTS))
    top: int = 5
    bandwidth_s: float = 6.0
    reach_s: float = 16.0
    least_evidence: float = 0.4
    setup_least_s: float = 8.0
    setup_most_s: float = 20.0
    tail_s: float = 0.6
    least_s: float = 15.0
    longest_s: float = 60.0
    full_score_s: float = 8.0

    def __post_init__(self) -> None:
        for name in self.weights:
            SIGNALS.require(name)
        if self.top < 1 or not 0 < self.least_s <= self.longest_s or not 0 <= self.setup_least_s <= self.setup_most_s:
            raise ValueError("top must be 1 or more, 0 < least_s <= longest_s, 0 <= setup_least_s <= setup_most_s")
        if min(self.bandwidth_s, self.reach_s, self.full_score_s, self.least_evidence) <= 0:
            raise ValueError("bandwidth_s, reach_s, full_score_s and least_evidence must be more than 0")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a video when its highlights are chosen."""

    duration_s: float
    segments: Sequence[Segment]
    events: Sequence[AudioEvent]

    def frames(self) -> int:
        return int(np.ceil(self.duration_s / HOP_S - 1e-9))


class Signal(Protocol):
    """One kind of evidence.

    Attributes:
        earns: whether it can earn a clip by itself; others only add to the score of a clip that something else earned.
    """

    earns: bool

    def curve(self, evidence: Evidence) -> Curve:
        """Strength from 0 to 1 every `HOP_S` over the whole video (`evidence.frames()` values)."""
        ...


def painted(frames: int, spans: Sequence[tuple[Span, float]]) -> Curve:
    """A curve that is each span's strength during it, the greatest where they overlap. Edges are exact to a share of a frame."""
    values = np.zeros(frames, np.float32)
    for span, strength in spans:
        start, end = max(0.0, span.start_s / HOP_S), min(float(frames), span.end_s / HOP_S)
        if end <= start:
            continue
        rows = np.arange(int(start), min(frames, int(np.ceil(end))))
        shares = np.minimum(rows + 1, end) - np.maximum(rows, start)
        values[rows] = np.maximum(values[rows], strength * shares)
    return Curve(values, HOP_S)


def integral_s(curve: Curve, span: Span) -> float:
    """Strength times seconds of a curve over a span."""
    first, last = round(span.start_s / curve.hop_s), round(span.end_s / curve.hop_s)
    return float(curve.values[max(0, first) : max(0, last)].sum()) * curve.hop_s
