"""SubRip (`.srt`): written by pysrt, read by a parser that tolerates broken files."""

from __future__ import annotations

import re
from collections.abc import Sequence

from video_pipeline.core.cue import BOTTOM, Cue, Place
from video_pipeline.core.timecode import to_ms
from video_pipeline.subtitles.formats.base import CONTROL, Appearance, Draft, Match, Report, Unreadable
from video_pipeline.subtitles.formats.tagged import HtmlTags, tagged_lines
from video_pipeline.subtitles.formats.vtt_place import place_of_settings
from video_pipeline.subtitles.read.direction import isolated
from video_pipeline.subtitles.read.markup import marked_text
from video_pipeline.subtitles.read.stamps import Clock, Timing, frame_rate, timing_of

_SAFE = CONTROL | str.maketrans({"<": "＜", ">": "＞", "{": "｛", "}": "｝"})
"""Players interpret these characters: FFmpeg drops `<laugh>` and hides `{x}`."""
_ESCAPE = re.compile(r"\\(?=[Nnh｛])")
"""Players break the line at a backslash followed by N."""
_NUMBER_DIGITS = 6
"""Longest cue number. A line with more digits is text."""
_COORDINATES = re.compile(r"^(?:[XY][12]:\s*\d+\s*)+$", re.IGNORECASE)
_TAGS = HtmlTags(font_colour=True, strike=True, ruby_in_brackets=True)


class SrtFormat:
    """Writes text with labels and with the tags that players know: `<i>`, `<b>`, `<u>`, `<s>`, `<font color>` and `{\\an8}`.

    Reads a cue wherever there is a timing line. Numbers may be missing or repeated, empty lines may be missing or too many,
    and the last cue may be incomplete. A line that was meant to be a timing line is never text.
    """

    suffixes = ("srt",)
    resolution_ms = 1
    holds = frozenset(("italic", "bold", "underline", "strike", "colour", "place", "overlap"))

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> str:
        import pysrt

        items: list[pysrt.SubRipItem] = []
        for cue in cues:
            lines = isolated(tagged_lines(cue, appearance.labels, _TAGS, _safe))
            if text := "\n".join(lines):
                start, end = (pysrt.SubRipTime(milliseconds=to_ms(t)) for t in (cue.start_s, cue.end_s))
                items.append(pysrt.SubRipItem(len(items) + 1, start, end, _place(cue.place) + text))
        return appearance.mark + "\n".join(str(item) for item in items)

    def match(self, text: str) -> Match:
        timings = (timing_of(line) for line in text.split("\n"))
        return Match.PATTERN if any(timing and timing.has_arrow and not timing.is_lost for timing in timings) else Match.NONE

    def read(self, text: str, report: Report) -> list[Draft]:
        lines = text.split("\n")
        timings = [(k, timing) for k in range(len(lines)) if (timing := _timing(lines, k))]
        if not timings:
            raise Unreadable("it has no timing line such as 00:00:01,000 --> 00:00:02,000")
        rate_fps, guessed = frame_rate([timing for _, timing in timings], report.rate_fps)
        if guessed and not _all_drop([timing for _, timing in timings]):
            report.add("frame rate unknown", 0, f"{rate_fps:g} frames per second assumed")
        if before := [line for line in lines[: timings[0][0]] if line.strip() and not _is_number(line)]:
            report.add("text before the first cue", 1, before[0][:40])
        ends = [k for k, _ in timings[1:]] + [len(lines)]
        drafts: list[Draft] = []
        expected = None
        for (at, timing), end in zip(timings, ends, strict=True):
            expected = _check_number(lines, at, expected, report)
            if timing.oddity:
                report.add(timing.oddity, at + 1, lines[at].strip()[:60])
            draft = _draft(timing, at, _body(lines, at + 1, end, report), report)
            if timing.is_lost:
                report.add("cue left out: its times cannot be read", at + 1, draft.text[:80])
            else:
                drafts.append(timed(draft, timing, rate_fps, drafts))
        return drafts


def timed(draft: Draft, timing: Timing, rate_fps: float, before: Sequence[Draft]) -> Draft:
    """The draft with the times of its timing line. Without a start it follows the cue before it."""
    end_s = timing.end.at(rate_fps) if timing.end else None
    if timing.start is not None:
        draft.start_s, draft.end_s = timing.start.at(rate_fps), end_s
        return draft
    assert end_s is not None
    last_s = (before[-1].end_s or before[-1].start_s) if before else 0.0
    draft.start_s, draft.end_s = max(min(last_s, end_s), end_s - _UNKNOWN_START_S), end_s
    return draft


_UNKNOWN_START_S = 3.0
"""Longest time before its end that a cue starts whose start cannot be read."""


def _timing(lines: Sequence[str], k: int) -> Timing | None:
    after_number = k > 0 and _is_number(lines[k - 1]) and (k == 1 or not lines[k - 2].strip())
    return timing_of(lines[k], after_number=after_number)


def _all_drop(timings: Sequence[Timing]) -> bool:
    clocks: list[Clock] = [clock for timing in timings for clock in (timing.start, timing.end) if clock]
    return all(clock.drop for clock in clocks if clock.frames is not None)


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
    place = BOTTOM
    if _COORDINATES.match(timing.rest):
        report.add("markup left out", at + 1, f"coordinates {timing.rest}")
    elif timing.rest and (settings := place_of_settings(timing.rest)) is not None:
        place = settings
    elif timing.rest:
        report.add("text on the timing line", at + 1, timing.rest[:60])
        body = [timing.rest, *body]
    marked = marked_text("\n".join(body))
    if marked.left_out:
        report.add("markup left out", at + 1, ", ".join(dict.fromkeys(marked.left_out)))
    if marked.escaped:
        report.add("HTML entities", at + 1)
    place = marked.place if marked.place != BOTTOM else place
    return Draft(0.0, None, marked.text, line=at + 1, runs=marked.runs, place=place)


def _place(place: Place) -> str:
    r"""`{\an8}`, as most players read it, and `{\pos(x,y)}` in the picture of 384 by 288 that they assume."""
    align = rf"\an{place.align}" if place.align != BOTTOM.align else ""
    position = ""
    if place.x is not None and place.y is not None and not place.settings:
        position = rf"\pos({_number(place.x * 384)},{_number(place.y * 288)})"
    return f"{{{align}{position}}}" if align or position else ""


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _safe(text: str) -> str:
    return _ESCAPE.sub("＼", text.translate(_SAFE))


def _is_number(line: str) -> bool:
    return line.strip().isdecimal() and len(line.strip()) <= _NUMBER_DIGITS
