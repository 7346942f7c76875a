"""The strongest second of a clip: where it is loudest, in a reaction of the audience if there is one, and in whole words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from video_pipeline.clips.base import SourceVideo
from video_pipeline.clips.tighten.fillers import whole_words
from video_pipeline.clips.tighten.keep import HOP_S, levels_db
from video_pipeline.core.labels import REACTIONS
from video_pipeline.core.span import Span

_LEAST_BEFORE_S = 3.0
"""What comes sooner than this in the clip is no surprise at its start."""
_LEAST_BEFORE = 0.3
"""The same as a share of a short clip."""
_LONGEST_SHARE = 0.25
"""Of a clip, that is shown first at most."""
_SHORTEST_S = 1.0
"""A shorter clip is its own strongest second."""
_WIDEST = 2.5
"""Times its length that the part may grow to hold whole words; beyond, a word is left out instead."""


def strongest(source: SourceVideo, clip: Span, length_s: float) -> Span | None:
    """The part of the source to show first; None where the clip is too short."""
    levels = levels_db(source, clip)
    length_s = min(length_s, _LONGEST_SHARE * clip.duration_s)
    frames, first = (round(time_s / HOP_S) for time_s in (length_s, min(_LEAST_BEFORE_S, _LEAST_BEFORE * clip.duration_s)))
    if clip.duration_s < _SHORTEST_S or len(levels) < first + frames:
        return None
    power = 10 ** (levels / 10)
    sums = np.concatenate([[0.0], np.cumsum(power)])
    windows = sums[frames:] - sums[:-frames]
    allowed = np.zeros(len(windows), bool)
    for event in source.events:
        if event.label in REACTIONS and event.overlaps(clip):
            start, end = (round((time_s - clip.start_s) / HOP_S) for time_s in (event.start_s, event.end_s))
            # At least half of the part is reaction.
            allowed[max(0, start - frames // 2) : max(0, end - frames // 2)] = True
    allowed[:first] = False
    if not allowed.any():
        allowed[first:] = True
    best = int(np.where(allowed, windows, -1.0).argmax())
    start_s = clip.start_s + best * HOP_S
    return in_whole_words(Span(start_s, start_s + length_s), clip, whole_words(source.segments))


def in_whole_words(part: Span, clip: Span, words: Sequence[Span]) -> Span:
    """The part with its edges moved out to those of words; in, past the word, where that would be too much."""
    longest_s = _WIDEST * part.duration_s
    cut = [word for word in words if word.start_s < part.start_s < word.end_s or word.start_s < part.end_s < word.end_s]
    start_s, end_s = part.start_s, part.end_s
    for word in cut:
        if word.start_s < start_s < word.end_s:
            start_s = word.start_s if end_s - word.start_s <= longest_s else min(word.end_s, end_s)
    for word in cut:
        if word.start_s < end_s < word.end_s:
            end_s = word.end_s if word.end_s - start_s <= longest_s else max(word.start_s, start_s)
    grown = Span(max(clip.start_s, start_s), min(clip.end_s, end_s))
    return grown if grown.duration_s >= part.duration_s / 2 else part
