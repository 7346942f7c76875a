"""Where cuts are not allowed (words, reactions) and where they are preferred (sentences, turns, cuts of the picture)."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from video_pipeline.core.span import Span
from video_pipeline.highlights.base import Evidence
from video_pipeline.highlights.fading import Fading
from video_pipeline.highlights.openings import continues
from video_pipeline.highlights.sentences import sentences

_BREATH_S = 0.25
"""Pauses up to this length are inside a phrase: the speaker only breathes, so no cut is made there."""


@dataclass(frozen=True, slots=True)
class SentenceStart:
    """Where a sentence begins."""

    time_s: float
    pause_s: float
    """Time without a word before it."""
    turn: bool
    """Whether the speaker is another one than before."""
    continues: bool = False
    """Whether its first word joins it to the sentence before."""


class Busy:
    """Stretches of time that a cut must not fall into; their edges are free."""

    def __init__(self, spans: Iterable[Span], gap_s: float = 0.0) -> None:
        """Stretches at most `gap_s` apart are joined."""
        self._starts_s: list[float] = []
        self._ends_s: list[float] = []
        for start_s, end_s in sorted((span.start_s, span.end_s) for span in spans if span.end_s > span.start_s):
            if self._ends_s and start_s - self._ends_s[-1] <= gap_s:
                self._ends_s[-1] = max(self._ends_s[-1], end_s)
            else:
                self._starts_s.append(start_s)
                self._ends_s.append(end_s)

    def __iter__(self) -> Iterator[Span]:
        return (Span(a, b) for a, b in zip(self._starts_s, self._ends_s, strict=True))

    def at(self, time_s: float) -> Span | None:
        """The stretch around a time, None if the time is free."""
        k = bisect.bisect_left(self._starts_s, time_s) - 1
        return Span(self._starts_s[k], self._ends_s[k]) if k >= 0 and time_s < self._ends_s[k] else None

    def free_from(self, time_s: float) -> float:
        """The first free time, `time_s` or later."""
        span = self.at(time_s)
        return span.end_s if span else time_s

    def free_until(self, time_s: float) -> float:
        """The last free time, `time_s` or earlier."""
        span = self.at(time_s)
        return span.start_s if span else time_s

    def next_s(self, time_s: float) -> float:
        """When the next stretch begins, `time_s` or later; infinite if there is none."""
        k = bisect.bisect_left(self._starts_s, time_s)
        return self._starts_s[k] if k < len(self._starts_s) else float("inf")

    def last_s(self, time_s: float) -> float:
        """When the last stretch ended, `time_s` or earlier; 0 if there is none."""
        k = bisect.bisect_right(self._ends_s, time_s)
        return self._ends_s[k - 1] if k else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """What matters for cuts, prepared for searches by time."""

    words: Busy
    """Spoken words; a segment whose words have no times is one word."""
    reactions: Busy
    """Events of an audience."""
    either: Busy
    """Phrases (words with only short pauses between them) and reactions."""
    starts: Sequence[SentenceStart]
    """In order of time."""
    ends_s: Sequence[float]
    """Ends of sentences, in order of time."""
    word_edges_s: Sequence[float]
    """Starts and ends of words, including those between words without a pause."""
    fading: Fading
    """How long reactions are audible after their end."""
    turns: bool
    """Whether speakers are known."""
    cuts_s: Sequence[float]
    """Cuts of the picture, in order of time."""
    duration_s: float
    """Of the video."""

    @classmethod
    def of(cls, evidence: Evidence) -> Edges:
        words: list[Span] = [span for segment in evidence.segments for span in (segment.tokens or (segment,))]
        reactions = evidence.reactions()
        busy = Busy(words)
        starts = _sentence_starts(evidence, busy)
        return cls(
            words=busy,
            reactions=Busy(reactions),
            either=Busy([*Busy(words, _BREATH_S), *reactions]),
            starts=starts,
            ends_s=sorted({sentence.end_s for sentence in sentences(evidence.segments)}),
            word_edges_s=sorted({time_s for word in words for time_s in (word.start_s, word.end_s)}),
            fading=Fading(evidence.level),
            turns=any(start.turn for start in starts),
            cuts_s=sorted(evidence.cuts_s),
            duration_s=evidence.duration_s,
        )

    def inside_word(self, time_s: float) -> bool:
        """Whether a cut there is inside a word, and not between two words without a pause."""
        k = bisect.bisect_left(self.word_edges_s, time_s)
        is_word_edge = k < len(self.word_edges_s) and self.word_edges_s[k] == time_s
        return self.words.at(time_s) is not None and not is_word_edge


def _sentence_starts(evidence: Evidence, words: Busy) -> list[SentenceStart]:
    """Starts of sentences, without those that fall into somebody else's words."""
    said = sentences(evidence.segments)
    speakers = [None, *(sentence.speaker for sentence in said)]
    starts = []
    for sentence, (before, now) in zip(said, pairwise(speakers), strict=True):
        if not words.at(sentence.start_s):
            pause_s = sentence.start_s - words.last_s(sentence.start_s)
            turn = None not in (before, now) and before != now
            joined = not turn and continues(sentence.text, sentence.language)
            starts.append(SentenceStart(sentence.start_s, pause_s, turn, joined))
    return starts
