"""From what was heard to sentences: who said them, how, and where people laughed."""

from __future__ import annotations

import dataclasses
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from typing import NamedTuple

from video_pipeline.core.labels import Language, Sound
from video_pipeline.core.sentences import clause_ends, is_punctuated, tokens_that_end, word_ends
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import AudioEvent, Segment, Token
from video_pipeline.translate.base import Sentence

LONGEST_PAUSE_S = 2.0
"""A speaker who waits longer begins a new sentence, whatever the marks say; unless the next word tells that it goes on."""
_LONGEST_PAUSE_INSIDE_S = 4.0
"""The longest pause over which a word in small letters goes on with a sentence."""
_CASED = 0.05
"""Share of segments that begin with a capital letter in a text that has them: some engines write none."""
_I = re.compile(r"I\b")
"""English writes this in capitals everywhere; so do engines that write no others."""
_LONGEST_S = 20.0
"""Longer ones are divided at a clause: some engines write hardly any full stops."""
_MOST_CHARACTERS = 240
_LAUGH_WITHIN_S = 2.5
"""A laugh that begins within this time after a sentence is about it."""
_SET_UP = 2
"""Sentences before a punchline that are taken for its set-up."""
_SET_UP_WITHIN_S = 12.0
_PUNCTUATED = 0.3
"""Share of segments with full stops in a text that has them: some engines, and Chinese subtitles, write none."""
_SPACELESS = frozenset({Language.ZH, Language.YUE, Language.JA})
_MARK_GAIN_S = 3.0
"""A clause's end is as good a place to divide a sentence as a pause that is longer by this."""


class _Word(NamedTuple):
    token: Token
    segment: Segment


def sentences_of(segments: Sequence[Segment], events: Sequence[AudioEvent]) -> list[Sentence]:
    """All sentences in order of their start; together they have every word of the segments, each once.

    Args:
        segments: in order of their start.
        events: in order of their start.
    """
    marks = _Marks.of(segments, events)
    found = [_sentence(words) for run in _runs(segments, marks) for words in _divided(run, marks)]
    found.sort(key=lambda sentence: sentence.start_s)
    return list(_with_jokes([_heard(sentence, events) for sentence in found]))


@dataclass(frozen=True, slots=True)
class _Marks:
    """What a text's marks and letters, and the sounds around it, tell about where its sentences end."""

    punctuated: bool
    cased: bool
    laughs: Sequence[AudioEvent]

    @classmethod
    def of(cls, segments: Sequence[Segment], events: Sequence[AudioEvent]) -> _Marks:
        punctuated = sum(is_punctuated(segment.text) for segment in segments) >= _PUNCTUATED * len(segments)
        begins = [segment.text.lstrip() for segment in segments]
        capitals = sum(text[:1].isupper() and not _I.match(text) for text in begins)
        laughs = [event for event in events if event.label is Sound.LAUGHTER]
        return cls(punctuated, capitals > 0 and capitals >= _CASED * len(segments), laughs)

    def goes_on(self, before: _Word, after: _Word) -> bool:
        """Whether a word may belong to the sentence of the word before it."""
        pause_s = after.token.start_s - before.token.end_s
        if self.cased and after.token.text.lstrip()[:1].islower() and pause_s <= _LONGEST_PAUSE_INSIDE_S:
            if pause_s <= LONGEST_PAUSE_S:
                return True
            pause = Span(before.token.end_s, after.token.start_s)
            return not any(laugh.overlaps(pause) for laugh in self.laughs)
        return pause_s <= LONGEST_PAUSE_S and (self.punctuated or before.segment is after.segment)


def _runs(segments: Sequence[Segment], marks: _Marks) -> Iterator[list[_Word]]:
    """Words of one speaker in one language that may be of one sentence."""
    run: list[_Word] = []
    for segment in segments:
        words = [_Word(token, segment) for token in _tokens(segment)]
        if not words:
            continue
        before = run[-1] if run else None
        is_same = before and (before.segment.speaker, before.segment.language) == (segment.speaker, segment.language)
        if before and not (is_same and marks.goes_on(before, words[0])):
            yield run
            run = []
        if run and segment.language not in _SPACELESS and not words[0].token.text[0].isspace():
            words[0] = words[0]._replace(token=dataclasses.replace(words[0].token, text=" " + words[0].token.text))
        run += words
    if run:
        yield run


