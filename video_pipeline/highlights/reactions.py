"""What an audience did: events that touch or overlap, kept together from the first step to the clip that shows them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from video_pipeline.core.posterior import Curve
from video_pipeline.core.span import Span
from video_pipeline.highlights.base import HOP_S, Cause

_LEAST_SHOWN_S = 0.5
"""An event of which a clip shows less is not part of the clip, unless this is half of the event."""
_LEAST_SHOWN_SHARE = 0.5
_LEAST_WRITTEN_S = 0.001
"""Clip edges are written in milliseconds: a shorter overlap may be lost in rounding."""


@dataclass(frozen=True, slots=True)
class Reaction(Span):
    """From the start of its first event to the end of its last, inside the video."""

    events: tuple[Cause, ...]
    """In order of their start; at least one."""
    weight: float
    """Strength times seconds, over the signals of its labels."""


def reactions_of(events: Iterable[Cause], strength: Curve, duration_s: float) -> list[Reaction]:
    """Reactions in order of time, without those of no strength.

    Args:
        events: of an audience, in order of their start.
        strength: the weighted sum of the signals of the events' labels; empty if there are none.
    """
    inside = (event for event in events if event.score > 0 and event.overlaps(Span(0.0, duration_s)))
    found = []
    for together in _touching(inside):
        first, last = _frames_of(together[0])[0], max(_frames_of(event)[1] for event in together)
        weight = float(strength.values[first:last].sum()) * HOP_S
        if weight > 0:
            end_s = max(event.end_s for event in together)
            found.append(Reaction(max(0.0, together[0].start_s), min(duration_s, end_s), tuple(together), weight))
    return found


def _touching(events: Iterable[Cause]) -> Iterator[list[Cause]]:
    """Groups of events with no free frame of the signals' grid between them."""
    group: list[Cause] = []
    until = 0
    for event in events:
        first, last = _frames_of(event)
        if group and first > until:
            yield group
            group = []
        group.append(event)
        until = max(until, last)
    if group:
        yield group


def _frames_of(span: Span) -> tuple[int, int]:
    """`[first, last + 1)` of the frames that a span reaches into."""
    return int(max(0.0, span.start_s) / HOP_S), math.ceil(span.end_s / HOP_S)


def events_of(reactions: Iterable[Reaction]) -> Iterator[Cause]:
    return (event for reaction in reactions for event in reaction.events)


def shown_in(span: Span, events: Iterable[Cause]) -> tuple[Cause, ...]:
    """The events of which a clip shows enough to be heard."""
    return tuple(event for event in events if event.overlap_s(span) >= _least_shown_s(event))


def _least_shown_s(event: Cause) -> float:
    return max(_LEAST_WRITTEN_S, min(_LEAST_SHOWN_S, _LEAST_SHOWN_SHARE * event.duration_s))


def weight_of(reactions: Sequence[Reaction]) -> float:
    """Weighted seconds."""
    return sum(reaction.weight for reaction in reactions)
