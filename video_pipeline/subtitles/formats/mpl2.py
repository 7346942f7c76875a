"""MPL2 (`.txt`, `.mpl`): `[10][30]Text|/italic line`, with times in tenths of a second. Read only."""

from __future__ import annotations

import re
from dataclasses import replace

from video_pipeline.core.cue import Look, Run
from video_pipeline.subtitles.formats.base import Draft, Match, Report

_CUE = re.compile(r"^\s*\[(\d+)\]\[(\d*)\](.*)$")
_MARKS = {"/": "italic", "\\": "bold", "_": "underline"}


class Mpl2Format:
    """Signs at the start of a line are its look: `/` italic, `\\` bold, `_` underlined."""

    suffixes = ("mpl", "mpl2")
    resolution_ms = 100

    def match(self, text: str) -> Match:
        return Match.PATTERN if any(map(_CUE.match, text.split("\n"))) else Match.NONE

    def read(self, text: str, report: Report) -> list[Draft]:
        drafts = []
        for number, line in enumerate(text.split("\n"), 1):
            if (found := _CUE.match(line)) is None:
                if line.strip():
                    report.add("line without a time", number, line.strip()[:40])
                continue
            runs = [run for part in found.group(3).split("|") for run in (_run(part), Run("\n"))][:-1]
            end_s = int(found.group(2)) / 10 if found.group(2) else None
            words = "".join(run.text for run in runs)
            drafts.append(Draft(int(found.group(1)) / 10, end_s, words, line=number, runs=runs))
        return drafts


def _run(line: str) -> Run:
    look = Look()
    while line[:1] in _MARKS and line:
        name, line = _MARKS[line[0]], line[1:]
        flags = {"italic": look.italic, "bold": look.bold, "underline": look.underline} | {name: True}
        look = replace(look, italic=flags["italic"], bold=flags["bold"], underline=flags["underline"])
    return Run(line, look)
