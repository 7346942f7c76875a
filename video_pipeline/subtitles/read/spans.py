"""Times of cues as they stand in a file made times as they can be shown: ends that are missing, lost hours, swapped ends."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from video_pipeline.subtitles.formats.base import Draft, Report

_LONGEST_S = 100 * 3600.0
"""Later times are reported as a fault."""
_USUAL_S = 20.0
"""No cue of speech lasts longer. A lost hour or swapped times are recognised by what would be longer."""
_READ_CPS = 15.0
"""Characters per second that a cue without an end gives its readers."""
_LEAST_S = 1.0
_MOST_S = 7.0
"""Shortest and longest time that is given to a cue without an end."""
_LOST = ((3600.0, "hour lost in the end time"), (60.0, "minute lost in the end time"))


def settled(drafts: Iterable[Draft], report: Report) -> list[Draft]:
    """The drafts with times that are not negative and ends that are not before their starts; each change is reported."""
    found = list(drafts)
    starts = sorted(draft.start_s for draft in found)
    out: list[Draft] = []
    for draft in found:
        if draft.end_s is not None and draft.end_s <= 0 and draft.start_s < 0:
            report.add("cue left out: it ends before the start", draft.line, draft.text[:60])
            continue
        draft.start_s = max(0.0, draft.start_s)
        draft.end_s = _end(draft, starts, report)
        if draft.end_s > _LONGEST_S:
            report.add("time beyond 100 hours", draft.line, f"{draft.end_s:.0f} s")
        out.append(draft)
    return out


def _end(draft: Draft, starts: Sequence[float], report: Report) -> float:
    start_s, end_s = draft.start_s, draft.end_s
    if end_s is None:
        return _open_end(draft, starts)
    end_s = max(0.0, end_s)
    if end_s == start_s:
        report.add("cue of no length", draft.line, f"at {start_s:.3f} s")
    if end_s >= start_s:
        return _without_extra_hour(draft, end_s, starts, report)
    if start_s - end_s <= _USUAL_S:
        report.add("times swapped", draft.line, f"{start_s:.3f} to {end_s:.3f} s")
        draft.start_s = end_s
        return start_s
    for unit_s, what in _LOST:
        moved_s = end_s + unit_s * -(-(start_s - end_s) // unit_s)
        if 0 < moved_s - start_s <= _USUAL_S:
            report.add(what, draft.line, f"{start_s:.3f} to {end_s:.3f} s")
            return moved_s
    report.add("end before start", draft.line, f"{start_s:.3f} to {end_s:.3f} s: ends when it is read")
    return _open_end(draft, starts)


def _without_extra_hour(draft: Draft, end_s: float, starts: Sequence[float], report: Report) -> float:
    """The end without whole hours that make a cue last an hour while others start."""
    hour_s = _LOST[0][0]
    short_s = (end_s - draft.start_s) % hour_s
    if end_s - draft.start_s < hour_s or not 0 < short_s <= _USUAL_S:
        return end_s
    if bisect_right(starts, draft.start_s) >= bisect_left(starts, end_s):  # no other starts meanwhile
        return end_s
    report.add("hour too many in the end time", draft.line, f"{draft.start_s:.3f} to {end_s:.3f} s")
    return draft.start_s + short_s


def _open_end(draft: Draft, starts: Sequence[float]) -> float:
    """The next start, or when the text has been read."""
    read_s = min(_MOST_S, max(_LEAST_S, len(draft.text) / _READ_CPS))
    after = bisect_right(starts, draft.start_s)
    next_s = starts[after] if after < len(starts) else draft.start_s + _MOST_S
    return min(next_s, draft.start_s + read_s)
