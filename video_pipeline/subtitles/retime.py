"""Cues moved in time: as a whole, at another rate, or to the clock of a piece of a video."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from video_pipeline.core.cue import Cue
from video_pipeline.core.span import Span

_LEAST_SHOWN_S = 0.1
"""A cue of which less than this is left where silences were taken out is left out."""
_LEAST_SPOKEN_S = 0.2
"""A cue of which less than this is spoken during the piece is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Where times go: `time_s * scale + shift_s`."""

    shift_s: float = 0.0
    scale: float = 1.0
    """For instance 23.976 / 25 for subtitles of a film that now runs at 25 frames per second."""

    @property
    def is_none(self) -> bool:
        return self.shift_s == 0.0 and self.scale == 1.0

    def __call__(self, time_s: float) -> float:
        return time_s * self.scale + self.shift_s

    def then(self, other: Move) -> Move:
        """Both moves, this one first."""
        return Move(shift_s=other.scale * self.shift_s + other.shift_s, scale=self.scale * other.scale)


def moved(cues: Sequence[Cue], move: Move) -> list[Cue]:
    """The cues at their new times, with the times of their words. What then ends before 0 is left out."""
    return [moved_by(cue, move) for cue in cues if move(cue.end_s) > 0]


def moved_by(cue: Cue, move: Callable[[float], float]) -> Cue:
    """A cue at its new times, with the times of its words."""
    tokens = tuple(
        dataclasses.replace(token, start_s=max(0.0, move(token.start_s)), end_s=max(0.0, move(token.end_s)))
        for token in cue.tokens
    )
    return dataclasses.replace(cue, start_s=max(0.0, move(cue.start_s)), end_s=move(cue.end_s), tokens=tokens)


def retimed(cues: Sequence[Cue], piece: Span) -> list[Cue]:
    """The cues whose speech or sound is in `piece`, clipped to it. Cues that are only still on screen then are left out."""
    return [_moved(cue, piece) for cue in cues if cue.overlaps(piece) and _is_spoken(cue, piece)]


def joined_cues(cues: Sequence[Cue], stretches: Sequence[Span]) -> list[Cue]:
    """The cues on the clock of stretches shown one after another; a cue goes on over a cut, without what was taken out."""

    def time(time_s: float) -> float:
        return sum(min(max(time_s - one.start_s, 0.0), one.duration_s) for one in stretches)

    kept = (moved_by(cue, time) for cue in cues)
    return [new for new, cue in zip(kept, cues, strict=True) if new.duration_s >= min(_LEAST_SHOWN_S, cue.duration_s)]


def _moved(cue: Cue, piece: Span) -> Cue:
    """Words move with their cue."""
    tokens = tuple(token.shifted(-piece.start_s) for token in cue.tokens)
    return dataclasses.replace(cue.clipped(piece).shifted(-piece.start_s), tokens=tokens)


def _is_spoken(cue: Cue, piece: Span) -> bool:
    spoken = Span(cue.tokens[0].start_s, max(token.end_s for token in cue.tokens)) if cue.tokens else cue
    if spoken.duration_s == 0:
        return piece.holds(spoken.start_s)
    return spoken.overlap_s(piece) >= min(_LEAST_SPOKEN_S, spoken.duration_s)
