"""Where a clip may begin and end: at the start of a sentence before the first reaction, after the last one has died away."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from video_pipeline.core.span import Span
from video_pipeline.core.transcript import AudioEvent, Segment, Token
from video_pipeline.highlights.base import HighlightOptions

_PAUSE_S = 0.5
_SENTENCE_END = (".", "!", "?", "。", "！", "？", "…")
_LEAD_S = 0.1  # before the first word, so that its first sound is whole
_BREATH_S = 0.05  # kept free of the next word


@dataclass(frozen=True, slots=True)
class Edges:
    """A video's words and sentence starts, prepared for look-ups by time."""

    words: Sequence[Span]
    sentence_starts_s: Sequence[float]
    reactions: Sequence[Span]
    duration_s: float

    @classmethod
    def of(cls, segments: Sequence[Segment], events: Sequence[AudioEvent], duration_s: float) -> Edges:
        words: list[Span] = []
        starts_s: list[float] = []
        for segment in segments:
            tokens: Sequence[Span] = segment.tokens or (segment,)
            starts_s.append(segment.start_s)
            starts_s += [b.start_s for a, b in pairwise(tokens) if _ends_sentence(a, b)]
            words += tokens
        return cls(sorted(words, key=lambda w: w.start_s), sorted(starts_s), events, duration_s)

    def word_at(self, time_s: float) -> Span | None:
        """The word sounding at a time, None in a pause."""
        k = bisect.bisect_right(self.words, time_s, key=lambda w: w.start_s) - 1
        # words rarely overlap; the two before cover those that do
        return next((w for w in self.words[max(0, k - 2) : k + 1] if w.start_s < time_s < w.end_s), None)

    def pause_before_s(self, time_s: float) -> float:
        k = bisect.bisect_left(self.words, time_s - 1e-6, key=lambda w: w.start_s)
        return time_s - (self.words[k - 1].end_s if k else 0.0)

    def next_word_s(self, time_s: float) -> float:
        k = bisect.bisect_left(self.words, time_s, key=lambda w: w.start_s)
        return self.words[k].start_s if k < len(self.words) else self.duration_s


def _ends_sentence(a: Span, b: Span) -> bool:
    return b.start_s - a.end_s >= _PAUSE_S or (isinstance(a, Token) and a.text.rstrip().endswith(_SENTENCE_END))


def bounds(core: Span, edges: Edges, options: HighlightOptions) -> Span:
    """The clip around a group of reactions that spans `core`; within the limits of length wherever the video allows it."""
    end_s = _end_s(core.end_s, edges, options)
    most_s = options.longest_s - options.setup_least_s
    if end_s - core.start_s > most_s:  # of a reaction longer than a clip, the beginning is kept, where its cause is
        end_s = _into_pause(core.start_s + most_s, edges)
    least_s = min(options.least_s, edges.duration_s)
    earliest_s = max(0.0, end_s - options.longest_s)
    start_s = _start_s(core.start_s, min(core.start_s - options.setup_least_s, end_s - least_s), earliest_s, edges, options)
    if end_s - start_s < least_s:
        end_s = min(edges.duration_s, _out_of_speech(start_s + least_s, edges))
    if end_s - start_s < least_s:
        start_s = max(0.0, _into_pause(end_s - least_s, edges))
    return Span(start_s, end_s)


def _start_s(first_s: float, wanted_s: float, earliest_s: float, edges: Edges, options: HighlightOptions) -> float:
    """The sentence with the longest pause before it that is far enough ahead; nearer or none where speech gives no choice."""
    low_s = max(earliest_s, min(first_s - options.setup_most_s, wanted_s))
    ahead = [t for t in edges.sentence_starts_s if low_s <= t <= wanted_s and not _inside_reaction(t, edges)]
    if ahead:
        best_s = max(ahead, key=edges.pause_before_s)
    else:
        near = [t for t in edges.sentence_starts_s if max(low_s, earliest_s) <= t <= first_s]
        best_s = min(near) if near else max(earliest_s, wanted_s)
        if not near or edges.word_at(best_s):
            return max(0.0, _into_pause(max(0.0, best_s), edges))
    lead_s = min(_LEAD_S, edges.pause_before_s(best_s) / 2)
    return max(0.0, earliest_s, best_s - max(0.0, lead_s))


def _end_s(last_s: float, edges: Edges, options: HighlightOptions) -> float:
    """A little after the reaction, before the next word; after the word in progress where somebody speaks over its end."""
    for _ in range(len(edges.reactions) + 1):
        running = next((r for r in edges.reactions if r.start_s < last_s < r.end_s), None)
        if running is None:
            break
        last_s = running.end_s
    word = edges.word_at(last_s)
    if word is not None:
        return min(edges.duration_s, _out_of_speech(word.end_s, edges))
    free_s = edges.next_word_s(last_s) - last_s
    return min(edges.duration_s, last_s + min(options.tail_s, max(0.0, free_s - _BREATH_S)))


def _out_of_speech(time_s: float, edges: Edges) -> float:
    """`time_s`, or the end of the word sounding then."""
    word = edges.word_at(time_s)
    return word.end_s if word else time_s


def _into_pause(time_s: float, edges: Edges) -> float:
    """`time_s`, or the start of the word sounding then."""
    word = edges.word_at(time_s)
    return word.start_s if word else time_s


def _inside_reaction(time_s: float, edges: Edges) -> bool:
    return any(r.start_s < time_s < r.end_s for r in edges.reactions)
