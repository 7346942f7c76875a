"""A person's in- or out-point, moved to where a cut is clean: between words, at a change of the picture, never in a laugh."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence

from video_pipeline.highlights.edges import Edges

REACH_S = 1.5
"""How far a point is moved at most: within the time in which a hand meant it."""
_LEAD_S, _TAIL_S = 0.1, 0.2
"""Kept free before a first word and after a last one, where there is room."""
_CUT_BONUS_S = 0.4
"""A change of the picture is preferred over a word that is nearer by up to this."""

_TIGHT_S = 0.5
"""A place between two words without a pause is taken only where no better one is nearer than this."""


def snapped(at_s: float, edge: str, edges: Edges) -> float:
    """The best clean place near `at_s` for the `start` or the `end` of a clip; `at_s` itself where none is near."""
    at_s = min(max(0.0, at_s), edges.duration_s)
    found = [(abs(cut_s - at_s) - _CUT_BONUS_S, cut_s) for cut_s in _near(edges.cuts_s, at_s) if not edges.either.at(cut_s)]
    found += [(abs(place_s - at_s), place_s) for place_s in _places(at_s, edge, edges)]
    found += [
        (abs(word_s - at_s) + _TIGHT_S, word_s) for word_s in _near(edges.word_edges_s, at_s) if not edges.reactions.at(word_s)
    ]
    return round(min(found, default=(0.0, at_s))[1], 3)


def _places(at_s: float, edge: str, edges: Edges) -> Iterator[float]:
    """Beside the words and reactions near a time: before one for a start, after one for an end."""
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
