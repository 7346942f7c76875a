"""Quality check: which cues break a rule. A hard rule can always be kept; a soft one may be impossible with fast speech."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from video_pipeline.core.cue import Cue
from video_pipeline.core.timecode import to_ms
from video_pipeline.core.transcript import AudioEvent
from video_pipeline.subtitles.breaks import NEVER_FIRST, NEVER_LAST
from video_pipeline.subtitles.costs import ORPHAN_WIDTH
from video_pipeline.subtitles.labels import labelled_lines
from video_pipeline.subtitles.overlaps import lane_of
from video_pipeline.subtitles.qc_sounds import label_faults, stray_words
from video_pipeline.subtitles.rules import SPACELESS, SubtitleOptions, width
from video_pipeline.subtitles.timing import NEAR_CUT_S, TimingLimits

HARD = frozenset({"empty", "lines", "line_width", "least_ms", "longest_ms", "order", "overlap_ms", "gap_ms"})
"""Rules that may never be broken: deliveries with such faults are rejected."""
_LATE_S = 0.5
"""A cue that appears later than this after its first word is late."""
_FILM_FRAME_MS = 1000 / 24
"""Cues this near to a cut count as being at it."""
_SPEED_TOLERANCE_CPS = 0.05
"""Reading speed above the limit that is only rounding."""
_WORD_TOLERANCE_S = 0.005
"""Time per word below the limit that is only rounding."""
_LABEL = re.compile(r"\[[^\]]*\]")
_KINSOKU_FIRST = frozenset(c for c in NEVER_FIRST if not c.isascii() and c not in "’”…")
_KINSOKU_LAST = frozenset(c for c in NEVER_LAST if not c.isascii() and c not in "“‘￥¥£€＄")


@dataclass(frozen=True, slots=True)
class Finding:
    """A cue that breaks a rule."""

    cue: int
    """Number of the cue, counted from 1."""
    rule: str
    limit: float
    """In the unit that the name of the rule ends in."""
    value: float
    """What the cue has instead, in the same unit."""
    hard: bool = True


def check(
    cues: Sequence[Cue],
    options: SubtitleOptions,
    rate_fps: float | None,
    *,
    cuts_s: Sequence[float] = (),
    events: Sequence[AudioEvent] | None = None,
    rounding_ms: int = 1,
) -> list[Finding]:
    """All findings in order of the cues. Times are compared as they are written, in whole milliseconds.

    Args:
        cues: in the order of the file.
        rate_fps: frame rate of the picture; None without a picture.
        cuts_s: when the picture cuts, in order; if empty, cuts are not checked.
        events: the sounds in the audio; if None, labels are not checked against them.
        rounding_ms: how much a cue or a gap may differ from a limit, because the file rounds both ends.
    """
    limits = TimingLimits.of(options, rate_fps, cuts_s)
    found = [finding for number, cue in enumerate(cues, 1) for finding in _one(number, cue, options, rounding_ms)]
    for lane in _lanes(cues):
        found += _between(lane, limits, rounding_ms)
    if len(limits.cuts_s):
        found += _at_cuts(cues, limits)
    found += [_finding(*broken) for broken in stray_words(cues)]
    if events is not None:
        found += [_finding(*broken) for broken in label_faults(cues, events, options)]
    return sorted(found, key=lambda finding: finding.cue)


def _finding(cue: int, rule: str, limit: float, value: float) -> Finding:
    return Finding(cue, rule, round(limit, 3), round(value, 3), rule in HARD)


def _one(number: int, cue: Cue, options: SubtitleOptions, rounding_ms: int) -> Iterator[Finding]:
    """Rules that a cue breaks on its own."""
    reading, lines = options.reading(cue.language), labelled_lines(cue, options.labels)
    widths = [width(line, cue.language) for line in lines]
    length_ms = to_ms(cue.end_s) - to_ms(cue.start_s)
    if not any(line.strip() for line in lines) and not cue.sound:
        yield _finding(number, "empty", 1, 0)
    if len(lines) > options.lines:
        yield _finding(number, "lines", options.lines, len(lines))
    if max(widths, default=0.0) > reading.line_width:
        yield _finding(number, "line_width", reading.line_width, max(widths))
    if length_ms < to_ms(options.least_s) - rounding_ms:
        yield _finding(number, "least_ms", to_ms(options.least_s), length_ms)
    if length_ms > to_ms(options.longest_s) + rounding_ms:
        yield _finding(number, "longest_ms", to_ms(options.longest_s), length_ms)
    if cue.lines:
        yield from _to_read(number, cue, lines, options)
    if cue.tokens and cue.start_s - cue.tokens[0].start_s > _LATE_S:
        yield _finding(number, "late_ms", _LATE_S * 1000, (cue.start_s - cue.tokens[0].start_s) * 1000)


def _to_read(number: int, cue: Cue, lines: Sequence[str], options: SubtitleOptions) -> Iterator[Finding]:
    """Reading speed and line breaks."""
    shown_s, speed_cps = max(1e-3, cue.duration_s), options.reading(cue.language).speed_cps
    widths = [width(line, cue.language) for line in lines]
    if sum(widths) / shown_s > speed_cps + _SPEED_TOLERANCE_CPS:
        yield _finding(number, "speed_cps", speed_cps, sum(widths) / shown_s)
    words = 0 if cue.language in SPACELESS else sum(len(_LABEL.sub("", line).split()) for line in cue.lines)
    if words and shown_s / words < options.word_s - _WORD_TOLERANCE_S:
        yield _finding(number, "word_s", options.word_s, shown_s / words)
    for k, (line, size) in enumerate(zip(lines, widths, strict=True), 1):
        if line.strip() and (line.strip()[0] in _KINSOKU_FIRST or line.strip()[-1] in _KINSOKU_LAST):
            yield _finding(number, "kinsoku", 0, k)
        if len(lines) > 1 and size < ORPHAN_WIDTH:
            yield _finding(number, "orphan", ORPHAN_WIDTH, size)


def _lanes(cues: Sequence[Cue]) -> list[list[tuple[int, Cue]]]:
    """The cues of each place in the picture, with their numbers: signs at the top do not disturb speech at the bottom."""
    lanes: dict[object, list[tuple[int, Cue]]] = {}
    for number, cue in enumerate(cues, 1):
        lanes.setdefault(lane_of(cue), []).append((number, cue))
    return list(lanes.values())


def _between(cues: Sequence[tuple[int, Cue]], limits: TimingLimits, rounding_ms: int) -> Iterator[Finding]:
    """Order, overlap and gaps of neighbours. The finding belongs to the later cue."""
    gap_ms, close_ms = to_ms(limits.gap_s), to_ms(limits.options.close_gap_s)
    for (_, a), (number, b) in pairwise(cues):
        between_ms = to_ms(b.start_s) - to_ms(a.end_s)
        if b.start_s < a.start_s:
            yield _finding(number, "order", a.start_s * 1000, b.start_s * 1000)
        elif between_ms < 0:
            yield _finding(number, "overlap_ms", 0, -between_ms)
        elif between_ms < gap_ms - rounding_ms:
            yield _finding(number, "gap_ms", gap_ms, between_ms)
        elif gap_ms + rounding_ms < between_ms < close_ms - rounding_ms:
            yield _finding(number, "open_gap_ms", close_ms, between_ms)


def _at_cuts(cues: Sequence[Cue], limits: TimingLimits) -> Iterator[Finding]:
    """Cues that start or end near a cut but not at it."""
    near_ms, gap_ms = NEAR_CUT_S * 1000, limits.gap_s * 1000
    for number, cue in enumerate(cues, 1):
        start_ms, end_ms = (_from_cut_ms(time_s, limits) for time_s in (cue.start_s, cue.end_s))
        if _FILM_FRAME_MS < abs(start_ms) < near_ms - _FILM_FRAME_MS:
            yield _finding(number, "start_beside_cut_ms", near_ms, start_ms)
        if abs(end_ms) < near_ms - _FILM_FRAME_MS and abs(end_ms + gap_ms) > _FILM_FRAME_MS:
            yield _finding(number, "end_beside_cut_ms", near_ms, end_ms)


def _from_cut_ms(time_s: float, limits: TimingLimits) -> float:
    """Milliseconds from the nearest cut to a time, negative before it."""
    return float(min((time_s - limits.cuts_s)[np.argsort(np.abs(time_s - limits.cuts_s))[:1]])) * 1000