def _tokens(segment: Segment) -> Sequence[Token]:
    """The tokens of a segment; where it has none, its words with times in proportion to their length."""
    if segment.tokens:
        return [token for token in segment.tokens if token.text]
    ends = word_ends(segment.text)
    if not segment.text.strip():
        return []
    total = max(1, ends[-1])
    times = [segment.start_s + segment.duration_s * end / total for end in (0, *ends)]
    parts = zip(pairwise((0, *ends)), pairwise(times), strict=True)
    return [Token(start_s, end_s, segment.text[a:b]) for (a, b), (start_s, end_s) in parts if segment.text[a:b].strip()]


def _divided(run: Sequence[_Word], marks: _Marks) -> Iterator[Sequence[_Word]]:
    """The run from one end of a sentence to the next, or to a pause inside it."""
    ends = tokens_that_end([word.token.text for word in run], run[0].segment.language)
    begin = 0
    for k in range(len(run)):
        if k in ends or not marks.goes_on(run[k], run[k + 1]):
            yield from _shortened(run[begin : k + 1])
            begin = k + 1


def _shortened(words: Sequence[_Word]) -> Iterator[Sequence[_Word]]:
    """One sentence, or the clauses of one that is too long."""
    length_s, characters = words[-1].token.end_s - words[0].token.start_s, sum(len(word.token.text) for word in words)
    if len(words) < 4 or (length_s <= _LONGEST_S and characters <= _MOST_CHARACTERS):
        yield words
        return
    marks = set(clause_ends("".join(word.token.text for word in words)))
    until = list(accumulate(len(word.token.text) for word in words))

    def gain_s(k: int) -> float:
        """How good a place before word `k` is."""
        pause_s = words[k].token.start_s - words[k - 1].token.end_s
        off_middle = abs(until[k - 1] / characters - 0.5)
        return pause_s + _MARK_GAIN_S * (until[k - 1] in marks) - 2 * _MARK_GAIN_S * off_middle

    middle = max(range(1, len(words)), key=gain_s)
    yield from _shortened(words[:middle])
    yield from _shortened(words[middle:])


def _sentence(words: Sequence[_Word]) -> Sentence:
    tokens = tuple(word.token for word in words)
    longest = max(
        (tuple(group) for _, group in groupby(words, key=lambda word: word.segment.emotion)),
        key=lambda group: sum(word.token.duration_s for word in group),
    )
    voice = longest[0].segment
    return Sentence(
        start_s=tokens[0].start_s,
        end_s=max(token.end_s for token in tokens),
        text=" ".join("".join(token.text for token in tokens).split()),
        language=voice.language,
        tokens=tokens,
        speaker=voice.speaker,
        emotion=voice.emotion,
        emotion_p=voice.emotion_p,
    )


def _heard(sentence: Sentence, events: Sequence[AudioEvent]) -> Sentence:
    """With the sounds during it and the laugh after it."""
    until = bisect_right(events, sentence.end_s + _LAUGH_WITHIN_S, key=lambda event: event.start_s)
    near = [event for event in events[:until] if event.end_s > sentence.start_s]
    sounds = tuple(dict.fromkeys(event.label for event in near if event.overlaps(sentence)))
    late_s = sentence.start_s + sentence.duration_s / 2
    laughs = [event for event in near if event.label is Sound.LAUGHTER and event.start_s >= late_s]
    laugh_s = round(max(0.0, laughs[0].start_s - sentence.end_s), 1) if laughs else None
    return dataclasses.replace(sentence, sounds=sounds, laugh_s=laugh_s)


def _with_jokes(sentences: Sequence[Sentence]) -> Iterator[Sentence]:
    """A sentence after which people laugh is a punchline; the few before it are its set-up."""
    jokes = [0] * len(sentences)
    count = 0
    for k, sentence in enumerate(sentences):
        if sentence.laugh_s is None or (k + 1 < len(sentences) and sentences[k + 1].laugh_s == 0.0):
            continue  # the next one is nearer to the laugh
        count += 1
        for j in range(max(0, k - _SET_UP), k + 1):
            if not jokes[j] and sentence.start_s - sentences[j].end_s <= _SET_UP_WITHIN_S:
                jokes[j] = count
    for sentence, joke in zip(sentences, jokes, strict=True):
        yield dataclasses.replace(sentence, joke=joke) if joke else sentence
