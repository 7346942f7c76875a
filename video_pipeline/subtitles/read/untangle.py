"""Puts the cues of a file in order: unrolls rolling captions, joins animated signs, and decides which overlaps stay."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from itertools import pairwise

from video_pipeline.core.cue import Cue
from video_pipeline.subtitles.formats.base import Repair
from video_pipeline.subtitles.overlaps import (
    apart,
    crowded,
    groups_of,
    joined,
    reading_s,
    stacked,
)
from video_pipeline.subtitles.rules import SubtitleOptions

OVERLAPS = ("auto", "keep", "stack", "cut")
"""What happens to cues that are shown at the same time: `auto` keeps those that are meant and cuts the others, `keep` leaves all
as they are, `stack` shows both texts as one cue while they overlap, `cut` ends a cue where the next starts."""
_TOUCHING_S = 0.1
"""Longest gap across which a caption can roll on."""
_FRAME_S = 0.06
"""Longest gap between two steps of an animated sign: a frame and its rounding."""
_STEP_S = 0.5
"""Longest step of an animation: a sign that is shown for longer in one place is a cue of its own."""
_ROLLING_SHARE = 0.3
"""Captions roll if at least this share of the cues repeats lines of the cue before."""
_LEAST_CUES = 4
"""Fewer cues do not show whether captions roll."""
_LEAST_S = 0.3
"""A cue cut shorter than this could not be read, so its lines join the next cue."""
_MOMENT_S = 0.001
"""No format can write a shorter time."""
_SLIP_S = 0.6
"""Longest overlap that is taken for a slip where the cue is too short to be read anyway."""
_SLIP_SHARE = 0.25
"""Share of a cue that may be cut off as a slip."""


def untangled(
    cues: Sequence[Cue], overlaps: str = "auto", options: SubtitleOptions | None = None
) -> tuple[list[Cue], list[Repair]]:
    """Cues in order, none empty in length, with a repair for each change.

    Args:
        overlaps: one of `OVERLAPS`.
        options: how many lines a cue may have, and how fast people read.
    """
    options = options or SubtitleOptions()
    repairs: list[Repair] = []
    in_order = sorted((_lasting(cue) for cue in cues), key=lambda cue: (cue.start_s, cue.end_s))
    whole = _unrolled(_whole_signs(in_order, repairs), repairs)
    if overlaps == "keep":
        return whole, repairs
    if overlaps == "auto":
        whole = _without_slips(_at_once(whole, options, repairs), options, repairs)
        crowds = [group for group in groups_of(whole) if crowded(group, options)]
        busy = {id(cue) for group in crowds for cue in group}
        stacks = [cue for group in crowds for cue in stacked(group, options)]
        repairs += [_repair(group[0], group[1], "stacked: more lines than allowed") for group in crowds]
        return sorted([cue for cue in whole if id(cue) not in busy] + stacks, key=lambda cue: (cue.start_s, cue.end_s)), repairs
    if overlaps == "cut":
        whole = _without_slips(whole, options, repairs, every=True)
    return _stacked(whole, options, repairs), repairs


def _lasting(cue: Cue) -> Cue:
    return cue if cue.duration_s >= _MOMENT_S else dataclasses.replace(cue, end_s=cue.start_s + _LEAST_S)


def _repair(a: Cue, b: Cue, how: str) -> Repair:
    return Repair("overlapping cues", 0, f"{a.text[:30]!r} and {b.text[:30]!r} at {b.start_s:.3f} s: {how}")


def _whole_signs(cues: Sequence[Cue], repairs: list[Repair]) -> list[Cue]:
    """A sign that moves frame by frame is a cue per frame: joined, at its first place. Other cues may stand between them."""
    out: list[Cue] = []
    steps: dict[int, int] = {}
    last: dict[tuple[object, ...], int] = {}
    for cue in cues:
        key = (cue.lines, cue.style, cue.speaker, cue.language)
        at = last.get(key)
        before = out[at] if at is not None else None
        moves = before is not None and (before.place != cue.place or cue.duration_s <= _FRAME_S)
        if at is not None and before is not None and moves and _follows(before, cue, steps.get(at, 0)):
            out[at] = dataclasses.replace(before, end_s=max(before.end_s, cue.end_s), tokens=())
            steps[at] = steps.get(at, 0) + 1
            continue
        last[key] = len(out)
        out.append(cue)
    repairs += [Repair("animated sign", 0, f"{out[at].text[:30]!r}: {count + 1} steps joined") for at, count in steps.items()]
    return out


def _follows(a: Cue, b: Cue, steps: int) -> bool:
    """Whether `b` is the next step of the animation that `a` is, of `steps` steps so far."""
    brief = b.duration_s <= _STEP_S and (steps > 0 or a.duration_s <= _STEP_S)
    return brief and -_FRAME_S <= b.start_s - a.end_s <= _FRAME_S


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
    return dataclasses.replace(cue, lines=cue.lines[count:], marked=cue.marked[count:], tokens=tokens)


def _at_once(cues: Sequence[Cue], options: SubtitleOptions, repairs: list[Repair]) -> list[Cue]:
    """Cues with the same times in the same place are one cue, if it has no more lines than allowed; a text is shown once."""
    out: list[Cue] = []
    for cue in cues:
        last = out[-1] if out else None
        if last is not None and _same_times(last, cue) and not apart(last, cue):
            both = joined(last, cue)
            if len(both.lines) <= options.lines or both.lines == last.lines:
                repairs.append(_repair(last, cue, "joined"))
                out[-1] = both
                continue
        out.append(cue)
    return out


def _same_times(a: Cue, b: Cue) -> bool:
    return abs(a.start_s - b.start_s) < _LEAST_S / 2 and abs(a.end_s - b.end_s) < _LEAST_S / 2


def _without_slips(cues: Sequence[Cue], options: SubtitleOptions, repairs: list[Repair], *, every: bool = False) -> list[Cue]:
    """Ends a cue where the next starts, if what is left of it can be read. With `every`, also where both are meant to stand."""
    out = list(cues)
    for k, a in enumerate(out):
        for b in out[k + 1 :]:
            if b.start_s >= out[k].end_s:
                break
            if (every or not _is_meant(a, b)) and _can_end(a, b.start_s, options):
                out[k] = _ending(a, b.start_s)
                repairs.append(_repair(a, b, "cut"))
                break
    return out


def _is_meant(a: Cue, b: Cue) -> bool:
    """Whether two cues are shown together on purpose: elsewhere, by someone else, or one while the other stands."""
    return apart(a, b) or b.end_s <= a.end_s


def _can_end(cue: Cue, end_s: float, options: SubtitleOptions) -> bool:
    rest_s, needed_s = end_s - cue.start_s, reading_s(cue, options)
    if rest_s >= needed_s:
        return True
    off_s = cue.end_s - end_s
    return cue.duration_s < needed_s and off_s <= min(_SLIP_S, _SLIP_SHARE * cue.duration_s)


def _ending(cue: Cue, end_s: float) -> Cue:
    inside = all(token.end_s <= end_s for token in cue.tokens)
    return dataclasses.replace(cue, end_s=end_s, tokens=cue.tokens if inside else ())


def _stacked(cues: Sequence[Cue], options: SubtitleOptions, repairs: list[Repair]) -> list[Cue]:
    out: list[Cue] = []
    for group in groups_of(cues, everywhere=True):
        repairs += [_repair(a, b, "stacked") for a, b in pairwise(group) if b.start_s < a.end_s]
        out += stacked(group, options) if len(group) > 1 else group
    return [*map(_until, out, out[1:]), *out[-1:]]


def _until(cue: Cue, after: Cue) -> Cue:
    """Ends where the next starts: what was too little to be an overlap, a rounding of half a millisecond, is none."""
    return cue if cue.end_s <= after.start_s else _ending(cue, after.start_s)
