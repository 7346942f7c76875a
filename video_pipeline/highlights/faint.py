"""Reactions that are too faint to count alone: where the same sound is certain shortly before or after, they count.

Laughs come in runs, so in a run a laugh is more probable than elsewhere, and less is needed to believe it. Without the one that
was nearly heard, a run falls into pieces or loses its end.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from video_pipeline.core.span import Span
from video_pipeline.core.transcript import AudioEvent
from video_pipeline.highlights.base import REACTIONS
from video_pipeline.highlights.edges import Busy

FAINT = "faint"
"""The mark of what counts, by its lower score, but is not told: nobody should be promised a laugh that may be none."""


def with_faint(events: Sequence[AudioEvent], fainter: Sequence[AudioEvent], reach_s: float) -> tuple[AudioEvent, ...]:
    """`events`, and, marked, those reactions among `fainter` that are new and lie within `reach_s` of one of the same kind."""
    certain = [event for event in events if event.label in REACTIONS]
    taken = Busy(certain)
    near = {
        label: Busy(Span(event.start_s - reach_s, event.end_s + reach_s) for event in certain if event.label is label)
        for label in REACTIONS
    }
    added = [
        dataclasses.replace(event, marks=(*event.marks, FAINT))
        for event in fainter
        if event.label in REACTIONS and not taken.meets(event) and near[event.label].meets(event)
    ]
    return tuple(sorted([*events, *added], key=lambda event: (event.start_s, event.label)))
