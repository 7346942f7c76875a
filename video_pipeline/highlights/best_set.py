"""The best clips that do not overlap: exact, by dynamic programming over their ends."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from video_pipeline.core.span import Span

_NEIGHBOUR_COST = 0.15
"""Share of the lesser of two clips' worth that is lost by choosing both, if one begins as the other ends. Small: it only decides
between clips that are nearly equal."""


@dataclass(frozen=True, slots=True)
class Choice(Span):
    """A possible clip and its worth."""

    worth: float


C = TypeVar("C", bound=Choice)


@dataclass(frozen=True, slots=True)
class _Best:
    """The best set that ends with one clip, as a linked list."""

    total: float
    last: int = -1
    before: _Best | None = None


_NOTHING = _Best(0.0)


def best_set(choices: Sequence[C], most: int, apart_s: float = 0.0) -> list[C]:
    """At most `most` clips that do not overlap, with the greatest total worth, in order of time.

    Two clips with less than `apart_s` between them lose a share of the lesser one's worth, so that of equally good clips those
    are chosen that show more of the video.
    """
    order = sorted(choices, key=lambda choice: (choice.end_s, choice.start_s, choice.worth))
    ends_s = [choice.end_s for choice in order]
    near = [_near(k, order, ends_s, apart_s) for k in range(len(order))]
    # per number of clips so far: the best that ends with each choice, and the best among the first k choices
    ending, until = [_NOTHING] * len(order), [_NOTHING] * (len(order) + 1)
    best = _NOTHING
    for _ in range(min(most, len(order))):
        ending_before, ending, until_before, until = ending, [], until, [_NOTHING]
        for k, choice in enumerate(order):
            far, losses = near[k]
            total, before = until_before[far].total, until_before[far]
            for j, loss in losses:
                if ending_before[j].last == j and ending_before[j].total - loss > total:
                    total, before = ending_before[j].total - loss, ending_before[j]
            ending.append(_Best(total + choice.worth, k, before))
            until.append(max(until[-1], ending[-1], key=lambda found: found.total))
        best = max(best, until[-1], key=lambda found: found.total)
    return [order[k] for k in _chain(best)]


def _near(k: int, order: Sequence[Choice], ends_s: Sequence[float], apart_s: float) -> tuple[int, list[tuple[int, float]]]:
    """The neighbours of choice `k`: how many choices end at least `apart_s` before it, and those that end later.

    Each of the latter comes with the cost of choosing both.
    """
    choice = order[k]
    far = bisect.bisect_right(ends_s, choice.start_s - apart_s, hi=k)
    shortly = range(far, bisect.bisect_right(ends_s, choice.start_s, lo=far, hi=k))
    gaps_s = ((j, choice.start_s - ends_s[j]) for j in shortly)
    return far, [(j, _NEIGHBOUR_COST * min(choice.worth, order[j].worth) * (1 - gap_s / apart_s)) for j, gap_s in gaps_s]


def _chain(best: _Best) -> list[int]:
    numbers: list[int] = []
    link: _Best | None = best
    while link is not None and link.last >= 0:
        numbers.append(link.last)
        link = link.before
    return numbers[::-1]
