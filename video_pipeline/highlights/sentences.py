"""Sentences with their times: by punctuation, and by pauses in text that has none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from video_pipeline.core.labels import Language
from video_pipeline.core.sentences import is_punctuated, tokens_that_end
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Segment, Token

_PAUSE_S = 0.5
"""From this pause on a new sentence begins in text without punctuation."""
_LONG_PAUSE_S = 2.0
"""From this pause on a new sentence begins whatever the punctuation says: the speaker broke off."""
_LONGEST_S = 20.0
"""A longer sentence is divided at its pauses: most likely its punctuation is missing."""
_SPACELESS = (Language.ZH, Language.YUE, Language.JA)


@dataclass(frozen=True, slots=True)
class Sentence(Span):
    """Words of one speaker that belong together."""

    text: str
    language: Language = Language.UNKNOWN
    speaker: str | None = None


def sentences(segments: Sequence[Segment]) -> list[Sentence]:
    """In order of their start. One may go on over several segments; a segment whose words have no times is one sentence."""
    found = [sentence for speech in _speeches(sorted(segments, key=_order)) for sentence in _parts(speech)]
    return sorted(found, key=lambda sentence: (sentence.start_s, sentence.end_s, sentence.text))


def _order(segment: Segment) -> tuple[float, float, str]:
    return segment.start_s, segment.end_s, segment.text


def _speeches(segments: Sequence[Segment]) -> Iterator[list[Segment]]:
    """Segments of one speaker and language without a long pause between them."""
    speech: list[Segment] = []
    for segment in segments:
        if speech and not _continues(speech[-1], segment):
            yield speech
            speech = []
        speech.append(segment)
    if speech:
        yield speech


def _continues(before: Segment, after: Segment) -> bool:
    same = (before.speaker, before.language) == (after.speaker, after.language)
    return bool(before.tokens and after.tokens and same) and 0 <= after.start_s - before.end_s < _LONG_PAUSE_S


def _parts(speech: Sequence[Segment]) -> Iterator[Sentence]:
    one = speech[0]
    if not one.tokens:
        yield Sentence(one.start_s, one.end_s, one.text.strip(), one.language, one.speaker)
        return
    tokens = [token for segment in speech for token in segment.tokens]
    texts = _texts(speech)
    for a, b in _with_numbers(list(_divided(tokens, texts, one.language)), tokens, texts):
        end_s = max(token.end_s for token in tokens[a : b + 1])
        text = "".join(texts[a : b + 1]).strip()
        yield Sentence(tokens[a].start_s, max(tokens[a].start_s, end_s), text, one.language, one.speaker)


def _divided(tokens: Sequence[Token], texts: Sequence[str], language: Language) -> Iterator[tuple[int, int]]:
    """The first and last index of each part that punctuation and pauses leave."""
    by_marks = is_punctuated("".join(texts))
    first = 0
    for last in sorted({*tokens_that_end(texts, language), len(tokens) - 1} if by_marks else {len(tokens) - 1}):
        spoken_s = tokens[last].end_s - tokens[first].start_s
        pause_s = _LONG_PAUSE_S if by_marks and spoken_s <= _LONGEST_S else _PAUSE_S
        yield from _between_pauses(tokens, first, last, pause_s)
        first = last + 1


def _with_numbers(parts: Sequence[tuple[int, int]], tokens: Sequence[Token], texts: Sequence[str]) -> list[tuple[int, int]]:
    """The parts, with those that are only numbers joined to the nearer neighbour: "1. 2. 3." is a count, "2. Mix it." an item."""
    joined: list[tuple[int, int]] = []
    for k, (first, last) in enumerate(parts):
        before_s = tokens[first].start_s - tokens[joined[-1][1]].end_s if joined else _LONG_PAUSE_S
        after_s = tokens[parts[k + 1][0]].start_s - tokens[last].end_s if k + 1 < len(parts) else _LONG_PAUSE_S
        is_number = _is_number(texts[first : last + 1])
        if (
            joined
            and before_s < _LONG_PAUSE_S
            and (_is_number(texts[joined[-1][0] : joined[-1][1] + 1]) or (is_number and before_s <= after_s))
        ):
            first = joined.pop()[0]
        joined.append((first, last))
    return joined


def _is_number(texts: Sequence[str]) -> bool:
    """Whether figures are all that is written, in any script."""
    return not any(letter.isalpha() and not letter.isnumeric() for text in texts for letter in text)


def _texts(speech: Sequence[Segment]) -> list[str]:
    """The tokens' texts; where their language has spaces, one stands between two segments."""
    space = "" if speech[0].language in _SPACELESS else " "
    texts: list[str] = []
    for segment in speech:
        joint = space if texts and not segment.tokens[0].text[:1].isspace() else ""
        texts += [joint + segment.tokens[0].text, *(token.text for token in segment.tokens[1:])]
    return texts


def _between_pauses(tokens: Sequence[Token], first: int, last: int, pause_s: float) -> Iterator[tuple[int, int]]:
    """The first and last index of each part that the pauses leave."""
    for k in range(first, last):
        if tokens[k + 1].start_s - tokens[k].end_s >= pause_s:
            yield first, k
            first = k + 1
    yield first, last
