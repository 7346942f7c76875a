"""Clips, the reasons for them, and shots."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

from video_pipeline.core.span import Span


@dataclass(frozen=True, slots=True)
class Shot(Span):
    """A span of the picture between two cuts."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of a score: `value` of `signal`, multiplied by `weight`, gave `contribution` points."""

    signal: str
    value: float
    weight: float
    contribution: float


@dataclass(frozen=True, slots=True)
class Clip(Span):
    """A span worth showing alone."""

    score: float
    """0 to 100: the sum of the contributions of its reasons."""
    title: str
    _: KW_ONLY
    reasons: tuple[Reason, ...] = ()
    why: str = ""
