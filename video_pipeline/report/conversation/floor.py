"""Who has the floor: turns without the sounds of listening, silences, overlaps, interruptions, answers."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from video_pipeline.core.span import Span, merged

_LEAST_HOLD_S = 1.0
"""Who interrupts speaks on for this long; less is a word thrown in."""


@dataclass(frozen=True, slots=True)
class Stretch(Span):
    """A time in which one person speaks."""

    speaker: str


@dataclass(frozen=True, slots=True)
class Interruption(Span):
    """`by` begins while `of` speaks; the span is the time in which both do."""

    by: str
    of: str


def speech_of(stretches: Sequence[Stretch]) -> dict[str, list[Span]]:
    """Disjoint times of speech by speaker, in the order in which they are first heard."""
    names = dict.fromkeys(stretch.speaker for stretch in sorted(stretches, key=lambda one: one.start_s))
    return {name: merged(one for one in stretches if one.speaker == name) for name in names}


def at_once(stretches: Sequence[Stretch]) -> list[Span]:
    """Times in which two or more speak."""
    edges = sorted((at_s, step) for spans in speech_of(stretches).values() for s in spans for at_s, step in _edges(s))
    found, speaking, since_s = [], 0, 0.0
    for at_s, step in edges:
        if speaking >= 2 and at_s > since_s:
            found.append(Span(since_s, at_s))
        speaking, since_s = speaking + step, at_s
    return merged(found)


def pauses(stretches: Sequence[Span], duration_s: float) -> list[Span]:
    """Times in which nobody speaks, from start to end."""
    spoken = merged(stretches)
    starts_s = [0.0, *(span.end_s for span in spoken)]
    ends_s = [*(span.start_s for span in spoken), duration_s]
    return [Span(start_s, end_s) for start_s, end_s in zip(starts_s, ends_s, strict=True) if end_s > start_s]


def outside(gone: Iterable[Span], spans: Iterable[Span]) -> list[Span]:
    """What is left of `spans` without the time of `gone`."""
    taken = merged(gone)
    ends_s = [span.end_s for span in taken]
    return [part for span in spans for part in _left(span, taken, bisect.bisect_right(ends_s, span.start_s))]


def listening(stretches: Sequence[Stretch], most_s: float) -> list[Stretch]:
    """Short stretches within another's turn."""
    return [one for one in stretches if one.duration_s <= most_s and any(_lies_in(one, other) for other in stretches)]


def floors(stretches: Sequence[Stretch], pause_s: float, backchannel_s: float) -> list[Stretch]:
    """Turns in order of their start: what one says until another takes over, or nobody speaks for `pause_s`."""
    heard = set(listening(stretches, backchannel_s))
    found: list[Stretch] = []
    for one in sorted((one for one in stretches if one not in heard), key=lambda one: (one.start_s, one.end_s)):
        last = found[-1] if found else None
        if last is not None and last.speaker == one.speaker and one.start_s - last.end_s < pause_s:
            found[-1] = Stretch(last.start_s, max(last.end_s, one.end_s), one.speaker)
        else:
            found.append(one)
    return found


def interruptions(turns: Sequence[Stretch], least_s: float) -> list[Interruption]:
    """Where somebody begins before another has finished and keeps speaking."""
    found = []
    for number, one in enumerate(turns):
        if one.duration_s < _LEAST_HOLD_S:
            continue
        for other in reversed(turns[:number]):
            both = Span(one.start_s, max(one.start_s, min(one.end_s, other.end_s)))
            if other.speaker != one.speaker and other.start_s < one.start_s and both.duration_s >= least_s:
                found.append(Interruption(both.start_s, both.end_s, one.speaker, other.speaker))
                break
    return found


def answers(turns: Sequence[Stretch]) -> Iterator[tuple[Stretch, Stretch]]:
    """Each turn with the one of somebody else that follows."""
    return ((one, other) for one, other in pairwise(turns) if one.speaker != other.speaker)


def _edges(span: Span) -> tuple[tuple[float, int], tuple[float, int]]:
    return (span.start_s, 1), (span.end_s, -1)


def _left(span: Span, gone: Sequence[Span], first: int) -> Iterator[Span]:
    start_s = span.start_s
    for one in itertools.islice(gone, first, None):
        if one.start_s >= span.end_s:
            break
        if one.start_s > start_s:
            yield Span(start_s, one.start_s)
        start_s = max(start_s, one.end_s)
    if span.end_s > start_s:
        yield Span(start_s, span.end_s)


def _lies_in(one: Stretch, other: Stretch) -> bool:
    longer = other.duration_s > one.duration_s
    return other.speaker != one.speaker and longer and other.start_s <= one.start_s and one.end_s <= other.end_s
