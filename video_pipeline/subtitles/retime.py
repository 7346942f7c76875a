"""Cues for a piece of the video, on the piece's own clock."""

from __future__ import annotations

from collections.abc import Sequence

from video_pipeline.core.cue import Cue
from video_pipeline.core.span import Span

_LEAST_SHOWN_S = 0.2


def retimed(cues: Sequence[Cue], piece: Span) -> list[Cue]:
    """What of `cues` is shown during `piece`, its start being 0; slivers at the edges are left out."""
    return [
        cue.clipped(piece).shifted(-piece.start_s)
        for cue in cues
        if cue.overlap_s(piece) >= min(_LEAST_SHOWN_S, cue.duration_s) and cue.overlaps(piece)
    ]
