"""Which cues break a rule: hard ones (a delivery is refused), and reading speed, which the speech itself may force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from video_pipeline.core.cue import Cue
from video_pipeline.core.timecode import to_ms
from video_pipeline.subtitles.labels import labelled_lines
from video_pipeline.subtitles.rules import SubtitleOptions, width
from video_pipeline.subtitles.timing import frame_gap_s


@dataclass(frozen=True, slots=True)
class Finding:
    """Cue number `cue` (from 1) breaks `rule`: its `value` is beyond the `limit`. `hard` rules may never be broken."""

    cue: int
    rule: str
    limit: float
    value: float
    hard: bool = True


def check(cues: Sequence[Cue], options: SubtitleOptions, rate_fps: float | None) -> list[Finding]:
    """All findings in order of the cues. Times are compared as written, in whole milliseconds."""
    found: list[Finding] = []
    for number, cue in enumerate(cues, 1):
        found += _one(number, cue, options)
    gap_ms = to_ms(frame_gap_s(options, rate_fps))
    for number, (a, b) in enumerate(pairwise(cues), 2):
        between_ms = round((b.start_s - a.end_s) * 1000)
        if between_ms < 0:
            found.append(Finding(number, "overlap", 0, between_ms))
        elif between_ms < gap_ms - 1:  # rounding both ends may take one millisecond
            found.append(Finding(number, "gap_ms", gap_ms, between_ms))
    return sorted(found, key=lambda finding: finding.cue)


def _one(number: int, cue: Cue, options: SubtitleOptions) -> list[Finding]:
    found = []
    reading = options.reading(cue.language)
    lines = labelled_lines(cue, options.labels)
    widest = max((width(line, cue.language) for line in lines), default=0.0)
    length_ms = to_ms(cue.end_s) - to_ms(cue.start_s)
    if len(lines) > options.lines:
        found.append(Finding(number, "lines", options.lines, len(lines)))
    if widest > reading.line_width:
        found.append(Finding(number, "line_width", reading.line_width, widest))
    if length_ms < to_ms(options.least_s) - 1:
        found.append(Finding(number, "least_ms", to_ms(options.least_s), length_ms))
    if length_ms > to_ms(options.longest_s) + 1:
        found.append(Finding(number, "longest_ms", to_ms(options.longest_s), length_ms))
    speed_cps = sum(width(line, cue.language) for line in lines) / max(1e-3, cue.duration_s)
    if cue.lines and speed_cps > reading.speed_cps + 0.05:
        found.append(Finding(number, "speed_cps", reading.speed_cps, round(speed_cps, 1), hard=False))
    return found
