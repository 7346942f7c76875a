"""Chapters of a lesson: divided at its long pauses, named by the words that stand out."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import Segment
from video_pipeline.report.conversation.record import Chapter

_AIM_S = 240.0
"""A chapter about this long is easy to find one's way in; half of it is the shortest."""
_TOPICS = 4
_LEAST_LETTERS = 4
_WORD = re.compile(r"[^\W\d_]{2,}")
_SPACELESS = (Language.ZH, Language.YUE, Language.JA)


def chapters_of(segments: Sequence[Segment], duration_s: float) -> list[Chapter]:
    """At least two of half the aim each, else none: then there is nothing to find."""
    parts = _divided(list(segments))
    if len(parts) < 2:
        return []
    starts_s = [0.0, *(part[0].start_s for part in parts[1:])]
    ends_s = [*starts_s[1:], duration_s]
    counts = [Counter(_terms(part)) for part in parts]
    return [
        Chapter(start_s=round(start_s, 3), end_s=round(end_s, 3), topics=_topics(count, counts))
        for start_s, end_s, count in zip(starts_s, ends_s, counts, strict=True)
    ]


def _divided(segments: list[Segment]) -> list[list[Segment]]:
    """Halved at the longest pause, and again, while both parts are long enough."""
    if not segments or segments[-1].end_s - segments[0].start_s < 1.5 * _AIM_S:
        return [segments] if segments else []
    first_s, last_s = segments[0].start_s + _AIM_S / 2, segments[-1].end_s - _AIM_S / 2
    cuts = [
        (after.start_s - before.end_s, k)
        for k, (before, after) in enumerate(pairwise(segments), 1)
        if first_s <= after.start_s <= last_s
    ]
    if not cuts:
        return [segments]
    _, cut = max(cuts)
    return _divided(segments[:cut]) + _divided(segments[cut:])


def _terms(segments: Sequence[Segment]) -> Iterator[str]:
    """Words of some length; in languages without spaces pairs of letters."""
    for segment in segments:
        for word in _WORD.findall(segment.text.lower()):
            if segment.language in _SPACELESS:
                yield from (word[k : k + 2] for k in range(len(word) - 1))
            elif len(word) >= _LEAST_LETTERS:
                yield word


def _topics(count: Counter[str], every: Sequence[Counter[str]]) -> tuple[str, ...]:
    """Frequent here and rare elsewhere (tf-idf), said twice or more."""
    worth = {
        term: number * math.log(len(every) / sum(term in other for other in every))
        for term, number in count.items()
        if number > 1
    }
    best = sorted((term for term in worth if worth[term] > 0), key=lambda term: (-worth[term], term))
    return tuple(best[:_TOPICS])
