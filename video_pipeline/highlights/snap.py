"""Moves an in- or out-point that a person set to a clean cut nearby: between words, at a cut of the picture, never in a laugh."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence

from video_pipeline.highlights.edges import Edges

REACH_S = 1.5
"""The most a point is moved: farther, and it would no longer be the place that was meant."""
_LEAD_S = 0.1
"""Kept before a first word if there is room, so that a soft first consonant is whole."""
_TAIL_S = 0.2
"""Kept after a last word or reaction if there is room, so that it does not end abruptly."""
_CUT_BONUS_S = 0.4
"""A cut of the picture is preferred over a word that is nearer by up to this much."""
_NO_PAUSE_PENALTY_S = 0.5
"""A place between two words without a pause counts as this much farther away."""


def snapped(at_s: float, edge: str, edges: Edges) -> float:
    """The best clean place near `at_s` for the `start` or the `end` of a clip; `at_s` itself if there is none."""
    at_s = min(max(0.0, at_s), edges.duration_s)
    cuts_s = (time_s for time_s in _near(edges.cuts_s, at_s) if not edges.either.at(time_s))
    words_s = (time_s for time_s in _near(edges.word_edges_s, at_s) if not edges.reactions.at(time_s))
    distances_s = [
        *((abs(time_s - at_s) - _CUT_BONUS_S, time_s) for time_s in cuts_s),
        *((abs(time_s - at_s), time_s) for time_s in _places(at_s, edge, edges)),
        *((abs(time_s - at_s) + _NO_PAUSE_PENALTY_S, time_s) for time_s in words_s),
    ]
    return round(min(distances_s, default=(0.0, at_s))[1], 3)


def _places(at_s: float, edge: str, edges: Edges) -> Iterator[float]:
    """Just before words and reactions near a time for a start, just after them for an end."""
    low_s, high_s = at_s - REACH_S, at_s + REACH_S
    for busy in (edges.words, edges.reactions):
        for span in busy:
            if span.start_s > high_s:
                break
            if edge == "start" and low_s <= span.start_s:
                room_s = span.start_s - edges.either.last_s(span.start_s)
                yield from _clear(span.start_s - min(_LEAD_S, max(0.0, room_s) / 2), edges)
            elif edge == "end" and low_s <= span.end_s <= high_s:
                yield from _clear(span.end_s + min(_TAIL_S, max(0.0, edges.either.next_s(span.end_s) - span.end_s) / 2), edges)


def _clear(time_s: float, edges: Edges) -> Iterator[float]:
    if not edges.either.at(time_s) and 0 <= time_s <= edges.duration_s:
        yield time_s


def _near(times_s: Sequence[float], at_s: float) -> Sequence[float]:
    low, high = bisect.bisect_left(times_s, at_s - REACH_S), bisect.bisect_right(times_s, at_s + REACH_S)
    return times_s[low:high]
