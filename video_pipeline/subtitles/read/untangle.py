"""Turns the cues of a file into a sequence: unrolls rolling captions, separates overlaps, joins cues that appear together."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from itertools import pairwise

from video_pipeline.core.cue import Cue
from video_pipeline.subtitles.formats.base import Repair

_TOUCHING_S = 0.1
"""Longest gap across which a caption can roll on."""
_ROLLING_SHARE = 0.3
"""Captions roll if at least this share of the cues repeats lines of the cue before."""
_LEAST_CUES = 4
"""Fewer cues do not show whether captions roll."""
_LEAST_S = 0.3
"""A cue cut shorter than this could not be read, so its lines join the next cue."""


def untangled(cues: Sequence[Cue]) -> tuple[list[Cue], list[Repair]]:
    """Cues in order, none empty in length and none overlapping, with a repair for each change."""
    repairs: list[Repair] = []
    in_order = sorted(cues, key=lambda cue: (cue.start_s, cue.end_s))
    return _separated(_unrolled(in_order, repairs), repairs), repairs


def _unrolled(cues: Sequence[Cue], repairs: list[Repair]) -> list[Cue]:
    """Rolling captions repeat each line as it moves up. Each line is kept once, where it is new."""
    repeated = sum(_repeats(a, b) > 0 for a, b in pairwise(cues))
    if len(cues) < _LEAST_CUES or repeated < _ROLLING_SHARE * len(cues):
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
    """Number of lines at the start of `b` that are the last lines of `a`; 0 if `b` does not follow immediately."""
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


def _separated(cues: Sequence[Cue], repairs: list[Repair]) -> list[Cue]:
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
    """Both texts as one cue; the same text is shown once."""
    lines = a.lines if a.lines == b.lines else a.lines + b.lines
    return dataclasses.replace(a, end_s=max(a.end_s, b.end_s), lines=lines, tokens=())
