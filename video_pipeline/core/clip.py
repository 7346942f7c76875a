"""What is cut, and why."""

from __future__ import annotations

from dataclasses import dataclass

from video_pipeline.core.span import Span


@dataclass(frozen=True, slots=True)
class Shot(Span):
    """What the camera shows between two cuts."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One addend of a score: `contribution` points came from `value` of `signal`, which counts with `weight`."""

    signal: str
    value: float
    weight: float
    contribution: float


@dataclass(frozen=True, slots=True)
class Clip(Span):
    """A stretch worth showing alone. `score` is 0 to 100 and the sum of the reasons' contributions."""

    score: float
    title: str
    reasons: tuple[Reason, ...] = ()
    why: str = ""
