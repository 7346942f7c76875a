"""Avid DS captions (`.txt`): two time codes on a line, the text below, between `<begin subtitles>` and its end. Read only."""

from __future__ import annotations

import re

from video_pipeline.subtitles.formats.base import Draft, Match, Report
from video_pipeline.subtitles.read.stamps import Timing, clock_of, frame_rate

_TIMING = re.compile(r"^\s*(\d{1,3}:\d{2}:\d{2}[:;.]\d{2,3})\s+(\d{1,3}:\d{2}:\d{2}[:;.]\d{2,3})\s*$")
_BEGIN = re.compile(r"^[^\S\n]*<begin subtitles>[^\S\n]*$", re.IGNORECASE | re.MULTILINE)
_END = re.compile(r"^\s*<end subtitles>\s*$", re.IGNORECASE)


class AvidFormat:
    """Time codes count frames, at the rate of the picture, or else 25 or 30 by the highest number."""

    suffixes = ("avid",)
    resolution_ms = 40

    def match(self, text: str) -> Match:
        if _BEGIN.search(text):
            return Match.SIGNATURE
        return Match.PATTERN if any(map(_TIMING.match, text.split("\n"))) else Match.NONE

    def read(self, text: str, report: Report) -> list[Draft]:
        timings: list[Timing] = []
        drafts: list[Draft] = []
        for number, line in enumerate(text.split("\n"), 1):
            if found := _TIMING.match(line):
                timings.append(Timing(clock_of(found.group(1)), clock_of(found.group(2))))
                drafts.append(Draft(0.0, None, "", line=number))
            elif _END.match(line):
                break
            elif drafts:
                drafts[-1].text += line + "\n"
        rate_fps, guessed = frame_rate(timings, report.rate_fps)
        if guessed:
            report.add("frame rate unknown", 0, f"{rate_fps:g} frames per second assumed")
        for draft, timing in zip(drafts, timings, strict=True):
            draft.start_s, draft.end_s = (clock.at(rate_fps) if clock else 0.0 for clock in (timing.start, timing.end))
        return drafts
