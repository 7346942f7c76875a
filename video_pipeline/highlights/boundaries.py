"""Where a clip may begin and end: at the start of a sentence before the first reaction, after the last one has died away.

Each cut has a cost, the share of a clip's worth that is lost by it; the choice among whole clips weighs them against each other.
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
"""Before the first word, so that its first sound is whole."""
_BREATH_S = 0.05
"""Kept free of the next word."""
_CUT_NEAR_S = 1.0
"""A cut of the picture this shortly before a sentence is where the clip begins."""
_LONG_PAUSE_S = 0.6
_NOT_A_SENTENCE, _BETWEEN_WORDS, _INSIDE = 0.05, 0.2, 0.5
_NO_PAUSE, _NO_TURN, _NO_CUT = 0.06, 0.1, 0.05
_SECOND_OFF_AIM = 0.004
"""Cost of each second by which a clip is shorter or longer than aimed at."""
_AFTER_REACTION_S = 0.6
"""Pause before the first word after a reaction."""
_SECOND_OF_SPEECH = 0.02
"""Cost of each second of speech that stays after the last reaction."""
_LEAD_COSTS = (0.03, 0.03, 0.004, 0.03)
"""Of each second by which a set-up is shorter than aimed at, than the least, longer than aimed at, than the most."""
_KEPT = 3


@dataclass(frozen=True, slots=True)
class Cut:
    """A time to cut at, what that costs, and how much of the pause there a clip that is a little too long may give up."""

    time_s: float
    cost: float
    spare_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Bounds(Span):
    """A clip's edges and what they cost."""

    cost: float


def bounds(core: Span, within: Span, edges: Edges, options: HighlightOptions) -> list[Bounds]:
    """The best few clips around reactions that span `core`, the cheapest first; none where they do not fit into one.

    They stay `within` what the reactions before and after leave free wherever the video allows it.
    """
    begins = sorted(_starts(core.start_s, within.start_s, edges, options), key=lambda cut: (cut.cost, cut.time_s))
    found = _pairs(begins, _ends(core.end_s, within.end_s, edges, options), edges, options)
    if not found and within.duration_s < edges.duration_s:
        wider = bounds(core, Span(0.0, edges.duration_s), edges, options)
        return [replace(span, cost=span.cost + _INSIDE) for span in wider]
    return found


def _starts(first_s: float, floor_s: float, edges: Edges, options: HighlightOptions) -> list[Cut]:
    """Cuts before a first reaction at `first_s`, not before `floor_s`: at sentences, and elsewhere if none of these is good."""
    low_s = max(floor_s, first_s - options.setup_most_s - options.least_s)
    a = bisect.bisect_left(edges.starts, low_s, key=lambda start: start.time_s)
    b = bisect.bisect_right(edges.starts, first_s, key=lambda start: start.time_s)
    free = (start for start in edges.starts[a:b] if not edges.reactions.at(start.time_s))
    found = [_at_sentence(start, first_s, low_s, edges, options) for start in free]
    if min((cut.cost for cut in found), default=1.0) > _BETWEEN_WORDS:
        leads_s = (options.setup_aim_s, options.setup_least_s, 0.0)
        for lead_s in leads_s:
            found += _anywhere(max(low_s, first_s - lead_s), first_s, low_s, edges, options)
    return found


def _anywhere(wanted_s: float, first_s: float, floor_s: float, edges: Edges, options: HighlightOptions) -> Iterator[Cut]:
    """At the last pause before `wanted_s`, else between two words before or after it; never inside one."""
    words_s = (_word_edge(wanted_s, edges, later=later) for later in (False, True))
    times_s = [(edges.either.free_until(wanted_s), _NOT_A_SENTENCE), *((time_s, _BETWEEN_WORDS) for time_s in words_s)]
    for time_s, cost in times_s:
        if floor_s <= time_s <= first_s and not edges.reactions.at(time_s):
            yield Cut(time_s, cost + _lead_cost(first_s - time_s, first_s - floor_s, options))
            return


def _at_sentence(start: SentenceStart, first_s: float, floor_s: float, edges: Edges, options: HighlightOptions) -> Cut:
    """A little before a sentence, at the cut of the picture where there is one in the pause."""
    room_s = min(start.pause_s, start.time_s - edges.either.last_s(start.time_s), start.time_s - floor_s)
    time_s = start.time_s - min(_LEAD_S, room_s / 2)
    cost = _NO_PAUSE * (1 - min(1.0, start.pause_s / _LONG_PAUSE_S)) + (_NO_TURN if edges.turns and not start.turn else 0.0)
    if edges.cuts_s:
        k = bisect.bisect_right(edges.cuts_s, start.time_s) - 1
        if k >= 0 and start.time_s - edges.cuts_s[k] <= min(_CUT_NEAR_S, room_s):
            time_s = edges.cuts_s[k]
        else:
            cost += _NO_CUT
    return Cut(time_s, cost + _lead_cost(first_s - start.time_s, first_s - floor_s, options), start.time_s - time_s)


