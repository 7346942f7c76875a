"""Filler words by language. To add a language, add its line to each table that it has words for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from video_pipeline.core.labels import Language
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Segment, Token

ALWAYS: dict[Language, frozenset[str]] = {
    Language.EN: frozenset({"um", "umm", "uh", "uhh", "uhm", "er", "erm", "hmm", "mm"}),
    Language.ZH: frozenset({"嗯", "呃", "额", "唔"}),
    Language.YUE: frozenset({"嗯", "呃", "誒"}),
    Language.JA: frozenset({"えーと", "えっと", "ええと", "えー", "うーん", "あのー", "あのう", "そのー", "んー"}),
    Language.KO: frozenset({"음", "으음", "어어"}),
}
"""Words that mean nothing wherever they stand."""
BETWEEN_PAUSES: dict[Language, frozenset[str]] = {
    Language.ZH: frozenset({"那个", "那個", "就是说", "这个"}),
    Language.YUE: frozenset({"即係", "嗰個"}),
    Language.JA: frozenset({"あの", "その", "まあ"}),
    Language.KO: frozenset({"그", "저기", "어"}),
}
"""Words that often mean something: fillers only where a pause stands before and after them."""
_PAUSE_S = 0.12
"""Shorter pauses are between any two words."""
_MOST_TOKENS = 4
"""Longest filler, in tokens: in Chinese and Japanese each character may be one."""
_PUNCTUATION = " \t.,!?;:…、。，！？-—"


def fillers(segments: Sequence[Segment]) -> Iterator[Span]:
    """The filler words of some speech, with their times. Segments without token times have none."""
    for segment in segments:
        place, tokens = 0, segment.tokens
        while place < len(tokens):
            length = next((n for n in range(_MOST_TOKENS, 0, -1) if _is_filler(segment, place, n)), 0)
            if length:
                yield Span(tokens[place].start_s, tokens[place + length - 1].end_s)
            place += length or 1


def whole_words(segments: Sequence[Segment]) -> list[Span]:
    """The times of words, where engines cut some of them into several tokens."""
    words: list[Span] = []
    for segment in segments:
        for place, token in enumerate(segment.tokens):
            if words and place and not _begins_a_word(segment.tokens, place):
                words[-1] = Span(words[-1].start_s, max(words[-1].end_s, token.end_s))
            else:
                words.append(Span(token.start_s, token.end_s))
    return words


def _is_filler(segment: Segment, place: int, length: int) -> bool:
    tokens = segment.tokens
    if place + length > len(tokens) or not _begins_a_word(tokens, place) or not _begins_a_word(tokens, place + length):
        return False
    word = "".join(token.text for token in tokens[place : place + length]).strip(_PUNCTUATION).lower()
    if word in ALWAYS.get(segment.language, ()):
        return True
    before_s = tokens[place].start_s - tokens[place - 1].end_s if place else _PAUSE_S
    after_s = tokens[place + length].start_s - tokens[place + length - 1].end_s if place + length < len(tokens) else _PAUSE_S
    return word in BETWEEN_PAUSES.get(segment.language, ()) and min(before_s, after_s) >= _PAUSE_S


def _begins_a_word(tokens: Sequence[Token], place: int) -> bool:
    """Whether no word goes on from the token before: letters of alphabets join, other signs stand alone."""
    if place in (0, len(tokens)):
        return True
    before, text = tokens[place - 1].text, tokens[place].text
    return not (before[-1:].isascii() and before[-1:].isalnum() and text[:1].isascii() and text[:1].isalnum())
