"""Cues of existing files made one after the other: rolling captions unrolled, overlaps parted, what shows together joined."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from itertools import pairwise

from video_pipeline.core.cue import Cue
from video_pipeline.subtitles.read.base import Repair

_TOUCHING_S = 0.1
_ROLLING_SHARE = 0.3
_LEAST_S = 0.3
"""A cue cut shorter than this could not be read; its lines join the next."""


def untangled(cues: Sequence[Cue]) -> tuple[list[Cue], list[Repair]]:
    """Cues that follow each other without overlap, each of some length, and what had to be done for it."""
    repairs: list[Repair] = []
    in_order = sorted(cues, key=lambda cue: (cue.start_s, cue.end_s))
    return _parted(_unrolled(in_order, repairs), repairs), repairs


def _unrolled(cues: Sequence[Cue], repairs: list[Repair]) -> list[Cue]:
    """Captions that scroll up repeat each line on its way; every line is kept once, where it is new."""
    repeated = sum(_repeats(a, b) > 0 for a, b in pairwise(cues))
    if len(cues) < 4 or repeated < _ROLLING_SHARE * len(cues):
        return list(cues)
    repairs.append(Repair("rolling captions", 0, f"{repeated} repeated lines left out"))
    out: list[Cue] = []
    before: Cue | None = None
    for cue in cues:
        old = _repeats(before, cue) if before else 0
        before = cue
        if old < len(cue.lines):
            out.append(_without_first(cue, old))
        elif out:
            out[-1] = dataclasses.replace(out[-1], end_s=max(out[-1].end_s, cue.end_s))
    return out


def _repeats(a: Cue, b: Cue) -> int:
    """How many of the first lines of `b` were shown at the end of `a`, which it follows at once."""
    if b.start_s - a.end_s > _TOUCHING_S:
        return 0
    most = min(len(a.lines), len(b.lines))
    return next((count for count in range(most, 0, -1) if a.lines[-count:] == b.lines[:count]), 0)


def _without_first(cue: Cue, count: int) -> Cue:
    if not count:
        return cue
    gone, tokens = " ".join(cue.lines[:count]), cue.tokens
    if tokens and tokens[0].text.strip().startswith(gone):
        tokens = (dataclasses.replace(tokens[0], text=tokens[0].text.strip()[len(gone) :].strip()), *tokens[1:])
    return dataclasses.replace(cue, lines=cue.lines[count:], tokens=tokens)


def _parted(cues: Sequence[Cue], repairs: list[Repair]) -> list[Cue]:
    out: list[Cue] = []
    for cue in cues:
        if cue.end_s <= cue.start_s:
            cue = dataclasses.replace(cue, end_s=cue.start_s + _LEAST_S)
        if out and cue.start_s < out[-1].end_s:
            last = out[-1]
            repairs.append(Repair("overlapping cues", 0, f"{last.text[:30]!r} and {cue.text[:30]!r} at {cue.start_s:.3f} s"))
            if cue.start_s - last.start_s >= _LEAST_S:
                out[-1] = _ending(last, cue.start_s)
            else:
                cue = _joined(out.pop(), cue)
        out.append(cue)
    return out


def _ending(cue: Cue, end_s: float) -> Cue:
    inside = all(token.end_s <= end_s for token in cue.tokens)
    return dataclasses.replace(cue, end_s=end_s, tokens=cue.tokens if inside else ())


def _joined(a: Cue, b: Cue) -> Cue:
    """Both texts as one cue; said twice, shown once."""
    lines = a.lines if a.lines == b.lines else a.lines + b.lines
    return dataclasses.replace(a, end_s=max(a.end_s, b.end_s), lines=lines, tokens=())
