"""All that is said as one stream of atoms in arrays, so that thousands of possible cues are priced at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from video_pipeline.subtitles.breaks import CLAUSE_END, SENTENCE_END
from video_pipeline.subtitles.rules import SPACELESS, width
from video_pipeline.subtitles.runs import APART_S, Run

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stream:
    """Whole runs as arrays, one value per atom; `sums` and such hold one more, so that a run of atoms is a subtraction."""

    runs: Sequence[Run]
    run: NDArray[np.int64]
    starts_s: Numbers
    ends_s: Numbers
    next_s: Numbers  # when the first word after atom k is spoken, for a cue that ends with it
    breaks: Numbers  # penalty of a break before atom k; the end of the stream has none
    sums: Numbers
    lead: Numbers  # plus the room of a label: what a line that begins here does not hold, or holds besides
    tail: Numbers
    words: Numbers
    sentences: Numbers
    clauses: Numbers
    pauses_s: Numbers
    line_width: Numbers
    speed_cps: Numbers

    @classmethod
    def of(cls, runs: Sequence[Run], next_s: float) -> Stream:
        """`next_s` is when speech goes on after the last of `runs`."""
        atoms = [atom for run in runs for atom in run.atoms]
        counts = [len(run.atoms) for run in runs]
        number = np.repeat(np.arange(len(runs)), counts)
        size, lead, tail = _widths(runs)
        starts = np.array([atom.start_s for atom in atoms])
        ends = np.maximum.accumulate(np.array([atom.end_s for atom in atoms]))
        after = np.append(starts[1:], next_s)
        breaks = np.append([atom.before for atom in atoms], 0.0)
        first = np.append(0, np.cumsum(counts)[:-1])
        breaks[first] = 0.0
        room = np.zeros(len(atoms))
        room[first] = [run.opening.room for run in runs]
        inside = np.append(0.0, np.clip(starts[1:] - ends[:-1], 0.0, APART_S))
        spaced = np.repeat([run.voice.language not in SPACELESS for run in runs], counts)
        return cls(
            runs,
            number,
            starts,
            ends,
            np.where(after >= starts, after, np.inf),  # speech that overlaps: the order is settled later
            breaks,
            _summed(lead + size + tail),
            lead - room,
            tail,
            _summed(np.where(spaced, 1.0, 0.0)),
            _summed(breaks[:-1] == SENTENCE_END),
            _summed(breaks[:-1] <= CLAUSE_END),
            _summed(inside),
            np.repeat([run.reading.line_width for run in runs], counts),
            np.repeat([run.reading.speed_cps for run in runs], counts),
        )

    def astride(self, i: NDArray[np.int64], j: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether atoms `[i, j)` hold the end of one clause and break off in the next."""
        return (self.breaks[j] > CLAUSE_END) & (self.clauses[j] > self.clauses[i + 1])

    def width(self, i: NDArray[np.int64], j: NDArray[np.int64]) -> Numbers:
        """Of atoms `[i, j)` on one line, a label before them included."""
        return self.sums[j] - self.sums[i] - self.lead[i] - self.tail[j - 1]


def _widths(runs: Sequence[Run]) -> tuple[Numbers, Numbers, Numbers]:
    """Of each atom's text, lead and tail."""
    size: list[float] = []
    lead: list[float] = []
    tail: list[float] = []
    for run in runs:
        language = run.voice.language
        blank = width(" ", language)  # a lead is this or nothing
        size += [width(atom.text, language) for atom in run.atoms]
        lead += [blank if atom.lead else 0.0 for atom in run.atoms]
        tail += [width(atom.tail, language) if atom.tail else 0.0 for atom in run.atoms]
    return np.array(size), np.array(lead), np.array(tail)


def _summed(values: NDArray[np.generic]) -> Numbers:
    return np.append(0.0, np.cumsum(values, dtype=np.float64))


def batches(runs: Iterable[Run], atoms: int) -> Iterator[Stream]:
    """The runs in streams of about `atoms` atoms, so that memory does not grow with the video."""
    waiting: list[Run] = []
    count = 0
    for run in runs:
        if count >= atoms:
            yield Stream.of(waiting, run.atoms[0].start_s)
            waiting, count = [], 0
        waiting.append(run)
        count += len(run.atoms)
    if waiting:
        yield Stream.of(waiting, np.inf)
