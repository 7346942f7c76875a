"""Cues for a piece of a video, with times that count from the start of the piece."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from video_pipeline.core.cue import Cue
from video_pipeline.core.span import Span

_LEAST_SPOKEN_S = 0.2
"""A cue of which less than this is spoken during the piece is left out."""


def retimed(cues: Sequence[Cue], piece: Span) -> list[Cue]:
    """The cues whose speech or sound is in `piece`, clipped to it. Cues that are only still on screen then are left out."""
    return [_moved(cue, piece) for cue in cues if cue.overlaps(piece) and _is_spoken(cue, piece)]


def _moved(cue: Cue, piece: Span) -> Cue:
    """Words move with their cue."""
    tokens = tuple(token.shifted(-piece.start_s) for token in cue.tokens)
    return dataclasses.replace(cue.clipped(piece).shifted(-piece.start_s), tokens=tokens)


def _is_spoken(cue: Cue, piece: Span) -> bool:
    spoken = Span(cue.tokens[0].start_s, max(token.end_s for token in cue.tokens)) if cue.tokens else cue
    if spoken.duration_s == 0:
        return piece.holds(spoken.start_s)
    return spoken.overlap_s(piece) >= min(_LEAST_SPOKEN_S, spoken.duration_s)
