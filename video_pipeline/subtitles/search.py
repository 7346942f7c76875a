"""The cheapest layout of a stream: which atoms share a cue and a line.

A shortest path over the places to break; all possible lines and cues are priced at once, in arrays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from video_pipeline.subtitles.breaks import SENTENCE_END
from video_pipeline.subtitles.costs import COSTS, ORPHAN_WIDTH
from video_pipeline.subtitles.stream import Numbers, Stream
from video_pipeline.subtitles.timing import NEAR_CUT_S, Clock

Indices = NDArray[np.int64]
_BEYOND = 1e9  # more than any layout costs


@dataclass(frozen=True, slots=True)
class Shapes:
    """For atoms `[i, i + n + 1)`: at `[i, n]` the cost of their best lines, and how many atoms stand above the last line."""

    cost: Numbers
    above: tuple[Indices, ...]

    def lines(self, i: int, j: int) -> tuple[int, ...]:
        """Where the lines of the cue of atoms `[i, j)` begin."""
        starts: list[int] = []
        for above in reversed(self.above):
            if j - i <= above.shape[1] and (count := int(above[i, j - i - 1])):
                j = i + count
                starts.append(j)
        return (i, *reversed(starts))


def cheapest(stream: Stream, clock: Clock) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """The cues of the best layout, in order: first atom, end, and the first atom of each line."""
    shapes = _shapes(stream, clock.options.lines)
    edges = _edges(stream, shapes, clock)
    count, most = edges.shape
    best = np.full(count + most + 1, _BEYOND * (count + 1))
    best[count] = 0.0
    step = np.zeros(count, np.int64)
    for i in range(count - 1, -1, -1):
        costs = edges[i] + best[i + 1 : i + 1 + most]
        step[i] = n = costs.argmin()
        best[i] = costs[n]
    i = 0
    while i < count:
        j = i + int(step[i]) + 1
        yield i, j, shapes.lines(i, j)
        i = j


def _shapes(stream: Stream, lines: int) -> Shapes:
    """The best lines of every run of atoms that fits; each cue has as few lines as it can."""
    one = _single_lines(stream)
    cost, above, last = one, [], one
    for _ in range(lines - 1):
        last, where = _one_line_more(stream, last, one, cost)
        cost = np.pad(cost, ((0, 0), (0, last.shape[1] - cost.shape[1])), constant_values=np.inf)
        where[np.isfinite(cost)] = 0
        cost = np.minimum(cost, last)
        above.append(where)
    return Shapes(cost, tuple(above))


def _single_lines(stream: Stream) -> Numbers:
    """0 where atoms fit on one line, else infinite. A lone atom always fits: it was made to."""
    count = len(stream.starts_s)
    columns, n = [np.zeros(count)], 1
    while n < count:
        i = np.arange(count - n)
        fits = (stream.width(i, i + n + 1) <= stream.line_width[i]) & (stream.run[i] == stream.run[i + n])
        if not fits.any():
            break
        columns.append(np.append(np.where(fits, 0.0, np.inf), np.full(n, np.inf)))
        n += 1
    return np.stack(columns, axis=1)


def _one_line_more(stream: Stream, upper: Numbers, one: Numbers, done: Numbers) -> tuple[Numbers, Indices]:
    """The best way to put one more line under the lines of `upper`, for runs of atoms that are not `done` with fewer."""
    count, most = len(upper), upper.shape[1] + one.shape[1]
    cost, above = np.full((count, most), np.inf), np.zeros((count, most), np.int64)
    fit = [np.isfinite(one[:, b]) for b in range(one.shape[1])]
    for a in range(upper.shape[1]):
        heads = np.flatnonzero(np.isfinite(upper[:, a]))
        heads = heads[heads + a + 1 < count]
        heads = heads[stream.run[heads] == stream.run[heads + a + 1]]
        for b in range(one.shape[1]):
            heads = heads[fit[b][np.minimum(heads + a + 1, count - 1)] & (heads + a + b + 2 <= count)]
            if not len(heads):
                break
            column = a + b + 1
            new = heads if column >= done.shape[1] else heads[~np.isfinite(done[heads, column])]
            found = upper[new, a] + _line_break(stream, new, new + a + 1, new + column + 1)
            better = found < cost[new, column]
            cost[new[better], column] = found[better]
            above[new[better], column] = a + 1
    return cost, above


def _line_break(stream: Stream, i: Indices, k: Indices, j: Indices) -> Numbers:
    """The cost of a line that begins at `k` under one that begins at `i`."""
    upper, lower, full = stream.width(i, k), stream.width(k, j), stream.line_width[i]
    difference = (upper - lower) / full
    ragged = difference**2 + np.maximum(0.0, difference) / 2
    cost = COSTS.line + COSTS.line_break * stream.breaks[k] + COSTS.ragged * ragged
    cost += np.where(np.minimum(upper, lower) < ORPHAN_WIDTH, COSTS.orphan, 0.0)
    cost += np.where(stream.astride(i, k), COSTS.astride, 0.0)
    return cost


def _edges(stream: Stream, shapes: Shapes, clock: Clock) -> Numbers:
    """The cost of every possible cue: at `[i, n]` that of atoms `[i, i + n + 1)`."""
    i, n = np.nonzero(np.isfinite(shapes.cost))
    j = i + n + 1
    edges = np.full(shapes.cost.shape, _BEYOND)
    edges[i, n] = shapes.cost[i, n] + _cue_cost(stream, clock, i, j)
    return edges


def _cue_cost(stream: Stream, clock: Clock, i: Indices, j: Indices) -> Numbers:
    """What is wrong with atoms `[i, j)` as one cue: where it ends, how long it stands, how fast it must be read."""
    options = clock.options
    starts = clock.starts_s(stream.starts_s)[i]
    following = clock.starts_s(stream.next_s)[j - 1]
    characters = stream.width(i, j)
    reading_s = np.maximum(characters / stream.speed_cps[i], (stream.words[j] - stream.words[i]) * options.word_s)
    ends = clock.ends_s(starts, stream.ends_s[j - 1], reading_s, following, options.linger_s)
    stands_s = ends - starts
    missing_s = np.maximum(0.0, options.least_s - np.minimum(stands_s, options.longest_s))
    too_fast = reading_s / np.maximum(stands_s, options.least_s) - 1.0
    speech_s = stream.ends_s[j - 1] - stream.starts_s[i]
    cost = COSTS.cue + COSTS.cue_break * stream.breaks[j] + COSTS.unreachable * missing_s
    run_on = np.where(stream.breaks[j] == SENTENCE_END, COSTS.sentences, COSTS.run_on)
    cost += run_on * (stream.sentences[j] - stream.sentences[i + 1])
    cost += np.where(stream.astride(i, j), COSTS.astride, 0.0)
    cost += COSTS.pause * (stream.pauses_s[j] - stream.pauses_s[i + 1])
    cost += COSTS.brief * np.maximum(0.0, COSTS.brief_s - stands_s)
    cost += COSTS.lengthy * np.maximum(0.0, stands_s - COSTS.lengthy_s)
    cost += np.where(too_fast > 1e-6, COSTS.fast + COSTS.faster * too_fast, 0.0)
    if len(clock.cuts_s):
        inside = np.searchsorted(clock.cuts_s, ends - NEAR_CUT_S) - np.searchsorted(clock.cuts_s, starts, side="right")
        cost += COSTS.over_cut * np.maximum(0, inside)
    return np.where((speech_s > options.longest_s) & (j > i + 1), _BEYOND / 2, cost)
