"""Cues for a piece of the video, on the piece's own clock."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from video_pipeline.core.cue import Cue
from video_pipeline.core.span import Span

_LEAST_SHOWN_S = 0.2


def retimed(cues: Sequence[Cue], piece: Span) -> list[Cue]:
    """What of `cues` is said or heard during `piece`, its start being 0; a cue that only lingers into it is left out."""
    return [_moved(cue, piece) for cue in cues if cue.overlaps(piece) and _is_heard(cue, piece)]


def _moved(cue: Cue, piece: Span) -> Cue:
    """The times of words move with their cue."""
    tokens = tuple(token.shifted(-piece.start_s) for token in cue.tokens)
    return dataclasses.replace(cue.clipped(piece).shifted(-piece.start_s), tokens=tokens)


def _is_heard(cue: Cue, piece: Span) -> bool:
    spoken = Span(cue.tokens[0].start_s, max(token.end_s for token in cue.tokens)) if cue.tokens else cue
    if spoken.duration_s == 0:
        return piece.holds(spoken.start_s)
    return spoken.overlap_s(piece) >= min(_LEAST_SHOWN_S, spoken.duration_s)
