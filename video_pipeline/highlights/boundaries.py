"""Where a clip may begin and end: at a sentence before its first reaction, and after its last one has faded.

Each cut has a cost: the share of a clip's worth that is lost by cutting there. Costs are added up and compared among whole clips.
They were chosen by hand, in order of how much a viewer minds, and checked on composed scenes (`benchmarks/highlights.py`).
"""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from video_pipeline.core.span import Span
from video_pipeline.highlights.base import HighlightOptions
from video_pipeline.highlights.edges import Edges, SentenceStart

_LEAD_S = 0.1
"""Sound kept before a clip's first word, so that a soft first consonant is whole."""
_TAIL_GAP_S = 0.05
"""Left between a clip's end and the next word, more than one frame of the picture."""
_CUT_NEAR_S = 1.0
"""A clip begins at a cut of the picture if one lies at most this long before its first sentence."""
_LONG_PAUSE_S = 0.6
"""From this length on a pause before a sentence costs nothing: speech counts as interrupted."""
_AFTER_REACTION_S = 0.6
"""Time from the end of a reaction to the first word that can belong to the next set-up."""

_NOT_A_SENTENCE_COST = 0.05
"""To begin in a pause inside a sentence."""
_BETWEEN_WORDS_COST = 0.2
"""To cut between two words without a pause."""
_INSIDE_COST = 0.5
"""To cut into a reaction, or to show part of the neighbouring one."""
_NO_PAUSE_COST = 0.06
"""To begin at a sentence that follows the one before it without a pause."""
_CONTINUED_COST = 0.08
"""To begin at a sentence that goes on with the one before it ("But he did not.")."""
_NO_TURN_COST = 0.1
"""To begin at a sentence of the same speaker, if speakers are known."""
_NO_CUT_COST = 0.05
"""To begin away from the picture's cuts, if these are known."""
_OFF_LENGTH_COST_PER_S = 0.004
"""By how much a clip is shorter or longer than preferred."""
_SPEECH_AFTER_COST_PER_S = 0.02
"""Speech after the last reaction: it leads nowhere."""
_SHORT_LEAD_COST_PER_S = 0.03
"""By how much a set-up is shorter than preferred: its beginning would be missing."""
_TOO_SHORT_LEAD_COST_PER_S = 0.03
"""By how much a set-up is shorter than the least, in addition."""
_LONG_LEAD_COST_PER_S = 0.004
"""By how much a set-up is longer than preferred: harmless."""
_TOO_LONG_LEAD_COST_PER_S = 0.03
"""By how much a set-up is longer than the most, in addition."""
_KEPT = 3
"""Bounds kept for each part of a moment: enough for a choice among clips that must not overlap."""
_ROUNDING_S = 1e-9
"""Tolerance for sums of floats."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A possible cut."""

    time_s: float
    cost: float
    spare_s: float = 0.0
    """How much of the pause at this cut a clip that is slightly too long may give up."""


@dataclass(frozen=True, slots=True)
class Bounds(Span):
    """A clip's edges and their cost."""

    cost: float


def bounds(core: Span, within: Span, edges: Edges, options: HighlightOptions) -> list[Bounds]:
    """The best few clips around reactions that span `core`, cheapest first; none if the reactions do not fit into one clip.

    Args:
        within: what the reactions before and after leave free; clips reach beyond it only if none fits inside.
    """
    begins = sorted(_starts(core.start_s, within.start_s, edges, options), key=lambda cut: (cut.cost, cut.time_s))
    found = _pairs(begins, _ends(core.end_s, within.end_s, edges, options), edges, options)
    if not found and within.duration_s < edges.duration_s:
        wider = bounds(core, Span(0.0, edges.duration_s), edges, options)
        return [replace(span, cost=span.cost + _INSIDE_COST) for span in wider]
    return found


def _starts(first_s: float, floor_s: float, edges: Edges, options: HighlightOptions) -> list[Cut]:
    """Cuts from `floor_s` to a first reaction at `first_s`: at sentences, and elsewhere if no sentence is good."""
    low_s = max(floor_s, first_s - options.setup_most_s - options.least_s)
    a = bisect.bisect_left(edges.starts, low_s, key=lambda start: start.time_s)
    b = bisect.bisect_right(edges.starts, first_s, key=lambda start: start.time_s)
    free = (start for start in edges.starts[a:b] if not edges.reactions.at(start.time_s))
    found = [_at_sentence(start, first_s, low_s, edges, options) for start in free]
    if min((cut.cost for cut in found), default=1.0) > _BETWEEN_WORDS_COST:
        leads_s = (options.setup_aim_s, options.setup_least_s, 0.0)
        for lead_s in leads_s:
            found += _anywhere(max(low_s, first_s - lead_s), first_s, low_s, edges, options)
    return found


