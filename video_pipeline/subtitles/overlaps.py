"""Cues that are shown at the same time: which of them get in each other's way, and how they become a sequence."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from itertools import pairwise

from video_pipeline.core.cue import Cue, Run
from video_pipeline.core.span import Span
from video_pipeline.subtitles.rules import SubtitleOptions, width

_TOLERANCE_S = 0.0005
"""Overlaps shorter than half a millisecond are rounding."""
_LEAST_S = 0.3
"""Shorter pieces of a stack flicker, so they join the piece before."""
_LEAST_READ_S = 5 / 6
"""Shortest time that any cue needs to be read (Netflix)."""


def apart(a: Cue, b: Cue) -> bool:
    """Whether two cues may stand together: in different places, in different styles of the source, or by different speakers."""
    if a.speaker and b.speaker and a.speaker != b.speaker:
        return True
    return a.style != b.style or _spot(a) != _spot(b)


def _spot(cue: Cue) -> tuple[object, ...]:
    place = cue.place
    exact = place.x is not None and place.y is not None
    return place.row, place.column, exact and place.x, exact and place.y, place.vertical, place.region, place.line


def reading_s(cue: Cue, options: SubtitleOptions) -> float:
    """Time that reading a cue takes at the speed of the options."""
    characters = sum(width(line, cue.language) for line in cue.lines)
    return max(_LEAST_READ_S, characters / options.reading(cue.language).speed_cps)


def overlap(cues: Sequence[Cue]) -> bool:
    """Whether any of the cues, in order of their start, is shown together with another."""
    last_s = float("-inf")
    for cue in cues:
        if cue.start_s < last_s - _TOLERANCE_S:
            return True
        last_s = max(last_s, cue.end_s)
    return False


def groups_of(cues: Sequence[Cue], *, everywhere: bool = False) -> list[list[Cue]]:
    """The cues, each with all that are shown together with it in the same row of the picture, or `everywhere`."""
    lanes: dict[object, list[list[Cue]]] = {}
    for cue in cues:
        groups = lanes.setdefault(0 if everywhere else lane_of(cue), [])
        if groups and cue.start_s < max(other.end_s for other in groups[-1]) - _TOLERANCE_S:
            groups[-1].append(cue)
        else:
            groups.append([cue])
    return sorted((group for groups in lanes.values() for group in groups), key=lambda group: group[0].start_s)


def lane_of(cue: Cue) -> object:
    """Equal for cues that are shown in the same place; all cues along the bottom are."""
    place = cue.place
    if place.row == 0 and place.y is None and place.line is None and not place.vertical:
        return 0
    return _spot(cue)


def crowded(group: Sequence[Cue], options: SubtitleOptions) -> bool:
    """Whether more lines are shown together than a cue may have."""
    return any(sum(len(cue.lines) for cue in group if cue.holds(other.start_s)) > options.lines for other in group[1:])


def joined(a: Cue, b: Cue) -> Cue:
    """Both texts as one cue; the same text is shown once. Different speakers keep their own words."""
    if a.lines == b.lines:
        return dataclasses.replace(a, end_s=max(a.end_s, b.end_s), tokens=())
    voices = bool(a.speaker and b.speaker and a.speaker != b.speaker)
    first, second = (_runs(cue, voiced=voices) for cue in (a, b))
    return dataclasses.replace(
        a,
        end_s=max(a.end_s, b.end_s),
        lines=a.lines + b.lines,
        marked=first + second if voices or a.is_marked or b.is_marked else (),
        speaker=None if voices else a.speaker or b.speaker,
        tokens=(),
    )


def _runs(cue: Cue, *, voiced: bool) -> tuple[tuple[Run, ...], ...]:
    if not voiced:
        return cue.runs
    return tuple(
        tuple(dataclasses.replace(run, look=dataclasses.replace(run.look, voice=cue.speaker or "")) for run in line)
        for line in cue.runs
    )


def stacked(group: Sequence[Cue], options: SubtitleOptions) -> list[Cue]:
    """Cues that follow each other and show what the group shows at each time, as far as that has not too many lines.

    Where it has, the texts of the whole group share its time in their order, in proportion to their length.
    """
    pieces = list(_pieces(group))
    if any(len(_fitted(piece, options).lines) > options.lines for piece in pieces):
        return _paged(group, options)
    return [_fitted(piece, options) for piece in pieces]


def _pieces(group: Sequence[Cue]) -> Iterator[Cue]:
    edges = sorted({edge for cue in group for edge in (cue.start_s, cue.end_s)})
    edges = [edges[0], *(b for a, b in pairwise(edges) if b - a > _LEAST_S)]
    edges[-1] = max(cue.end_s for cue in group) if len(edges) > 1 else edges[-1]
    if len(edges) == 1:
        edges.append(max(cue.end_s for cue in group))
    spans = [Span(start_s, end_s) for start_s, end_s in pairwise(edges)]
    shown = [[cue for cue in group if cue.holds(span.middle_s)] for span in spans]
    for cue in group:
        if not any(cue in piece for piece in shown):  # too brief for a piece of its own
            shown[next((k for k, span in enumerate(spans) if span.end_s > cue.start_s), -1)].append(cue)
    for span, piece in zip(spans, shown, strict=True):
        if piece:
            yield _together(piece, span)


def _together(cues: Sequence[Cue], span: Span) -> Cue:
    """One cue that shows what all of them show, those at the top first."""
    if len(cues) == 1 and (cues[0].start_s, cues[0].end_s) == (span.start_s, span.end_s):
        return cues[0]
    first, *rest = sorted(cues, key=lambda cue: (-cue.place.row, cue.start_s))
    for cue in rest:
        first = joined(first, cue)
    lowest = min(cues, key=lambda cue: cue.place.row)
    return dataclasses.replace(first, start_s=span.start_s, end_s=span.end_s, place=lowest.place, tokens=())


def _fitted(cue: Cue, options: SubtitleOptions) -> Cue:
    """The cue with its lines joined by pairs where it has too many and they fit."""
    most, lines, runs = options.reading(cue.language).line_width, list(cue.lines), list(cue.runs)
    k = 0
    while len(lines) > options.lines and k + 1 < len(lines):
        if width(f"{lines[k]} {lines[k + 1]}", cue.language) <= most:
            lines[k : k + 2] = [f"{lines[k]} {lines[k + 1]}"]
            runs[k : k + 2] = [(*runs[k], Run(" "), *runs[k + 1])]
        else:
            k += 1
    if len(lines) == len(cue.lines):
        return cue
    return dataclasses.replace(cue, lines=tuple(lines), marked=tuple(runs) if cue.is_marked else ())


def _paged(group: Sequence[Cue], options: SubtitleOptions) -> list[Cue]:
    pages: list[Cue] = []
    for cue in group:
        both = _fitted(joined(pages[-1], cue), options) if pages else cue
        if pages and len(both.lines) <= options.lines:
            pages[-1] = both
        else:
            pages.append(cue)
    start_s, end_s = group[0].start_s, max(cue.end_s for cue in group)
    total = sum(max(1, len(page.text)) for page in pages)
    out, at_s = [], start_s
    for page in pages:
        next_s = at_s + (end_s - start_s) * max(1, len(page.text)) / total
        out.append(dataclasses.replace(page, start_s=at_s, end_s=next_s, tokens=()))
        at_s = next_s
    return out
