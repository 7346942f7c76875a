"""Takes numbers and mail addresses out of words, and says where in the sound they are.

A masked word is the token `###` with the time of what it stands for, so a transcript itself says what has to be bleeped.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from video_pipeline.core.span import Span, merged
from video_pipeline.core.transcript import Segment, Token, Transcript
from video_pipeline.speech.personal import MASK, Range, masked, personal_in

_GOES_ON_S = 6.0
"""A number may be said in parts; after a longer pause another one begins."""
_AROUND_S = 0.12
"""Sound bleeped before and after a word: engines know the times of words by about a tenth of a second."""


def without_personal(transcript: Transcript) -> Transcript:
    """The transcript with `###` in the place of numbers and addresses, also of those said across several segments."""
    segments = [one for group in _groups(transcript.segments) for one in _masked_group(group)]
    return dataclasses.replace(transcript, segments=tuple(segments))


def without_personal_alone(segment: Segment) -> Segment:
    """The same for a segment of which the neighbours are not known yet."""
    return _masked_group([segment])[0]


def bleeps(segments: Iterable[Segment]) -> list[Span]:
    """Where masked words are heard, in order; all of a segment whose words have no times."""
    found = [span for segment in segments for span in _bleeps(segment)]
    return merged(Span(max(0.0, span.start_s - _AROUND_S), span.end_s + _AROUND_S) for span in found)


def _bleeps(segment: Segment) -> list[Span]:
    tokens = [Span(token.start_s, token.end_s) for token in segment.tokens if MASK in token.text]
    return tokens or ([Span(segment.start_s, segment.end_s)] if MASK in segment.text else [])


def _groups(segments: Sequence[Segment]) -> Iterator[list[Segment]]:
    """Segments without a long pause between them."""
    group = list(segments[:1])
    for before, segment in pairwise(segments):
        if segment.start_s - before.end_s > _GOES_ON_S:
            yield group
            group = []
        group.append(segment)
    if group:
        yield group


def _masked_group(group: Sequence[Segment]) -> list[Segment]:
    texts = _masked_lines([segment.text for segment in group])
    spoken = ["".join(token.text for token in segment.tokens) for segment in group]
    ranges = _in_lines(spoken)
    return [_masked(segment, text, found) for segment, text, found in zip(group, texts, ranges, strict=True)]


def _masked(segment: Segment, text: str, ranges: Sequence[Range]) -> Segment:
    tokens = _masked_tokens(segment.tokens, ranges)
    spoken = "".join(token.text for token in segment.tokens).strip()
    if segment.tokens and spoken == segment.text.strip():
        return dataclasses.replace(segment, text="".join(token.text for token in tokens).strip(), tokens=tokens)
    if MASK in text and not ranges:  # written in another way than spoken: which words they are is not known
        return dataclasses.replace(segment, text=text, tokens=())
    if ranges and MASK not in text:
        text = "".join(token.text for token in tokens).strip()
    return dataclasses.replace(segment, text=text, tokens=tokens)


def _masked_tokens(tokens: Sequence[Token], ranges: Sequence[Range]) -> tuple[Token, ...]:
    """One token for all that hold a part of a range."""
    found: list[Token] = []
    at = 0
    pending: tuple[Token, ...] = ()
    for token in tokens:
        here = [one for one in ranges if one[0] < at + len(token.text) and one[1] > at]
        text = _cut_out(token.text, here, at)
        goes_on = bool(pending) and any(one[0] < at for one in here)
        if goes_on:
            found[-1] = _joined(found[-1], token, text)
        else:
            found.append(dataclasses.replace(token, text=text) if here else token)
        at += len(token.text)
        pending = (token,) if any(one[1] > at for one in here) else ()
    return tuple(found)


def _cut_out(text: str, ranges: Sequence[Range], at: int) -> str:
    """The text, which begins at `at`, with a mask for every range that begins in it, and without what others have of it."""
    for start, end in reversed(ranges):
        first, last = max(0, start - at), min(len(text), end - at)
        text = text[:first] + (MASK if start >= at else "") + text[last:]
    return text


def _joined(mask: Token, token: Token, text: str) -> Token:
    confidence = min(mask.confidence, token.confidence)
    return Token(mask.start_s, max(mask.end_s, token.end_s), mask.text + text, confidence)


def _masked_lines(lines: Sequence[str]) -> list[str]:
    return [masked(line, found) for line, found in zip(lines, _in_lines(lines), strict=True)]


def _in_lines(lines: Sequence[str]) -> list[list[Range]]:
    """What is personal in each line, also where it goes over their ends."""
    found: list[list[Range]] = [[] for _ in lines]
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    number = 0
    for start, end in personal_in("\n".join(lines)):
        while number + 1 < len(lines) and starts[number + 1] <= start:
            number += 1
        for k in range(number, len(lines)):
            if starts[k] >= end:
                break
            first, last = max(start, starts[k]) - starts[k], min(end, starts[k] + len(lines[k])) - starts[k]
            if last > first:
                found[k].append((first, last))
    return found