def _lead_cost(lead_s: float, room_s: float, options: HighlightOptions) -> float:
    """What it costs to begin `lead_s` before the first reaction: much where the set-up would be cut, little where it is long.

    Since the reaction before, only `room_s` have passed: the set-up cannot be longer.
    """
    aim_s = min(options.setup_aim_s, max(0.0, room_s - _AFTER_REACTION_S))
    short_s, far_too_short_s = aim_s - lead_s, min(options.setup_least_s, aim_s) - lead_s
    long_s, far_too_long_s = lead_s - aim_s, lead_s - options.setup_most_s
    seconds = (short_s, far_too_short_s, long_s, far_too_long_s)
    return sum(cost * max(0.0, over_s) for cost, over_s in zip(_LEAD_COSTS, seconds, strict=True))


def _ends(last_s: float, ceiling_s: float, edges: Edges, options: HighlightOptions) -> list[Cut]:
    """Cuts after a last reaction that ends at `last_s`, not after `ceiling_s`."""
    last_s = min(edges.reactions.free_from(last_s), edges.duration_s)
    ceiling_s = max(last_s, min(ceiling_s, edges.duration_s))
    free_s = edges.either.free_from(last_s)
    later = itertools.takewhile(lambda time_s: time_s <= last_s + options.longest_s, _after(edges.ends_s, free_s))
    found = [
        replace(_with_tail(time_s, ceiling_s, edges, options), cost=_SECOND_OF_SPEECH * (time_s - last_s))
        for time_s in (free_s, *later)
        if time_s <= ceiling_s and not edges.either.at(time_s)
    ]
    word_s = _word_edge(last_s, edges, later=True)
    if word_s <= ceiling_s and not edges.reactions.at(word_s):
        found.append(Cut(word_s, _BETWEEN_WORDS + _SECOND_OF_SPEECH * (word_s - last_s)))
    return found


def _with_tail(time_s: float, ceiling_s: float, edges: Edges, options: HighlightOptions) -> Cut:
    """A little later, and not before a reaction has faded, if nobody speaks and nothing else is heard."""
    free_s = max(time_s, min(edges.either.next_s(time_s), ceiling_s, edges.duration_s + _BREATH_S) - _BREATH_S)
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
            if least_s <= end_s - begin_s <= options.longest_s + 1e-9
        ]
        if fitting:
            found.append(min(fitting, key=lambda span: (span.cost, span.end_s)))
    return sorted(found, key=lambda span: (span.cost, span.start_s))[:_KEPT]


def _trimmed(begin: Cut, end: Cut, longest_s: float) -> tuple[float, float]:
    """Both times; what is too long is taken from the pauses at the edges."""
    over_s = max(0.0, end.time_s - begin.time_s - longest_s)
    tail_s = min(over_s, end.spare_s)
    return begin.time_s + min(over_s - tail_s, begin.spare_s), end.time_s - tail_s


def _length_cost(length_s: float, options: HighlightOptions) -> float:
    return _SECOND_OFF_AIM * max(0.0, options.aim_least_s - length_s, length_s - options.aim_most_s)


def forced(core: Span, floor_s: float, edges: Edges, options: HighlightOptions) -> Bounds:
    """Where no clip fits: of too long a reaction the beginning is kept, where its cause is, from `floor_s` on; of a short video,
    all."""
    least_s = min(options.least_s, edges.duration_s)
    starts = _starts(core.start_s, floor_s, edges, options) or [Cut(max(floor_s, core.start_s - options.setup_aim_s), _INSIDE)]
    start_s = min(starts, key=lambda cut: (cut.cost, cut.time_s)).time_s
    start_s = min(start_s, max(0.0, edges.duration_s - least_s))
    start_s = _unsaid(start_s, max(0.0, start_s - options.setup_most_s), edges, later=False)
    latest_s = min(edges.duration_s, start_s + options.longest_s)
    wanted_s = min(latest_s, max(core.end_s, start_s + least_s))
    after_s = _unsaid(wanted_s, latest_s, edges, later=True)
    before_s = _unsaid(wanted_s, start_s + least_s, edges, later=False)
    end_s = next((t for t in (after_s, before_s) if not edges.inside_word(t)), wanted_s)
    return Bounds(start_s, end_s, _INSIDE)


def _unsaid(time_s: float, limit_s: float, edges: Edges, *, later: bool) -> float:
    """The nearest time in a pause or between words, `time_s` itself where that lies beyond `limit_s`."""
    free_s = edges.words.free_from(time_s) if later else edges.words.free_until(time_s)
    word_s = _word_edge(time_s, edges, later=later)
    return next((t for t in (free_s, word_s) if min(time_s, limit_s) <= t <= max(time_s, limit_s)), time_s)


def _word_edge(time_s: float, edges: Edges, *, later: bool) -> float:
    """The nearest start or end of a word from `time_s` on; infinitely far where there is none."""
    k = bisect.bisect_left(edges.word_edges_s, time_s) if later else bisect.bisect_right(edges.word_edges_s, time_s) - 1
    return edges.word_edges_s[k] if 0 <= k < len(edges.word_edges_s) else math.inf if later else -math.inf


def _after(times_s: Sequence[float], time_s: float) -> Iterator[float]:
    return itertools.islice(times_s, bisect.bisect_right(times_s, time_s), None)