def _anywhere(wanted_s: float, first_s: float, floor_s: float, edges: Edges, options: HighlightOptions) -> Iterator[Cut]:
    """At the last pause before `wanted_s`, which may be far, and between two words before and after it; never inside a word."""
    places = [
        (edges.either.free_until(wanted_s), _NOT_A_SENTENCE_COST),
        (_word_edge(wanted_s, edges, later=False), _BETWEEN_WORDS_COST),
        (_word_edge(wanted_s, edges, later=True), _BETWEEN_WORDS_COST),
    ]
    for time_s, cost in places:
        if floor_s <= time_s <= first_s and not edges.reactions.at(time_s):
            yield Cut(time_s, cost + _lead_cost(first_s - time_s, first_s - floor_s, options))


def _at_sentence(start: SentenceStart, first_s: float, floor_s: float, edges: Edges, options: HighlightOptions) -> Cut:
    """Shortly before a sentence; at the cut of the picture if one lies in the pause."""
    room_s = min(start.pause_s, start.time_s - edges.either.last_s(start.time_s), start.time_s - floor_s)
    time_s = start.time_s - min(_LEAD_S, room_s / 2)
    cost = _NO_PAUSE_COST * (1 - min(1.0, start.pause_s / _LONG_PAUSE_S))
    if start.continues:
        cost += _CONTINUED_COST
    if edges.turns and not start.turn:
        cost += _NO_TURN_COST
    if edges.cuts_s:
        k = bisect.bisect_right(edges.cuts_s, start.time_s) - 1
        if k >= 0 and start.time_s - edges.cuts_s[k] <= min(_CUT_NEAR_S, room_s):
            time_s = edges.cuts_s[k]
        else:
            cost += _NO_CUT_COST
    return Cut(time_s, cost + _lead_cost(first_s - start.time_s, first_s - floor_s, options), start.time_s - time_s)


def _lead_cost(lead_s: float, room_s: float, options: HighlightOptions) -> float:
    """Cost of beginning `lead_s` before the first reaction: high if the set-up is cut, low if it is long.

    The set-up cannot be longer than `room_s`, the time since the reaction before.
    """
    aim_s = min(options.setup_aim_s, max(0.0, room_s - _AFTER_REACTION_S))
    return (
        _SHORT_LEAD_COST_PER_S * max(0.0, aim_s - lead_s)
        + _TOO_SHORT_LEAD_COST_PER_S * max(0.0, min(options.setup_least_s, aim_s) - lead_s)
        + _LONG_LEAD_COST_PER_S * max(0.0, lead_s - aim_s)
        + _TOO_LONG_LEAD_COST_PER_S * max(0.0, lead_s - options.setup_most_s)
    )


def _ends(last_s: float, ceiling_s: float, edges: Edges, options: HighlightOptions) -> list[Cut]:
    """Cuts from the end of a last reaction at `last_s` to `ceiling_s`."""
    last_s = min(edges.reactions.free_from(last_s), edges.duration_s)
    ceiling_s = max(last_s, min(ceiling_s, edges.duration_s))
    free_s = edges.either.free_from(last_s)
    later = itertools.takewhile(lambda time_s: time_s <= last_s + options.longest_s, _after(edges.ends_s, free_s))
    found = [
        replace(_with_tail(time_s, ceiling_s, edges, options), cost=_SPEECH_AFTER_COST_PER_S * (time_s - last_s))
        for time_s in (free_s, *later)
        if time_s <= ceiling_s and not edges.either.at(time_s)
    ]
    word_s = _word_edge(last_s, edges, later=True)
    if word_s <= ceiling_s and not edges.reactions.at(word_s):
        found.append(Cut(word_s, _BETWEEN_WORDS_COST + _SPEECH_AFTER_COST_PER_S * (word_s - last_s)))
    return found


