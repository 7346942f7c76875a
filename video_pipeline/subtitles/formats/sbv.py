"""YouTube's text format (`.sbv`): `0:00:01.000,0:00:02.000` above each cue, `>> NAME:` before a new speaker. Read only."""

from __future__ import annotations

import re

from video_pipeline.subtitles.formats.base import Draft, Match, Report
from video_pipeline.subtitles.read.markup import marked_text, split_speaker
from video_pipeline.subtitles.read.stamps import seconds

_CLOCK = r"(\d+):(\d{1,2}):(\d{1,2})(?:\.(\d{1,3}))?"
_TIMING = re.compile(rf"^\s*{_CLOCK}\s*,\s*{_CLOCK}\s*$", re.MULTILINE)


class SbvFormat:
    """Reads a cue from one timing line to the next; empty lines inside it are dropped."""

    suffixes = ("sbv",)
    resolution_ms = 1

    def match(self, text: str) -> Match:
        return Match.PATTERN if _TIMING.search(text) else Match.NONE

    def read(self, text: str, report: Report) -> list[Draft]:
        found = list(_TIMING.finditer(text))
        ends = [timing.start() for timing in found[1:]] + [len(text)]
        drafts = []
        for timing, end in zip(found, ends, strict=True):
            marked = marked_text(text[timing.end() : end].strip())
            line = text.count("\n", 0, timing.start()) + 1
            if marked.escaped:
                report.add("HTML entities", line)
            speaker, plain = split_speaker(marked.text)
            fields = timing.groups()
            drafts.append(Draft(seconds(*fields[:4]), seconds(*fields[4:]), plain, line=line, speaker=speaker))
        return drafts
