"""A scene that is shown twice, as a teaser and in its place, gives one clip: told by its words, and by its sound."""

from __future__ import annotations

import bisect
import itertools
from collections import Counter
from collections.abc import Iterable, Sequence

from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Segment
from video_pipeline.highlights.base import Evidence
from video_pipeline.highlights.candidates import Candidate
from video_pipeline.highlights.same_sound import Sounds

_SAME_SHARE = 0.9
"""Share of the shorter text's pieces that the longer text has too. Two tellings of one story share far less."""
_LEAST_PIECES = 24
"""Shorter texts ("thank you") are said twice by chance."""
_LETTERS_BEFORE = 120
"""Letters compared before each reaction: about six seconds of speech."""
_PIECE_LETTERS = 8
"""Short enough that one word recognised differently spoils few pieces, long enough to be rare."""


def without_repeats(candidates: Sequence[Candidate], evidence: Evidence) -> list[Candidate]:
    """Candidates without those in which the same words or sounds earned the same reactions as in a better one elsewhere.

    The best candidate of each place decides for those that overlap it.
    """
    letters, shown, repeated, texts = _Letters(evidence.segments), _Places(), _Places(), _Texts()
    sounds = Sounds(evidence)
    kept = []
    for candidate in sorted(candidates, key=lambda candidate: (-candidate.score, candidate.start_s, candidate.end_s)):
        if not shown.overlaps(candidate):
            if repeated.overlaps(candidate):
                continue
            starts_s = [event.start_s for event in candidate.events]
            if not (texts.add(letters.pieces(candidate, starts_s)) and sounds.add(starts_s)):
                repeated.add(candidate)
                continue
            shown.add(candidate)
        kept.append(candidate)
    return kept


class _Places:
    """Spans that do not overlap, searched by time."""

    def __init__(self) -> None:
        self._spans: list[Span] = []

    def add(self, span: Span) -> None:
        bisect.insort(self._spans, span, key=lambda span: span.start_s)

    def overlaps(self, span: Span) -> bool:
        k = bisect.bisect_left(self._spans, span.end_s, key=lambda other: other.start_s)
        return any(other.overlaps(span) for other in self._spans[max(0, k - 2) : k])


class _Texts:
    """Texts as sets of pieces."""

    def __init__(self) -> None:
        self._lengths: list[int] = []
        self._with: dict[str, list[int]] = {}
        """By piece: the numbers of the texts that have it."""

    def add(self, pieces: frozenset[str]) -> bool:
        """False, without adding it, if an equal text is there already."""
        shared = Counter(number for piece in pieces for number in self._with.get(piece, ()))
        for number, count in shared.items():
            least = min(len(pieces), self._lengths[number])
            if least >= _LEAST_PIECES and count >= _SAME_SHARE * least:
                return False
        for piece in pieces:
            self._with.setdefault(piece, []).append(len(self._lengths))
        self._lengths.append(len(pieces))
        return True


class _Letters:
    """All that is said in a video as one row of letters, addressed by time."""

    def __init__(self, segments: Iterable[Segment]) -> None:
        parts = sorted((part.start_s, part.text) for segment in segments for part in (segment.tokens or (segment,)))
        self._starts_s = [start_s for start_s, _ in parts]
        letters = ["".join(letter for letter in text.lower() if letter.isalnum()) for _, text in parts]
        self._until = [0, *itertools.accumulate(map(len, letters))]
        self._letters = "".join(letters)

    def pieces(self, span: Span, times_s: Iterable[float]) -> frozenset[str]:
        """Pieces of what is said in a span shortly before each of some times."""
        first = self._count_until(span.start_s)
        ends = (self._count_until(time_s) for time_s in times_s)
        texts = (self._letters[max(first, end - _LETTERS_BEFORE) : end] for end in ends)
        return frozenset(text[k : k + _PIECE_LETTERS] for text in texts for k in range(len(text) - _PIECE_LETTERS + 1))

    def _count_until(self, time_s: float) -> int:
        """Number of letters said before a time."""
        return self._until[bisect.bisect_left(self._starts_s, time_s)]
