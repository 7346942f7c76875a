"""Lyrics: `[mm:ss.xx]` before a line, several where it is sung again, `<mm:ss.xx>` before a word; an empty line is a silence."""

from __future__ import annotations

import re

from video_pipeline.core.transcript import Token
from video_pipeline.subtitles.read.base import Draft, Report
from video_pipeline.subtitles.read.stamps import seconds

_CLOCK = r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:[.:](\d{1,3}))?"
_STAMPS = re.compile(rf"^\s*((?:\[{_CLOCK}\]\s*)+)(.*)$")
_STAMP = re.compile(rf"\[{_CLOCK}\]")
_WORD = re.compile(rf"<{_CLOCK}>")
_TAG = re.compile(r"^\s*\[([a-z#]+):(.*)\]\s*$", re.IGNORECASE)
_LAST_S = 5.0  # the last line has no end; it is given this long


class LrcReader:
    """A line lasts until the next stamp in time; `[offset:+500]` shows all of them half a second earlier."""

    def owns(self, text: str) -> bool:
        return any(_STAMPS.match(line) for line in text.split("\n"))

    def read(self, text: str, report: Report) -> list[Draft]:
        offset_s, found = 0.0, []
        for number, line in enumerate(text.split("\n"), 1):
            if stamps := _STAMPS.match(line):
                words = stamps.groups()[-1]
                found += [(seconds(*stamp.groups()), words, number) for stamp in _STAMP.finditer(stamps.group(1))]
            elif tag := _TAG.match(line):
                if tag.group(1).lower() == "offset" and re.fullmatch(r"\s*[+-]?\d+\s*", tag.group(2)):
                    offset_s = int(tag.group(2)) / 1000
            elif line.strip():
                report.add("text without a time", number, line.strip()[:40])
        found.sort(key=lambda one: one[0])
        drafts = []
        for k, (start_s, words, number) in enumerate(found):
            later = (time_s for time_s, _, _ in found[k + 1 :] if time_s > start_s)
            end_s = next(later, start_s + _LAST_S)
            if words.strip():
                drafts.append(_draft(words, start_s - offset_s, end_s - offset_s, offset_s, number))
        return drafts


def _draft(words: str, start_s: float, end_s: float, offset_s: float, number: int) -> Draft:
    stamps = [(seconds(*stamp.groups()) - offset_s, stamp) for stamp in _WORD.finditer(words)]
    plain = _WORD.sub("", words)
    tokens = []
    for k, (time_s, stamp) in enumerate(stamps):
        next_s, stop = (stamps[k + 1][0], stamps[k + 1][1].start()) if k + 1 < len(stamps) else (end_s, len(words))
        if (text := words[stamp.end() : stop]).strip() and next_s >= time_s:
            tokens.append(Token(time_s, next_s, text))
    whole = "".join(token.text for token in tokens).split() == plain.split()
    return Draft(start_s, end_s, plain, number, tokens=tuple(tokens) if whole else ())
