"""Half-open spans of time, in float seconds on the media clock (0 is the start of the file)."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Span:
    """`[start_s, end_s)`. The duration is never negative; an empty span is allowed and overlaps nothing."""

    start_s: float
    end_s: float

    def __post_init__(self) -> None:
        if not self.end_s >= self.start_s:  # written so that NaN fails too
            raise ValueError(f"a span must not end before it starts: {self.start_s} to {self.end_s}")

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s

    @property
    def middle_s(self) -> float:
        return (self.start_s + self.end_s) / 2

    def holds(self, time_s: float) -> bool:
        return self.start_s <= time_s < self.end_s

    def overlap_s(self, other: Span) -> float:
        """Seconds shared with `other`; 0 if they only touch."""
        return max(0.0, min(self.end_s, other.end_s) - max(self.start_s, other.start_s))

    def overlaps(self, other: Span) -> bool:
        return self.overlap_s(other) > 0

    def shifted(self, by_s: float) -> Self:
        return dataclasses.replace(self, start_s=self.start_s + by_s, end_s=self.end_s + by_s)

    def clipped(self, to: Span) -> Self:
        """The part inside `to`; an empty span at the nearer edge if there is none."""
        start_s = min(max(self.start_s, to.start_s), to.end_s)
        return dataclasses.replace(self, start_s=start_s, end_s=max(start_s, min(self.end_s, to.end_s)))


def merged(spans: Iterable[Span], gap_s: float = 0.0) -> list[Span]:
    """The union of `spans` in chronological order; those at most `gap_s` apart are joined."""
    out: list[Span] = []
    for span in sorted(spans, key=lambda s: s.start_s):
        if out and span.start_s - out[-1].end_s <= gap_s:
            out[-1] = Span(out[-1].start_s, max(out[-1].end_s, span.end_s))
        else:
            out.append(Span(span.start_s, span.end_s))
    return out


def covered_s(spans: Iterable[Span], within: Span) -> float:
    """Seconds of `within` that at least one of `spans` covers."""
    return sum(span.overlap_s(within) for span in merged(spans))
