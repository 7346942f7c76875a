"""What each imperfection of a layout costs. The search takes the cheapest whole; only the hard limits have no price."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Costs:
    """Prices in one currency: 1 is a cue or line that breaks between two plain words. Set by reading results, not by law.

    Attributes:
        cue: each cue; fewer interruptions.
        line: each line after the first; one line is read faster than two.
        cue_break: times the penalty of the break that ends a cue (see `breaks`).
        line_break: times the penalty of a break between lines.
        ragged: lines of different length: the square of the difference, as a share of the line, and half of it where the upper is
            the longer.
        orphan: a line of fewer than three characters under or over another.
        run_on: each sentence that ends inside a cue which breaks off in the next.
        astride: a line or cue that holds the end of one clause and breaks off in the next.
        sentences: each sentence that ends inside a cue of whole ones.
        pause: per second of silence inside a cue, up to one second.
        brief: per second that a cue stands less than `brief_s`.
        brief_s: what a reader needs to notice a cue at all and take it in at ease.
        lengthy: per second that a cue stands more than `lengthy_s`.
        lengthy_s: what a reader is through with long before it goes.
        fast: a cue faster than the reading speed.
        faster: times the share by which it is faster.
        over_cut: a cue that stands on both sides of a cut.
        unreachable: per second that is missing to the least time a cue may stand; beyond every other price.
    """

    cue: float = 1.2
    line: float = 0.3
    cue_break: float = 2.0
    line_break: float = 1.0
    ragged: float = 1.0
    orphan: float = 3.0
    run_on: float = 3.0
    astride: float = 0.8
    sentences: float = 1.2
    pause: float = 4.0
    brief: float = 1.5
    brief_s: float = 1.4
    lengthy: float = 0.5
    lengthy_s: float = 5.0
    fast: float = 1.5
    faster: float = 4.0
    over_cut: float = 0.7
    unreachable: float = 1000.0


COSTS = Costs()
ORPHAN_WIDTH = 3
"""A line narrower than this beside another is an orphan."""
