"""TMPlayer (`.txt`, `.tmp`): `00:00:01:Text|second line`, without ends. Read only."""

from __future__ import annotations

import re

from video_pipeline.subtitles.formats.base import Draft, Match, Report
from video_pipeline.subtitles.read.markup import marked_text
from video_pipeline.subtitles.read.stamps import seconds

_CUE = re.compile(r"^\s*(\d{1,2}):(\d{2}):(\d{2})(?:,(\d))?(?:[:=])(?!\d{2}(?:\D|$))(.*)$")
_LEAST_SHARE = 0.6
"""Lines that must look like cues: a lone time in a text is none."""


class TmPlayerFormat:
    """A cue lasts until the next, at most as long as reading it takes. A second line may be a row with the same time (`,2`)."""

    suffixes = ("tmp",)
    resolution_ms = 1000

    def match(self, text: str) -> Match:
        lines = [line for line in text.split("\n") if line.strip()]
        count = sum(_CUE.match(line) is not None for line in lines)
        return Match.PATTERN if count and count >= _LEAST_SHARE * len(lines) else Match.NONE

    def read(self, text: str, report: Report) -> list[Draft]:
        drafts: list[Draft] = []
        for number, line in enumerate(text.split("\n"), 1):
            if (found := _CUE.match(line)) is None:
                if line.strip():
                    report.add("line without a time", number, line.strip()[:40])
                continue
            start_s, row = seconds(found.group(1), found.group(2), found.group(3), None), found.group(4)
            marked = marked_text(found.group(5).replace("|", "\n"))
            if row and row != "1" and drafts and drafts[-1].start_s == start_s:
                drafts[-1].text += f"\n{marked.text}"
                continue
            if marked.text.strip():
                drafts.append(Draft(start_s, None, marked.text, line=number))
            elif drafts and drafts[-1].end_s is None:
                drafts[-1].end_s = start_s  # a time without text ends the cue before it
        return drafts
