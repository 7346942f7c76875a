"""Where it is worth that the speech model listens a second time: doubts first, then what was heard, then pauses in the talk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from video_pipeline.core.errors import UnknownName
from video_pipeline.core.labels import REACTIONS
from video_pipeline.core.posterior import Posterior, runs
from video_pipeline.core.span import Span, merged
from video_pipeline.events.base import HOP_S
from video_pipeline.events.traits import Levels

WHERE = ("auto", "doubtful", "everywhere")
_GRID_S = 0.5
"""Spans begin and end on it, so that windows of one pass lie on one grid."""
_LONGEST_S = 30.0
"""Of one candidate: a long applause needs no second opinion on every second of it."""


@dataclass(frozen=True, slots=True)
class SlidingOptions:
    """Where the speech model's sliding windows listen.

    Attributes:
        where: `doubtful` places only, `everywhere`, or `auto`: everywhere on a GPU, doubtful places on a CPU.
        share: of the file's length, at most, in doubtful places.
        doubt: the small detector's probability of a reaction from which a place is worth it.
        sure: ... and up to which it is in doubt, and so goes first.
        pause_s: pauses in the talk at least this long are worth it, for people react when a speaker stops ...
        reaction_s: ... in the first seconds of the pause.
        faintest_db: pauses quieter than this are silence.
        pad_s: sound on both sides.
    """

    where: str = "auto"
    share: float = 0.1
    doubt: float = 0.15
    sure: float = 0.9
    pause_s: float = 1.5
    reaction_s: float = 8.0
    faintest_db: float = -55.0
    pad_s: float = 1.0

    def __post_init__(self) -> None:
        if self.where not in WHERE:
            raise UnknownName("choice for events.sliding.where", self.where, WHERE)
        if not 0 <= self.share <= 1 or not 0 < self.doubt <= self.sure <= 1:
            raise ValueError("share must be from 0 to 1, and 0 < doubt <= sure <= 1")
        if not all(time_s >= 0 for time_s in (self.pause_s, self.reaction_s, self.pad_s)):
            raise ValueError("times must be 0 or more")


def candidates(
    heard: Posterior, spoken: Sequence[Span], level_db: Levels, duration_s: float, options: SlidingOptions
) -> list[Span]:
    """Spans in order of time, apart, on a grid of half seconds; together at most `options.share` of the file.

    Args:
        heard: what the other detectors heard, fused.
        spoken: where people speak.
        level_db: [frames] of the common grid.
    """
    ranked = sorted(_reactions(heard, options), key=lambda found: -found[0])
    ranked += [(0.0, pause) for pause in _pauses(spoken, level_db, duration_s, options)]
    return merged(_affordable((span for _, span in ranked), duration_s, options))


def _reactions(heard: Posterior, options: SlidingOptions) -> Iterator[tuple[float, Span]]:
    """With their rank: doubts over certainties, the greatest doubts first."""
    strongest = np.max([heard.curve(sound).values for sound in REACTIONS], axis=0)
    for first, last in runs(strongest >= options.doubt):
        peak = float(strongest[first:last].max())
        yield (2.0 - abs(0.5 - peak) if peak < options.sure else 1.0), Span(first * HOP_S, last * HOP_S)


def _pauses(spoken: Sequence[Span], level_db: Levels, duration_s: float, options: SlidingOptions) -> Iterator[Span]:
    """The first seconds of each long pause that is not silent."""
    edges = [Span(0.0, 0.0), *merged(spoken), Span(duration_s, duration_s)]
    for before, after in pairwise(edges):
        if after.start_s - before.end_s >= options.pause_s:
            pause = Span(before.end_s, min(after.start_s, before.end_s + options.reaction_s))
            levels = level_db[round(pause.start_s / HOP_S) : round(pause.end_s / HOP_S)]
            if len(levels) and levels.max() >= options.faintest_db:
                yield pause


def _affordable(spans: Iterable[Span], duration_s: float, options: SlidingOptions) -> Iterator[Span]:
    left_s = options.share * duration_s
    for span in spans:
        start_s = np.floor(max(0.0, span.start_s - options.pad_s) / _GRID_S) * _GRID_S
        end_s = np.ceil(min(duration_s, span.end_s + options.pad_s) / _GRID_S) * _GRID_S
        end_s = min(end_s, start_s + _LONGEST_S, start_s + np.floor(left_s / _GRID_S) * _GRID_S)
        if end_s - start_s >= min(2.0, duration_s):
            left_s -= end_s - start_s
            yield Span(float(start_s), float(end_s))
