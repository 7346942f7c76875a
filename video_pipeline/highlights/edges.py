"""What stands in the way of a cut: words and reactions, and the sentences, turns and pictures at which one is welcome."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from video_pipeline.core.span import Span
from video_pipeline.highlights.base import Evidence
from video_pipeline.highlights.fading import Fading
from video_pipeline.highlights.sentences import sentences

_BREATH_S = 0.25
"""Shorter pauses between words are no place to cut: the speaker goes on."""


@dataclass(frozen=True, slots=True)
class SentenceStart:
    """Where somebody begins a sentence, after `pause_s` without a word; `turn` where it is somebody else than before."""

    time_s: float
    pause_s: float
    turn: bool


class Busy:
    """Stretches of time that no cut may fall into; their edges are free."""

    def __init__(self, spans: Iterable[Span], gap_s: float = 0.0) -> None:
        """Stretches at most `gap_s` apart are one."""
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
        """The stretch around a time, None where it is free."""
        k = bisect.bisect_left(self._starts_s, time_s) - 1
        return Span(self._starts_s[k], self._ends_s[k]) if k >= 0 and time_s < self._ends_s[k] else None

    def meets(self, span: Span) -> bool:
        """Whether a stretch shares some time with a span."""
        return self.next_s(span.start_s) < span.end_s or self.at(span.start_s) is not None

    def free_from(self, time_s: float) -> float:
        """The first free time, `time_s` or later."""
        span = self.at(time_s)
        return span.end_s if span else time_s

    def free_until(self, time_s: float) -> float:
        """The last free time, `time_s` or earlier."""
        span = self.at(time_s)
        return span.start_s if span else time_s

    def next_s(self, time_s: float) -> float:
        """When the next stretch begins, `time_s` or later; infinite where none does."""
        k = bisect.bisect_left(self._starts_s, time_s)
        return self._starts_s[k] if k < len(self._starts_s) else float("inf")

    def last_s(self, time_s: float) -> float:
        """When the last stretch ended, `time_s` or earlier; 0 where none did."""
        k = bisect.bisect_right(self._ends_s, time_s)
        return self._ends_s[k - 1] if k else 0.0


@dataclass(frozen=True, slots=True)
class Edges:
    """A video prepared for look-ups by time.

    Attributes:
        words: where somebody says one; a sentence whose words have no times is one word.
        reactions: where an audience reacts.
        either: where people are in the middle of saying something, or an audience reacts.
        starts: of sentences, in order of time.
        ends_s: of sentences, in order of time.
        word_edges_s: starts and ends of words, also of words between which is no pause.
        fading: how long reactions can still be heard after their end.
        turns: whether it is known who speaks.
        cuts_s: of the picture.
        duration_s: of the video.
    """

    words: Busy
    reactions: Busy
    either: Busy
    starts: Sequence[SentenceStart]
    ends_s: Sequence[float]
    word_edges_s: Sequence[float]
    fading: Fading
    turns: bool
    cuts_s: Sequence[float]
    duration_s: float

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
        """Whether a cut there would be inside a word; between two words without a pause it would not."""
        k = bisect.bisect_left(self.word_edges_s, time_s)
        return self.words.at(time_s) is not None and not (k < len(self.word_edges_s) and self.word_edges_s[k] == time_s)


def _sentence_starts(evidence: Evidence, words: Busy) -> list[SentenceStart]:
    """Without those that fall into somebody else's words."""
    said = sentences(evidence.segments)
    speakers = [None, *(sentence.speaker for sentence in said)]
    return [
        SentenceStart(
            sentence.start_s, sentence.start_s - words.last_s(sentence.start_s), None not in (before, now) and before != now
        )
        for sentence, (before, now) in zip(said, pairwise(speakers), strict=True)
        if not words.at(sentence.start_s)
    ]
