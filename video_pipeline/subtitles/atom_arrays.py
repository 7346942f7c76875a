"""The atoms of many utterances as arrays, so that thousands of possible cues are priced at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from video_pipeline.subtitles.breaks import CLAUSE_END, SENTENCE_END
from video_pipeline.subtitles.rules import SPACELESS, width
from video_pipeline.subtitles.utterances import LONGEST_PAUSE_S, Utterance

Numbers = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class AtomArrays:
    """Whole utterances as arrays.

    An array has one value for each of `n` atoms, or is cumulative: it then has `n + 1` values, value `k` being the sum over
    atoms `[0, k)`, so that the sum over atoms `[i, j)` is one subtraction.
    """

    utterances: Sequence[Utterance]
    utterance: Indices
    """For each atom, the index of its utterance in `utterances`."""
    starts_s: Numbers
    """For each atom, when its first word starts."""
    ends_s: Numbers
    """For each atom, when its last word or that of any atom before it ends."""
    next_s: Numbers
    """For each atom, when the first word after it starts; infinite if that word starts before the atom does."""
    breaks: Numbers
    """`n + 1` values: the penalty of a break before each atom; 0 at the start of an utterance and at the end."""
    total_width: Numbers
    """Cumulative: width of the text with its leads and tails, in characters."""
    lead: Numbers
    """For each atom, what a line that starts with it does not show, minus the room of the labels that it shows."""
    tail: Numbers
    """For each atom, what a line that ends with it does not show."""
    total_words: Numbers
    """Cumulative: words, counted only in languages with spaces between words."""
    total_sentences: Numbers
    """Cumulative: atoms that start a sentence."""
    total_clauses: Numbers
    """Cumulative: atoms that start a clause."""
    total_pauses_s: Numbers
    """Cumulative: pauses before atoms, each up to `LONGEST_PAUSE_S`."""
    line_width: Numbers
    """For each atom, the longest line of its language, in characters."""
    speed_cps: Numbers
    """For each atom, the reading speed of its language, in characters per second."""

    @classmethod
    def of(cls, utterances: Sequence[Utterance], next_s: float) -> AtomArrays:
        """`next_s` is when speech continues after the last utterance; infinite if it does not."""
        atoms = [atom for utterance in utterances for atom in utterance.atoms]
        counts = [len(utterance.atoms) for utterance in utterances]
        first = np.append(0, np.cumsum(counts)[:-1])
        starts_s = np.array([atom.start_s for atom in atoms])
        ends_s = np.maximum.accumulate(np.array([atom.end_s for atom in atoms]))
        following_s = np.append(starts_s[1:], next_s)
        breaks = np.append([atom.before for atom in atoms], 0.0)
        breaks[first] = 0.0
        room = np.zeros(len(atoms))
        room[first] = [utterance.opening.room for utterance in utterances]
        text, lead, tail = _widths(utterances)
        spaced = np.repeat([utterance.voice.language not in SPACELESS for utterance in utterances], counts)
        pauses_s = np.append(0.0, np.clip(starts_s[1:] - ends_s[:-1], 0.0, LONGEST_PAUSE_S))
        return cls(
            utterances=utterances,
            utterance=np.repeat(np.arange(len(utterances)), counts),
            starts_s=starts_s,
            ends_s=ends_s,
            next_s=np.where(following_s >= starts_s, following_s, np.inf),  # overlapping speech is put in order later
            breaks=breaks,
            total_width=_cumulative(lead + text + tail),
            lead=lead - room,
            tail=tail,
            total_words=_cumulative(np.where(spaced, 1.0, 0.0)),
            total_sentences=_cumulative(breaks[:-1] == SENTENCE_END),
            total_clauses=_cumulative(breaks[:-1] <= CLAUSE_END),
            total_pauses_s=_cumulative(pauses_s),
            line_width=np.repeat([utterance.reading.line_width for utterance in utterances], counts),
            speed_cps=np.repeat([utterance.reading.speed_cps for utterance in utterances], counts),
        )

    def astride(self, i: Indices, j: Indices) -> NDArray[np.bool_]:
        """Whether atoms `[i, j)` contain the end of one clause and break off in the next."""
        return (self.breaks[j] > CLAUSE_END) & (self.total_clauses[j] > self.total_clauses[i + 1])

    def width(self, i: Indices, j: Indices) -> Numbers:
        """Width of atoms `[i, j)` on one line, with labels before them, in characters."""
        return self.total_width[j] - self.total_width[i] - self.lead[i] - self.tail[j - 1]


def _widths(utterances: Sequence[Utterance]) -> tuple[Numbers, Numbers, Numbers]:
    """Width of the text, the lead and the tail of each atom, in characters."""
    text: list[float] = []
    lead: list[float] = []
    tail: list[float] = []
    for utterance in utterances:
        language = utterance.voice.language
        space = width(" ", language)  # a lead is a space or nothing
        text += [width(atom.text, language) for atom in utterance.atoms]
        lead += [space if atom.lead else 0.0 for atom in utterance.atoms]
        tail += [width(atom.tail, language) if atom.tail else 0.0 for atom in utterance.atoms]
    return np.array(text), np.array(lead), np.array(tail)


def _cumulative(values: NDArray[np.generic]) -> Numbers:
    return np.append(0.0, np.cumsum(values, dtype=np.float64))


def batches(utterances: Iterable[Utterance], atoms: int) -> Iterator[AtomArrays]:
    """The utterances in arrays of about `atoms` atoms, so that memory does not grow with the length of the video."""
    waiting: list[Utterance] = []
    count = 0
    for utterance in utterances:
        if count >= atoms:
            yield AtomArrays.of(waiting, utterance.atoms[0].start_s)
            waiting, count = [], 0
        waiting.append(utterance)
        count += len(utterance.atoms)
    if waiting:
        yield AtomArrays.of(waiting, np.inf)
