"""SubRip, as strict or as broken as it comes: cues are found by their timing lines, whatever stands around them."""

from __future__ import annotations

from video_pipeline.subtitles.read.base import Draft, Report, Unreadable
from video_pipeline.subtitles.read.markup import without_tags
from video_pipeline.subtitles.read.stamps import Timing, timing_of


class SrtReader:
    """Numbers may be missing or doubled, empty lines too many or too few, the last cue may be cut off."""

    def owns(self, text: str) -> bool:
        return any(timing_of(line) for line in text.split("\n"))

    def read(self, text: str, report: Report) -> list[Draft]:
        lines = text.split("\n")
        timings = [(k, timing) for k, line in enumerate(lines) if (timing := timing_of(line))]
        if not timings:
            raise Unreadable("it has no timing line such as 00:00:01,000 --> 00:00:02,000")
        if before := [line for line in lines[: timings[0][0]] if line.strip() and not _is_number(line)]:
            report.add("text before the first cue", 1, before[0][:40])
        ends = [k for k, _ in timings[1:]] + [len(lines)]
        drafts, wanted = [], None
        for (at, timing), end in zip(timings, ends, strict=True):
            wanted = _check_number(lines, at, wanted, report)
            if timing.oddity:
                report.add(timing.oddity, at + 1, lines[at].strip()[:60])
            drafts.append(_draft(timing, at, _body(lines, at + 1, end, report), report))
        return drafts


def _check_number(lines: list[str], at: int, wanted: int | None, report: Report) -> int:
    """Reports the number over a timing line where it is missing or not the next; gives the one that should follow."""
    number = int(lines[at - 1].strip()) if at and _is_number(lines[at - 1]) else None
    if number is None:
        report.add("missing number", at + 1)
        return (wanted or 1) + 1
    if wanted is not None and number != wanted:
        report.add("number out of order", at, f"{number}, not {wanted}")
    return number + 1


def _body(lines: list[str], start: int, end: int, report: Report) -> list[str]:
    """The text between two timing lines, without the number that belongs to the second."""
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
    return Draft(timing.start_s, timing.end_s, text, at + 1)


def _is_number(line: str) -> bool:
    return line.strip().isdecimal() and len(line.strip()) < 7
