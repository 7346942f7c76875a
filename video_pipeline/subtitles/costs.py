"""What each imperfection of a layout costs. The search takes the cheapest layout; hard limits have no price."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Prices in one unit: 1 is roughly a line that ends between two plain words.

    They were set by reading results, and then fitted: laid out again, the words of published subtitles should break where people
    broke them (`benchmarks/layout.py`), films and talks. People balance lines even more than `ragged` and `uneven` do, at the
    price of breaks that style guides forbid (between "did not" and its verb): these stop halfway to the best value.
    """

    shape: float = 0.4
    """Multiplies what the lines of a cue cost, where it is decided which cues there are."""
    cue: float = 0.4
    """Each cue: fewer cues interrupt less."""
    line: float = 0.1
    """Each line after the first: one line is read faster than two."""
    cue_break: float = 4.0
    """Multiplies the penalty of the break at the end of a cue (see `breaks`)."""
    line_break: float = 1.0
    """Multiplies the penalty of a break between lines."""
    ragged: float = 3.2
    """Multiplies the square of the difference between line widths as a share of the line."""
    uneven: float = 0.9
    """Multiplies that share."""
    alone: float = 0.45
    """A line narrower than `ALONE_SHARE` above or below another: mostly one word."""
    orphan: float = 3.0
    """A line narrower than `ORPHAN_WIDTH` above or below another."""
    run_on: float = 4.5
    """Each sentence that ends inside a cue which ends inside another sentence."""
    astride: float = 1.4
    """A line or cue that contains the end of a clause and breaks off in the next."""
    sentences: float = 5.0
    """Each sentence that ends inside a cue of whole sentences."""
    pause: float = 5.0
    """Per second of silence inside a cue, up to one second per pause."""
    brief: float = 3.0
    """Per second that a cue is shown for less than `brief_s`."""
    brief_s: float = 1.7
    """Time in which a reader notices a cue and reads it comfortably."""
    lengthy: float = 0.3
    """Per second that a cue is shown for more than `lengthy_s`."""
    lengthy_s: float = 6.0
    """Time after which a reader has finished any cue long ago."""
    fast: float = 0.3
    """A cue above the reading speed."""
    faster: float = 1.2
    """Multiplies the share by which a cue is above the reading speed."""
    over_cut: float = 0.7
    """Each cut of the picture during a cue."""
    unreachable: float = 1000.0
    """Per second by which a cue misses the least time; more than all other prices."""


COSTS = Costs()
ALONE_SHARE = 0.2
"""Of a full line."""
ORPHAN_WIDTH = 3
"""In characters. A line narrower than this next to another line is an orphan."""