def _with_tail(time_s: float, ceiling_s: float, edges: Edges, options: HighlightOptions) -> Cut:
    """`time_s` with a tail, after the reaction has faded; shorter if the next word or reaction comes first."""
    next_s = min(edges.either.next_s(time_s), ceiling_s, edges.duration_s + _TAIL_GAP_S)
    free_s = max(time_s, next_s - _TAIL_GAP_S)
    faded_s = edges.fading.until_s(time_s, free_s) if edges.reactions.last_s(time_s) == time_s else time_s
    end_s = max(faded_s, min(time_s + options.tail_s, free_s))
    return Cut(end_s, 0.0, end_s - faded_s)


def _pairs(begins: Sequence[Cut], ends: Sequence[Cut], edges: Edges, options: HighlightOptions) -> list[Bounds]:
    """The cheapest clip from each of the cheapest starts."""
    least_s = min(options.least_s, edges.duration_s)
    found = []
    for begin in begins:
        fitting = [
            Bounds(begin_s, end_s, begin.cost + end.cost + _length_cost(end_s - begin_s, options))
            for end in ends
            for begin_s, end_s in [_trimmed(begin, end, options.longest_s)]
            if least_s <= end_s - begin_s <= options.longest_s + _ROUNDING_S
        ]
        if fitting:
            found.append(min(fitting, key=lambda span: (span.cost, span.end_s)))
    return sorted(found, key=lambda span: (span.cost, span.start_s))[:_KEPT]


def _trimmed(begin: Cut, end: Cut, longest_s: float) -> tuple[float, float]:
    """Both times; a clip that is too long gives up the pauses at its edges, the last one first."""
    over_s = max(0.0, end.time_s - begin.time_s - longest_s)
    tail_s = min(over_s, end.spare_s)
    return begin.time_s + min(over_s - tail_s, begin.spare_s), end.time_s - tail_s


def _length_cost(length_s: float, options: HighlightOptions) -> float:
    return _OFF_LENGTH_COST_PER_S * max(0.0, options.aim_least_s - length_s, length_s - options.aim_most_s)


def forced(core: Span, floor_s: float, edges: Edges, options: HighlightOptions) -> Bounds:
    """The clip if none fits: the start of an over-long reaction with its set-up from `floor_s` on; the whole of a short video."""
    least_s = min(options.least_s, edges.duration_s)
    starts = _starts(core.start_s, floor_s, edges, options) or [
        Cut(max(floor_s, core.start_s - options.setup_aim_s), _INSIDE_COST)
    ]
    start_s = min(starts, key=lambda cut: (cut.cost, cut.time_s)).time_s
    start_s = min(start_s, max(0.0, edges.duration_s - least_s))
    start_s = _outside_word(start_s, max(0.0, start_s - options.setup_most_s), edges, later=False)
    latest_s = min(edges.duration_s, start_s + options.longest_s)
    wanted_s = min(latest_s, max(core.end_s, start_s + least_s))
    after_s = _outside_word(wanted_s, latest_s, edges, later=True)
    before_s = _outside_word(wanted_s, start_s + least_s, edges, later=False)
    end_s = next((t for t in (after_s, before_s) if not edges.inside_word(t)), wanted_s)
    return Bounds(start_s, end_s, _INSIDE_COST)


def _outside_word(time_s: float, limit_s: float, edges: Edges, *, later: bool) -> float:
    """The nearest time in a pause or between words; `time_s` itself if that lies beyond `limit_s`."""
    free_s = edges.words.free_from(time_s) if later else edges.words.free_until(time_s)
    word_s = _word_edge(time_s, edges, later=later)
    return next((t for t in (free_s, word_s) if min(time_s, limit_s) <= t <= max(time_s, limit_s)), time_s)


def _word_edge(time_s: float, edges: Edges, *, later: bool) -> float:
    """The nearest start or end of a word at or after (else at or before) `time_s`; infinitely far if there is none."""
    if later:
        k = bisect.bisect_left(edges.word_edges_s, time_s)
        return edges.word_edges_s[k] if k < len(edges.word_edges_s) else math.inf
    k = bisect.bisect_right(edges.word_edges_s, time_s)
    return edges.word_edges_s[k - 1] if k else -math.inf


def _after(times_s: Sequence[float], time_s: float) -> Iterator[float]:
    return itertools.islice(times_s, bisect.bisect_right(times_s, time_s), None)
