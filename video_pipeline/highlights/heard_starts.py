"""Clips that begin inside a sentence begin with it, once the words around them are heard.

Where no words are known a clip begins in a pause, and some pauses are inside sentences: before a name, for breath, for effect.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from video_pipeline.core.clip import Clip
from video_pipeline.core.span import Span
from video_pipeline.highlights.base import Evidence, HighlightOptions
from video_pipeline.highlights.edges import Edges
from video_pipeline.highlights.sentences import Sentence, sentences

HEARD_BEFORE_S = 8.0
"""Of the sound before a clip in which the start of its first sentence is looked for: most sentences are shorter."""
_LEAD_S = 0.1
"""Sound kept before the first word."""
_INSIDE_S = 0.15
"""A sentence that ends or begins this near to the clip's start is not cut: times of words are no better."""
_CUT_OFF_S = 0.3
"""A sentence that begins this near to where listening began may have begun before."""


def with_whole_sentences(clips: Sequence[Clip], evidence: Evidence, options: HighlightOptions) -> tuple[Clip, ...]:
    """The clips, each from the start of a sentence on where one is near enough, and from one that goes on with no other.

    Args:
        evidence: with the words that were heard in the clips and in `HEARD_BEFORE_S` before each.
    """
    said, edges = sentences(evidence.segments), Edges.of(evidence)
    return tuple(_moved(clip, clips, said, edges, options) for clip in clips)


def _moved(clip: Clip, clips: Sequence[Clip], said: Sequence[Sentence], edges: Edges, options: HighlightOptions) -> Clip:
    cut = [one.start_s for one in said if one.start_s < clip.start_s - _INSIDE_S and one.end_s > clip.start_s + _INSIDE_S]
    opening = next((one for one in edges.starts if one.time_s >= clip.start_s - _INSIDE_S), None)
    if not cut and not (opening and opening.continues and opening.time_s < clip.end_s):
        return clip
    first_s = min((span.start_s for span in edges.reactions if span.overlap_s(clip) > 0), default=clip.end_s)
    floor_s = max(
        clip.start_s - HEARD_BEFORE_S + _CUT_OFF_S,
        edges.reactions.last_s(clip.start_s),
        clip.end_s - options.longest_s,
        *(other.end_s for other in clips if other.end_s <= clip.start_s),
    )
    latest_s = min(cut, default=clip.start_s)
    before = [one for one in edges.starts if one.time_s <= latest_s and _before(one.time_s, edges) >= floor_s]
    whole = [one for one in before if not one.continues] or (before if cut else [])
    if whole:
        return replace(clip, start_s=round(_before(whole[-1].time_s, edges), 3))
    if not cut:
        return clip
    latest_s = min(first_s - options.setup_least_s, clip.end_s - options.least_s)
    after = (_before(one.time_s, edges) for one in edges.starts if clip.start_s + _INSIDE_S < one.time_s)
    later_s = next(after, latest_s + 1)
    return replace(clip, start_s=round(later_s, 3)) if later_s <= latest_s else clip


def _before(start_s: float, edges: Edges) -> float:
    """Shortly before a sentence, in the pause before it."""
    room_s = max(0.0, start_s - edges.either.last_s(start_s))
    return max(0.0, start_s - min(_LEAD_S, room_s / 2))


def heard_for(clips: Sequence[Clip]) -> list[Span]:
    """What has to be heard of a video for its clips, in order of time."""
    return [Span(max(0.0, clip.start_s - HEARD_BEFORE_S), clip.end_s) for clip in sorted(clips, key=lambda clip: clip.start_s)]
