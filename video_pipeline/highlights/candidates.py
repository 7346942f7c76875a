"""Clips that could be chosen: of each group of reactions the whole, or all but a few at its edges, within several bounds."""

from __future__ import annotations

import bisect
import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from video_pipeline.core.clip import Reason
from video_pipeline.core.span import Span
from video_pipeline.highlights.base import HighlightOptions
from video_pipeline.highlights.best_set import Choice
from video_pipeline.highlights.boundaries import bounds
from video_pipeline.highlights.cluster import Reaction
from video_pipeline.highlights.edges import Edges
from video_pipeline.highlights.score import Scorer, score_of

_MOST_LEFT_OUT = 2
"""Reactions at each edge of a group that a clip may do without ..."""
_LEAST_KEPT = 0.6
"""... while it keeps this share of the group's weight: more than half, so that two clips of one group always overlap."""
_LEFT_OUT = 1.2
"""What it costs to leave out all of a group; of a part of it, that part."""
_MOST_LOST = 0.9
"""No cut, however bad, takes more than this share of a clip's worth."""
_SLACK_S = 0.15
"""A frame and a half: how far a curve's runs may be off from the events that they were painted from."""


@dataclass(frozen=True, slots=True)
class Candidate(Choice):
    """A clip with its score."""

    score: float
    reasons: tuple[Reason, ...]


def exact(found: Sequence[Reaction], edges: Edges) -> list[Reaction]:
    """Reactions with the edges of the events that they come from."""
    out = []
    for reaction in found:
        start_s = edges.reactions.next_s(reaction.start_s - _SLACK_S)
        end_s = edges.reactions.last_s(reaction.end_s + _SLACK_S)
        fits = abs(start_s - reaction.start_s) <= _SLACK_S and abs(end_s - reaction.end_s) <= _SLACK_S and start_s <= end_s
        out.append(dataclasses.replace(reaction, start_s=start_s, end_s=end_s) if fits else reaction)
    return out


def candidates(
    units: Sequence[Sequence[Reaction]], found: Sequence[Reaction], edges: Edges, scorer: Scorer, options: HighlightOptions
) -> list[Candidate]:
    """Of all `units`; what lies around each is known from all reactions `found`."""
    starts_s = [reaction.start_s for reaction in found]
    out = []
    for part, kept in (found for unit in units for found in _parts(unit, options)):
        before, after = bisect.bisect_left(starts_s, part[0].start_s), bisect.bisect_right(starts_s, part[-1].start_s)
        floor_s = found[before - 1].end_s if before else 0.0
        ceiling_s = found[after].start_s if after < len(found) else edges.duration_s
        within = Span(min(floor_s, part[0].start_s), max(ceiling_s, part[-1].end_s))
        spans = bounds(Span(part[0].start_s, part[-1].end_s), within, edges, options)
        around = (1 / kept - 1) * sum(reaction.weight for reaction in part)
        out += [_scored(span, span.cost + _LEFT_OUT * (1 - kept), edges, scorer, around) for span in spans]
    return out


def _parts(unit: Sequence[Reaction], options: HighlightOptions) -> Iterator[tuple[Sequence[Reaction], float]]:
    """The whole; where it is too long for its set-up, also without a few reactions at its edges; and each one's share."""
    yield unit, 1.0
    if unit[-1].end_s - unit[0].start_s + options.setup_aim_s <= options.aim_most_s:
        return
    weight = sum(reaction.weight for reaction in unit)
    for head, tail in product(range(_MOST_LEFT_OUT + 1), repeat=2):
        part = unit[head : len(unit) - tail]
        kept = sum(reaction.weight for reaction in part) / weight
        if len(part) < len(unit) and kept >= _LEAST_KEPT:
            yield part, kept


def _scored(span: Span, cost: float, edges: Edges, scorer: Scorer, around: float) -> Candidate:
    start_s, end_s = round(float(max(0.0, span.start_s)), 3), min(edges.duration_s, round(float(span.end_s), 3))
    reasons = scorer.reasons(Span(start_s, end_s), around)
    score = score_of(reasons)
    return Candidate(start_s, end_s, score * (1 - min(_MOST_LOST, cost)), score, reasons)
