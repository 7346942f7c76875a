"""Where the speech model listens a second time: doubtful places first, then certain ones, then pauses in the talk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated

import numpy as np

from video_pipeline.core.constraints import AtLeastZero, OneOf, Share, check_fields
from video_pipeline.core.labels import REACTIONS
from video_pipeline.core.posterior import Posterior, runs
from video_pipeline.core.span import Span, merged
from video_pipeline.events.base import HOP_S
from video_pipeline.events.traits import Levels

WHERE = ("auto", "doubtful", "everywhere")
_GRID_S = 0.5
"""Spans begin and end on this grid, a multiple of all hops of the sliding windows, so that the windows of one pass share it."""
_LONGEST_S = 30.0
"""Longest candidate: a long applause needs no second opinion on every second."""
_LEAST_S = 2.0
"""Shortest candidate: one sliding window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlidingOptions:
    """Where the speech model's sliding windows listen."""

    where: Annotated[str, OneOf("choice for events.sliding.where", WHERE)] = "auto"
    """`doubtful` places only, `everywhere`, or `auto`: everywhere on a GPU, doubtful places on a CPU."""

    share: Share = 0.1
    """Largest share of the file's length that is listened to again in doubtful places."""

    doubt: Share = 0.15
    """The small detector's probability of a reaction from which a place is listened to again; above 0."""

    sure: Share = 0.9
    """Its probability from which a place is certain: places between `doubt` and `sure` go first."""

    pause_s: AtLeastZero = 1.5
    """Pauses in the talk of this many seconds or more are listened to as well, for people react when a speaker stops."""

    reaction_s: AtLeastZero = 8.0
    """Seconds that are listened to from the start of such a pause."""

    faintest_db: float = -55.0
    """Pauses quieter than this, in dB of full scale, are silence and left out."""

    pad_s: AtLeastZero = 1.0
    """Seconds of sound on both sides of a place."""

    def __post_init__(self) -> None:
        check_fields(self)
        if not 0 < self.doubt <= self.sure:
            raise ValueError("thresholds must be 0 < doubt <= sure")


def candidates(
    heard: Posterior, spoken: Sequence[Span], level_db: Levels, duration_s: float, options: SlidingOptions
) -> list[Span]:
    """Spans in order of time, not touching, on a grid of half seconds; together at most `options.share` of the file.

    Args:
        heard: the fused result of the other detectors.
        spoken: where people speak.
        level_db: [frames] on the common grid.
    """
    ranked = sorted(_reactions(heard, options), key=lambda found: -found[0])
    ranked += [(0.0, pause) for pause in _pauses(spoken, level_db, duration_s, options)]
    return merged(_affordable((span for _, span in ranked), duration_s, options))


def _reactions(heard: Posterior, options: SlidingOptions) -> Iterator[tuple[float, Span]]:
    """Places with a reaction and their rank: doubtful before certain ones, the most doubtful first."""
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
    """The first of `spans` that fit into the share of the file, padded and on the grid."""
    left_s = options.share * duration_s
    for span in spans:
        start_s = np.floor(max(0.0, span.start_s - options.pad_s) / _GRID_S) * _GRID_S
        end_s = np.ceil(min(duration_s, span.end_s + options.pad_s) / _GRID_S) * _GRID_S
        end_s = min(end_s, start_s + _LONGEST_S, start_s + np.floor(left_s / _GRID_S) * _GRID_S)
        if end_s - start_s >= min(_LEAST_S, duration_s):
            left_s -= end_s - start_s
            yield Span(float(start_s), float(end_s))
