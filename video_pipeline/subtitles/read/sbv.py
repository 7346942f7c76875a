"""YouTube's own text format: `0:00:01.000,0:00:02.000` above each cue, `>> NAME:` before a new speaker."""

from __future__ import annotations

import re

from video_pipeline.subtitles.read.base import Draft, Report
from video_pipeline.subtitles.read.markup import split_speaker, without_tags
from video_pipeline.subtitles.read.stamps import seconds

_CLOCK = r"(\d+):(\d{1,2}):(\d{1,2})(?:\.(\d{1,3}))?"
_TIMING = re.compile(rf"^\s*{_CLOCK}\s*,\s*{_CLOCK}\s*$", re.MULTILINE)


class SbvReader:
    """A cue lasts until the next timing line; empty lines inside it are kept out."""

    def owns(self, text: str) -> bool:
        return _TIMING.search(text) is not None

    def read(self, text: str, report: Report) -> list[Draft]:
        found = list(_TIMING.finditer(text))
        ends = [timing.start() for timing in found[1:]] + [len(text)]
        drafts = []
        for timing, end in zip(found, ends, strict=True):
            plain, _, escaped = without_tags(text[timing.end() : end].strip())
            line = text.count("\n", 0, timing.start()) + 1
            if escaped:
                report.add("HTML entities", line)
            speaker, plain = split_speaker(plain)
            fields = timing.groups()
            drafts.append(Draft(seconds(*fields[:4]), seconds(*fields[4:]), plain, line, speaker))
        return drafts
