"""How well found events agree with the truth: F1 at an overlap, false alarms per hour, error of the start."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from video_pipeline.core.span import Span


@dataclass
class Tally:
    """Counts of one label over many scenes. An alarm is false when it touches no true event of its label."""

    true: int = 0
    found: int = 0
    hits: int = 0
    false_alarms: int = 0
    heard_s: float = 0.0
    onset_errors_s: list[float] = field(default_factory=list)

    def add(self, true: Sequence[Span], found: Sequence[Span], duration_s: float, least_iou: float = 0.5) -> None:
        pairs = matched(true, found, least_iou)
        self.true += len(true)
        self.found += len(found)
        self.hits += len(pairs)
        self.heard_s += duration_s
        self.false_alarms += sum(not any(iou(one, other) > 0 for other in true) for one in found)
        self.onset_errors_s += [abs(a.start_s - b.start_s) for a, b in pairs]

    @property
    def f1(self) -> float:
        return 2 * self.hits / (self.true + self.found) if self.true + self.found else 1.0

    @property
    def false_alarms_per_hour(self) -> float:
        return self.false_alarms * 3600 / self.heard_s if self.heard_s else 0.0

    @property
    def onset_error_s(self) -> float:
        """The median; nan where nothing was hit."""
        return statistics.median(self.onset_errors_s) if self.onset_errors_s else float("nan")


def iou(one: Span, other: Span) -> float:
    inter_s = min(one.end_s, other.end_s) - max(one.start_s, other.start_s)
    return max(0.0, inter_s) / (max(one.end_s, other.end_s) - min(one.start_s, other.start_s))


def matched(true: Sequence[Span], found: Sequence[Span], least_iou: float) -> list[tuple[Span, Span]]:
    """One-to-one pairs, the best overlap first."""
    pairs = sorted(((iou(t, f), i, j) for i, t in enumerate(true) for j, f in enumerate(found)), reverse=True)
    taken_true: set[int] = set()
    taken_found: set[int] = set()
    out = []
    for overlap, i, j in pairs:
        if overlap >= least_iou and overlap > 0 and i not in taken_true and j not in taken_found:
            taken_true.add(i)
            taken_found.add(j)
            out.append((true[i], found[j]))
    return out


def auc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Probability that a positive clip scores higher than a negative one; ties count half."""
    higher = np.subtract.outer(np.asarray(positive), np.asarray(negative))
    return float(((higher > 0) + 0.5 * (higher == 0)).mean())
