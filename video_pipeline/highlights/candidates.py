"""Possible clips: of each moment all reactions, or all but a few at its ends, each within several possible bounds."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from video_pipeline.core.clip import Reason
from video_pipeline.core.span import Span
from video_pipeline.highlights.base import Cause, HighlightOptions
from video_pipeline.highlights.best_set import Choice
from video_pipeline.highlights.boundaries import Bounds, bounds, forced
from video_pipeline.highlights.edges import Edges
from video_pipeline.highlights.reactions import Reaction, events_of, shown_in, weight_of
from video_pipeline.highlights.score import Scorer, score_of

_LEAST_KEPT = 0.6
"""Least share of a moment's weight that a clip holds: more than half, so that two clips of one moment always overlap."""
_LOST_COST = 1.2
"""Cost of leaving out a whole moment, half for its reactions and half for its time; in proportion for a part of it. Chosen by
hand."""
_MOST_LOST = 0.9
"""No cut, however bad, takes more than this share of a clip's worth, so that the worse of two clips is still worth something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate(Choice):
    """A possible clip."""

    score: float
    reasons: tuple[Reason, ...]
    events: tuple[Cause, ...]
    """The audience's events in it, in order of their start; at least one."""


class Candidates:
    """Makes the possible clips of one video."""

    def __init__(self, found: Sequence[Reaction], edges: Edges, scorer: Scorer, options: HighlightOptions) -> None:
        """`found` are all reactions of the video, in order of time."""
        self._found, self._edges, self._scorer, self._options = found, edges, scorer, options
        self._starts_s = [reaction.start_s for reaction in found]

    def of(self, moment: Sequence[Reaction]) -> list[Candidate]:
        """Clips around one moment; none if words leave no room for any of its reactions."""
        made = (self._candidate(cut, part, moment) for part, cut in self._cuts(moment))
        return [candidate for candidate in made if candidate]

    def _cuts(self, moment: Sequence[Reaction]) -> list[tuple[Sequence[Reaction], Bounds]]:
        """Where to cut around each part that is long enough; else around the strongest reaction alone, by force if need be."""
        strongest = [max(moment, key=lambda reaction: reaction.weight)]
        for parts in (_parts(moment, self._options), [strongest]):
            possible = [
                (part, cut) for part in parts for cut in bounds(_span(part), self._free_around(part), self._edges, self._options)
            ]
            if possible:
                return possible
        floor_s = self._free_around(strongest).start_s
        return [(strongest, forced(strongest[0], floor_s, self._edges, self._options))]

    def _free_around(self, part: Sequence[Reaction]) -> Span:
        """From the end of the reaction before to the start of the one after."""
        before, after = bisect.bisect_left(self._starts_s, part[0].start_s), bisect.bisect_right(self._starts_s, part[-1].start_s)
        floor_s = self._found[before - 1].end_s if before else 0.0
        ceiling_s = self._found[after].start_s if after < len(self._found) else self._edges.duration_s
        return Span(min(floor_s, part[0].start_s), max(ceiling_s, part[-1].end_s))

    def _candidate(self, cut: Bounds, part: Sequence[Reaction], moment: Sequence[Reaction]) -> Candidate | None:
        """A clip that shows `part` of a moment; None if no reaction of it is left inside the clip."""
        start_s = round(float(max(0.0, cut.start_s)), 3)
        span = Span(start_s, min(self._edges.duration_s, round(float(cut.end_s), 3)))
        if not shown_in(span, events_of(part)):
            return None
        left_out = [reaction for reaction in moment if not part[0].start_s <= reaction.start_s <= part[-1].start_s]
        reasons = self._scorer.reasons(span, left_out)
        score, lost = score_of(reasons), _LOST_COST * self._lost(span, part, moment)
        worth = score * (1 - min(_MOST_LOST, cut.cost + lost))
        events = shown_in(span, events_of(self._near(span)))
        return Candidate(span.start_s, span.end_s, worth, score=score, reasons=reasons, events=events)

    def _lost(self, span: Span, part: Sequence[Reaction], moment: Sequence[Reaction]) -> float:
        """The share of a moment that a clip of a part of it leaves out: of its reactions and of its time, in equal parts."""
        if len(part) == len(moment):
            return 0.0
        whole = Span(max(0.0, moment[0].start_s - self._options.setup_aim_s), moment[-1].end_s)
        kept = (weight_of(part) / weight_of(moment), span.overlap_s(whole) / whole.duration_s)
        return 1 - sum(kept) / 2

    def _near(self, span: Span) -> Sequence[Reaction]:
        """The reactions that may reach into a span."""
        first = max(0, bisect.bisect_right(self._starts_s, span.start_s) - 1)
        return self._found[first : bisect.bisect_left(self._starts_s, span.end_s)]


def _parts(moment: Sequence[Reaction], options: HighlightOptions) -> Iterator[Sequence[Reaction]]:
    """The whole moment; if it is too long for its set-up, also without some of the reactions at its ends."""
    yield moment
    if _span(moment).duration_s + options.setup_aim_s <= options.aim_most_s:
        return
    least = _LEAST_KEPT * weight_of(moment)
    for first in range(len(moment)):
        for end in range(len(moment) - (first == 0), first, -1):
            if weight_of(moment[first:end]) < least:
                break
            yield moment[first:end]


def _span(part: Sequence[Reaction]) -> Span:
    return Span(part[0].start_s, part[-1].end_s)
