"""Clips that could be chosen: of each group of reactions the whole, or all but a few at its edges, within several bounds."""

from __future__ import annotations

import bisect
import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from video_pipeline.core.clip import Reason
from video_pipeline.core.span import Span
from video_pipeline.highlights.base import LEAST_HEARD_S, HighlightOptions
from video_pipeline.highlights.best_set import Choice
from video_pipeline.highlights.boundaries import Bounds, bounds, forced
from video_pipeline.highlights.cluster import Reaction, weight_of
from video_pipeline.highlights.edges import Edges
from video_pipeline.highlights.score import Scorer, score_of

_LEAST_KEPT = 0.6
"""A clip that cannot hold all reactions of a group holds this share of their weight: more than half, so that two clips of one
group always overlap."""
_LOST = 1.2
"""What it would cost to leave out a whole group, half for its reactions and half for its time; of a part, that part."""
_MOST_LOST = 0.9
"""No cut, however bad, takes more than this share of a clip's worth."""
_LEAST_S = 0.001
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

    def free_around(part: Sequence[Reaction]) -> Span:
        before, after = bisect.bisect_left(starts_s, part[0].start_s), bisect.bisect_right(starts_s, part[-1].start_s)
        floor_s = found[before - 1].end_s if before else 0.0
        ceiling_s = found[after].start_s if after < len(found) else edges.duration_s
        return Span(min(floor_s, part[0].start_s), max(ceiling_s, part[-1].end_s))

    out = []
    for unit in units:
        best = [max(unit, key=lambda reaction: reaction.weight)]
        for parts in (_parts(unit, options), [best]):
            possible = [(part, span) for part in parts for span in bounds(_span(part), free_around(part), edges, options)]
            if possible:
                break
        else:
            possible = [(best, forced(best[0], free_around(best).start_s, edges, options))]
        out += [_scored(span, part, unit, edges, scorer, options) for part, span in possible if _shows(span, part, edges)]
    return out


def _parts(unit: Sequence[Reaction], options: HighlightOptions) -> Iterator[Sequence[Reaction]]:
    """The whole; where it is too long for its set-up, also without the reactions at its edges."""
    yield unit
    if _span(unit).duration_s + options.setup_aim_s <= options.aim_most_s:
        return
    least = _LEAST_KEPT * weight_of(unit)
    for head in range(len(unit)):
        for end in range(len(unit) - (head == 0), head, -1):
            if weight_of(unit[head:end]) < least:
                break
            yield unit[head:end]


def _span(part: Sequence[Reaction]) -> Span:
    return Span(part[0].start_s, part[-1].end_s)


def _shows(cut: Bounds, part: Sequence[Reaction], edges: Edges) -> bool:
    """Whether a reaction reaches into the clip: where words leave no room for any, there is no clip to be had."""
    span = Span(cut.start_s, min(edges.duration_s, cut.end_s))
    return any(one.overlap_s(span) >= max(_LEAST_S, min(LEAST_HEARD_S, one.duration_s / 2)) for one in part)


def _scored(
    cut: Bounds, part: Sequence[Reaction], unit: Sequence[Reaction], edges: Edges, scorer: Scorer, options: HighlightOptions
) -> Candidate:
    """What a clip is worth that shows `part` of a group."""
    span = Span(round(float(max(0.0, cut.start_s)), 3), min(edges.duration_s, round(float(cut.end_s), 3)))
    moment = Span(max(0.0, unit[0].start_s - options.setup_aim_s), unit[-1].end_s)
    shares = (weight_of(part) / weight_of(unit), span.overlap_s(moment) / moment.duration_s)
    lost = 1 - sum(shares) / 2 if len(part) < len(unit) else 0.0
    reasons = scorer.reasons(span, [reaction for reaction in unit if not part[0].start_s <= reaction.start_s <= part[-1].start_s])
    score = score_of(reasons)
    return Candidate(span.start_s, span.end_s, score * (1 - min(_MOST_LOST, cut.cost + _LOST * lost)), score, reasons)
