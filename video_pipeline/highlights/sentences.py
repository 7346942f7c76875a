"""Sentences, by punctuation and by pauses between words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from video_pipeline.core.labels import Language
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Segment

_PAUSE_S = 0.5
"""From this pause on a new sentence begins: texts of some engines have no punctuation."""
_END_MARKS = (".", "!", "?", "。", "！", "？", "…")


@dataclass(frozen=True, slots=True)
class Sentence(Span):
    """Words of one speaker without a long pause."""

    text: str
    language: Language = Language.UNKNOWN
    speaker: str | None = None


def sentences(segments: Sequence[Segment]) -> list[Sentence]:
    """In order of their start; a segment whose words have no times is one sentence."""
    found = [sentence for segment in segments for sentence in _parts(segment)]
    return sorted(found, key=lambda sentence: (sentence.start_s, sentence.end_s, sentence.text))


def _parts(segment: Segment) -> Iterator[Sentence]:
    if not segment.tokens:
        yield Sentence(segment.start_s, segment.end_s, segment.text.strip(), segment.language, segment.speaker)
        return
    first = 0
    for k, token in enumerate(segment.tokens):
        after = segment.tokens[k + 1] if k + 1 < len(segment.tokens) else None
        if after is None or after.start_s - token.end_s >= _PAUSE_S or token.text.rstrip().endswith(_END_MARKS):
            said = segment.tokens[first : k + 1]
            end_s = max(part.end_s for part in said)
            text = "".join(part.text for part in said).strip()
            yield Sentence(said[0].start_s, max(said[0].start_s, end_s), text, segment.language, segment.speaker)
            first = k + 1
