"""Spruce STL (`.stl`), the text format of DVD Studio Pro: `00:00:01:00 , 00:00:03:00 , Text | second line`. Read only."""

from __future__ import annotations

import re
from dataclasses import replace

from video_pipeline.core.cue import BOTTOM, Look, Place, Run
from video_pipeline.subtitles.formats.base import Draft, Match, Report
from video_pipeline.subtitles.read.stamps import Clock, Timing, clock_of, frame_rate

_CUE = re.compile(r"^\s*(\d{1,3}:\d{2}:\d{2}[:;.]\d{2})\s*,\s*(\d{1,3}:\d{2}:\d{2}[:;.]\d{2})\s*,(.*)$")
_COMMAND = re.compile(r"^\s*\$(\w+)\s*=\s*(.*?)\s*$")
_TOGGLES = {"B": "bold", "I": "italic", "U": "underline"}
_ROWS = {"top": 2, "center": 1, "bottom": 0}
_COLUMNS = {"left": 0, "center": 1, "right": 2}


class SpruceFormat:
    """Fields after the seconds are frames, at the rate of the picture, or else 25 or 30 by the highest number.

    Commands such as `$Italic = TRUE` hold until the next; `^I` in a text turns italics on and off.
    """

    suffixes = ("stl",)
    resolution_ms = 40

    def match(self, text: str) -> Match:
        return Match.PATTERN if any(map(_CUE.match, text.split("\n"))) else Match.NONE

    def read(self, text: str, report: Report) -> list[Draft]:
        timings: list[Timing] = []
        found: list[Draft] = []
        look, place = Look(), BOTTOM
        for number, line in enumerate(text.split("\n"), 1):
            if command := _COMMAND.match(line):
                look, place = _commanded(command.group(1).lower(), command.group(2).lower(), look, place)
            elif cue := _CUE.match(line):
                timings.append(Timing(_clock(cue.group(1)), _clock(cue.group(2))))
                runs = _runs(cue.group(3).strip(), look)
                words = "".join(run.text for run in runs)
                found.append(Draft(0.0, None, words, line=number, runs=runs, place=place))
            elif line.strip() and not line.lstrip().startswith("//"):
                report.add("line without a time", number, line.strip()[:40])
        rate_fps, guessed = frame_rate(timings, report.rate_fps)
        if guessed:
            report.add("frame rate unknown", 0, f"{rate_fps:g} frames per second assumed")
        for draft, timing in zip(found, timings, strict=True):
            draft.start_s, draft.end_s = (clock.at(rate_fps) if clock else 0.0 for clock in (timing.start, timing.end))
        return found


def _clock(text: str) -> Clock | None:
    return clock_of(text.replace(".", ":")[: len(text)])


def _commanded(name: str, value: str, look: Look, place: Place) -> tuple[Look, Place]:
    on = value == "true"
    if name == "italic":
        look = replace(look, italic=on)
    elif name == "bold":
        look = replace(look, bold=on)
    elif name in ("underlined", "underline"):
        look = replace(look, underline=on)
    elif name == "vertalign":
        place = replace(place, align=3 * _ROWS.get(value, 0) + place.column + 1)
    elif name == "horzalign":
        place = replace(place, align=3 * place.row + _COLUMNS.get(value, 1) + 1)
    return look, place


def _runs(text: str, look: Look) -> list[Run]:
    runs: list[Run] = []
    for piece in re.split(r"(\^[BIU]|\s*\|\s*)", text):
        if piece.strip() == "|":
            runs.append(Run("\n", look))
        elif re.fullmatch(r"\^[BIU]", piece):
            name = _TOGGLES[piece[1]]
            flags = {"italic": look.italic, "bold": look.bold, "underline": look.underline}
            flags[name] = not flags[name]
            look = replace(look, italic=flags["italic"], bold=flags["bold"], underline=flags["underline"])
        elif piece:
            runs.append(Run(piece, look))
    return runs
