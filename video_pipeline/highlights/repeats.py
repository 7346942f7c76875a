"""A scene that is shown twice, as a teaser and in its place, gives one clip."""

from __future__ import annotations

import bisect
import itertools
from collections import Counter
from collections.abc import Sequence

from video_pipeline.core.span import Span
from video_pipeline.highlights.base import Evidence
from video_pipeline.highlights.candidates import Candidate

_SAME = 0.9
"""The share of the shorter text's pieces that the longer one has too. Two tellings of one story share far less."""
_LEAST_PIECES = 24
_BEFORE = 120
"""Letters before each reaction: half a dozen seconds of speech."""
_PIECE = 8
"""Letters: short enough to survive a word that was heard otherwise, long enough not to be everywhere."""


def without_repeats(candidates: Sequence[Candidate], evidence: Evidence) -> list[Candidate]:
    """Without those in which the same words earned the same reactions as in a better one elsewhere.

    The best candidate of each place speaks for those that overlap it.
    """
    said, shown, again, told = _Said(evidence), _Places(), _Places(), _Told()
    kept = []
    for candidate in sorted(candidates, key=lambda candidate: (-candidate.score, candidate.start_s, candidate.end_s)):
        if not shown.overlaps(candidate):
            if again.overlaps(candidate):
                continue
            if not told.add(said.pieces(candidate)):
                again.add(candidate)
                continue
            shown.add(candidate)
        kept.append(candidate)
    return kept


class _Places:
    """Spans, of which the starts and the ends are each in order."""

    def __init__(self) -> None:
        self._spans: list[Span] = []

    def add(self, span: Span) -> None:
        bisect.insort(self._spans, span, key=lambda span: span.start_s)

    def overlaps(self, span: Span) -> bool:
        k = bisect.bisect_left(self._spans, span.end_s, key=lambda other: other.start_s)
        return any(other.overlaps(span) for other in self._spans[max(0, k - 2) : k])


class _Told:
    """Texts by their pieces."""

    def __init__(self) -> None:
        self._lengths: list[int] = []
        self._with: dict[str, list[int]] = {}

    def add(self, pieces: frozenset[str]) -> bool:
        """False, and nothing added, where the text was told before."""
        shared = Counter(number for piece in pieces for number in self._with.get(piece, ()))
        for number, count in shared.items():
            least = min(len(pieces), self._lengths[number])
            if least >= _LEAST_PIECES and count >= _SAME * least:
                return False
        for piece in pieces:
            self._with.setdefault(piece, []).append(len(self._lengths))
        self._lengths.append(len(pieces))
        return True


class _Said:
    """The words of a video by time."""

    def __init__(self, evidence: Evidence) -> None:
        parts = sorted((part.start_s, part.text) for segment in evidence.segments for part in (segment.tokens or (segment,)))
        self._starts_s = [start_s for start_s, _ in parts]
        letters = ["".join(letter for letter in text.lower() if letter.isalnum()) for _, text in parts]
        self._until = [0, *itertools.accumulate(map(len, letters))]
        self._letters = "".join(letters)
        self._reactions_s = [reaction.start_s for reaction in evidence.reactions()]

    def pieces(self, span: Span) -> frozenset[str]:
        """Of what was said in a span right before each of its reactions."""
        a, b = bisect.bisect_left(self._reactions_s, span.start_s), bisect.bisect_left(self._reactions_s, span.end_s)
        first = self._said_until(span.start_s)
        ends = (self._said_until(time_s) for time_s in self._reactions_s[a:b])
        texts = (self._letters[max(first, end - _BEFORE) : end] for end in ends)
        return frozenset(text[k : k + _PIECE] for text in texts for k in range(len(text) - _PIECE + 1))

    def _said_until(self, time_s: float) -> int:
        return self._until[bisect.bisect_left(self._starts_s, time_s)]
