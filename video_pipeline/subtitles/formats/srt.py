"""SubRip (`.srt`): written by pysrt, read by a parser that tolerates broken files."""

from __future__ import annotations

from collections.abc import Sequence

from video_pipeline.core.cue import Cue
from video_pipeline.core.timecode import to_ms
from video_pipeline.subtitles.formats.base import CONTROL, Appearance, Draft, Match, Report, Unreadable
from video_pipeline.subtitles.labels import labelled_lines
from video_pipeline.subtitles.read.markup import without_tags
from video_pipeline.subtitles.read.stamps import Timing, timing_of

_SAFE = CONTROL | str.maketrans({"<": "＜", ">": "＞", "{": "｛", "}": "｝", "\\": "＼"})
"""Players interpret these characters: FFmpeg drops `<laugh>`, hides `{x}` and breaks the line at a backslash followed by N."""
_NUMBER_DIGITS = 6
"""Longest cue number. A line with more digits is text."""


class SrtFormat:
    """Writes plain text with labels, with times in whole milliseconds.

    Reads a cue wherever there is a timing line. Numbers may be missing or repeated, empty lines may be missing or too many,
    and the last cue may be incomplete.
    """

    suffixes = ("srt",)
    resolution_ms = 1

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> str:
        import pysrt

        items: list[pysrt.SubRipItem] = []
        for cue in cues:
            text = "\n".join(line.translate(_SAFE) for line in labelled_lines(cue, appearance.labels))
            if text:
                start, end = (pysrt.SubRipTime(milliseconds=to_ms(t)) for t in (cue.start_s, cue.end_s))
                items.append(pysrt.SubRipItem(len(items) + 1, start, end, text))
        return appearance.mark + "\n".join(str(item) for item in items)

    def match(self, text: str) -> Match:
        return Match.PATTERN if any(timing_of(line) for line in text.split("\n")) else Match.NONE

    def read(self, text: str, report: Report) -> list[Draft]:
        lines = text.split("\n")
        timings = [(k, timing) for k, line in enumerate(lines) if (timing := timing_of(line))]
        if not timings:
            raise Unreadable("it has no timing line such as 00:00:01,000 --> 00:00:02,000")
        if before := [line for line in lines[: timings[0][0]] if line.strip() and not _is_number(line)]:
            report.add("text before the first cue", 1, before[0][:40])
        ends = [k for k, _ in timings[1:]] + [len(lines)]
        drafts, expected = [], None
        for (at, timing), end in zip(timings, ends, strict=True):
            expected = _check_number(lines, at, expected, report)
            if timing.oddity:
                report.add(timing.oddity, at + 1, lines[at].strip()[:60])
            drafts.append(_draft(timing, at, _body(lines, at + 1, end, report), report))
        return drafts


def _check_number(lines: list[str], at: int, expected: int | None, report: Report) -> int:
    """Reports a cue number that is missing or not the expected one. Returns the number expected next."""
    number = int(lines[at - 1].strip()) if at and _is_number(lines[at - 1]) else None
    if number is None:
        report.add("missing number", at + 1)
        return (expected or 1) + 1
    if expected is not None and number != expected:
        report.add("number out of order", at, f"{number}, not {expected}")
    return number + 1


def _body(lines: list[str], start: int, end: int, report: Report) -> list[str]:
    """The text between two timing lines, without the number of the second cue."""
    body = lines[start:end]
    if end < len(lines):
        if body and _is_number(body[-1]):
            if len(body) > 1 and body[-2].strip():
                report.add("missing empty line", end)
            body = body[:-1]
        elif body and body[-1].strip():
            report.add("missing empty line", end + 1)
    while body and not body[-1].strip():
        body.pop()
    if any(not line.strip() for line in body):
        report.add("empty line inside a cue", start + next(k for k, line in enumerate(body) if not line.strip()) + 1)
    return body


def _draft(timing: Timing, at: int, body: list[str], report: Report) -> Draft:
    text, tagged, escaped = without_tags("\n".join(body))
    if tagged:
        report.add("markup left out", at + 1)
    if escaped:
        report.add("HTML entities", at + 1)
    return Draft(timing.start_s, timing.end_s, text, line=at + 1)


def _is_number(line: str) -> bool:
    return line.strip().isdecimal() and len(line.strip()) <= _NUMBER_DIGITS
