"""The cheapest layout of speech: which atoms share a cue and a line.

It is a shortest path over the places where a cue may end. All possible lines and cues are priced at once, in arrays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from video_pipeline.subtitles.atom_arrays import AtomArrays, Indices, Numbers
from video_pipeline.subtitles.breaks import SENTENCE_END
from video_pipeline.subtitles.costs import ALONE_SHARE, COSTS, ORPHAN_WIDTH
from video_pipeline.subtitles.timing import NEAR_CUT_S, TimingLimits

_FORBIDDEN = 1e9
"""More than any layout costs."""
_FAST_TOLERANCE = 1e-6
"""The reading speed may exceed its limit by this share, for rounding."""


@dataclass(frozen=True, slots=True)
class Shapes:
    """The best lines of every possible cue. Index `[i, n]` is the cue of atoms `[i, i + n + 1)`."""

    cost: Numbers
    """What the lines cost; infinite if the atoms do not fit."""
    above: tuple[Indices, ...]
    """For each line after the first, how many atoms of the cue precede it; 0 if the cue has no such line."""

    def lines(self, i: int, j: int) -> tuple[int, ...]:
        """The first atom of each line in the cue of atoms `[i, j)`."""
        starts: list[int] = []
        for above in reversed(self.above):
            if j - i <= above.shape[1] and (count := int(above[i, j - i - 1])):
                j = i + count
                starts.append(j)
        return (i, *reversed(starts))


def cheapest(atoms: AtomArrays, limits: TimingLimits) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """The cues of the best layout in order. Each is its first atom, the atom after its last, and the first atom of each line."""
    shapes = _shapes(atoms, limits.options.lines)
    edges = _edges(atoms, shapes, limits)
    count, most = edges.shape
    best = np.full(count + most + 1, _FORBIDDEN * (count + 1))
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


def _shapes(atoms: AtomArrays, lines: int) -> Shapes:
    """The best lines of all consecutive atoms that fit into a cue. Each cue has as few lines as possible."""
    one = _single_lines(atoms)
    cost, above, last = one, [], one
    for _ in range(lines - 1):
        last, where = _one_line_more(atoms, last, one, cost)
        if not np.isfinite(last).any():
            break
        cost = np.pad(cost, ((0, 0), (0, last.shape[1] - cost.shape[1])), constant_values=np.inf)
        where[np.isfinite(cost)] = 0
        cost = np.minimum(cost, last)
        above.append(where)
    return Shapes(cost, tuple(above))


def _single_lines(atoms: AtomArrays) -> Numbers:
    """0 if atoms fit on one line, otherwise infinite. A single atom always fits, because no atom is wider than a line."""
    count = len(atoms.starts_s)
    columns, n = [np.zeros(count)], 1
    while n < count:
        i = np.arange(count - n)
        fits = (atoms.width(i, i + n + 1) <= atoms.line_width[i]) & (atoms.utterance[i] == atoms.utterance[i + n])
        if not fits.any():
            break
        columns.append(np.append(np.where(fits, 0.0, np.inf), np.full(n, np.inf)))
        n += 1
    return np.stack(columns, axis=1)


def _one_line_more(atoms: AtomArrays, upper: Numbers, one: Numbers, done: Numbers) -> tuple[Numbers, Indices]:
    """The best way to add a line under the lines of `upper`, for atoms that are not `done` with fewer lines."""
    count, most = len(upper), upper.shape[1] + one.shape[1]
    cost, above = np.full((count, most), np.inf), np.zeros((count, most), np.int64)
    fit = [np.isfinite(one[:, b]) for b in range(one.shape[1])]
    for a in range(upper.shape[1]):
        heads = np.flatnonzero(np.isfinite(upper[:, a]))
        heads = heads[heads + a + 1 < count]
        heads = heads[atoms.utterance[heads] == atoms.utterance[heads + a + 1]]
        for b in range(one.shape[1]):
            heads = heads[fit[b][np.minimum(heads + a + 1, count - 1)] & (heads + a + b + 2 <= count)]
            if not len(heads):
                break
            column = a + b + 1
            new = heads if column >= done.shape[1] else heads[~np.isfinite(done[heads, column])]
            found = upper[new, a] + _line_break(atoms, new, new + a + 1, new + column + 1)
            better = found < cost[new, column]
            cost[new[better], column] = found[better]
            above[new[better], column] = a + 1
    return cost, above


def _line_break(atoms: AtomArrays, i: Indices, k: Indices, j: Indices) -> Numbers:
    """The cost of a line of atoms `[k, j)` under one of atoms `[i, k)`."""
    upper, lower, full = atoms.width(i, k), atoms.width(k, j), atoms.line_width[i]
    difference = np.abs(upper - lower) / full
    cost = COSTS.line + COSTS.line_break * atoms.breaks[k] + COSTS.ragged * difference**2 + COSTS.uneven * difference
    shorter = np.minimum(upper, lower)
    cost += np.where(shorter < ALONE_SHARE * full, COSTS.alone, 0.0) + np.where(shorter < ORPHAN_WIDTH, COSTS.orphan, 0.0)
    cost += np.where(atoms.astride(i, k), COSTS.astride, 0.0)
    return cost


def _edges(atoms: AtomArrays, shapes: Shapes, limits: TimingLimits) -> Numbers:
    """The cost of every possible cue. Index `[i, n]` is the cue of atoms `[i, i + n + 1)`."""
    i, n = np.nonzero(np.isfinite(shapes.cost))
    j = i + n + 1
    edges = np.full(shapes.cost.shape, _FORBIDDEN)
    edges[i, n] = COSTS.shape * shapes.cost[i, n] + _cue_cost(atoms, limits, i, j)
    return edges


def _cue_cost(atoms: AtomArrays, limits: TimingLimits, i: Indices, j: Indices) -> Numbers:
    """The cost of atoms `[i, j)` as one cue: where it ends, how long it is shown, how fast it must be read."""
    options = limits.options
    starts = limits.starts_s(atoms.starts_s)[i]
    following = limits.starts_s(atoms.next_s)[j - 1]
    characters = atoms.width(i, j)
    reading_s = np.maximum(characters / atoms.speed_cps[i], (atoms.total_words[j] - atoms.total_words[i]) * options.word_s)
    ends = limits.ends_s(starts, atoms.ends_s[j - 1], reading_s, following, options.linger_s)
    shown_s = ends - starts
    missing_s = np.maximum(0.0, options.least_s - np.minimum(shown_s, options.longest_s))
    too_fast = reading_s / np.maximum(shown_s, options.least_s) - 1.0
    speech_s = atoms.ends_s[j - 1] - atoms.starts_s[i]
    cost = COSTS.cue + COSTS.cue_break * atoms.breaks[j] + COSTS.unreachable * missing_s
    run_on = np.where(atoms.breaks[j] == SENTENCE_END, COSTS.sentences, COSTS.run_on)
    cost += run_on * (atoms.total_sentences[j] - atoms.total_sentences[i + 1])
    cost += np.where(atoms.astride(i, j), COSTS.astride, 0.0)
    cost += COSTS.pause * (atoms.total_pauses_s[j] - atoms.total_pauses_s[i + 1])
    cost += COSTS.brief * np.maximum(0.0, COSTS.brief_s - shown_s)
    cost += COSTS.lengthy * np.maximum(0.0, shown_s - COSTS.lengthy_s)
    cost += np.where(too_fast > _FAST_TOLERANCE, COSTS.fast + COSTS.faster * too_fast, 0.0)
    if len(limits.cuts_s):
        inside = np.searchsorted(limits.cuts_s, ends - NEAR_CUT_S) - np.searchsorted(limits.cuts_s, starts, side="right")
        cost += COSTS.over_cut * np.maximum(0, inside)
    return np.where((speech_s > options.longest_s) & (j > i + 1), _FORBIDDEN / 2, cost)
