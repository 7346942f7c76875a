"""MicroDVD (`.sub`): `{25}{50}Text|second line`, with times in frames."""

from __future__ import annotations

import re
from collections.abc import Sequence

from video_pipeline.core.cue import Cue
from video_pipeline.subtitles.formats.base import CONTROL, Appearance, Draft, Match, Report
from video_pipeline.subtitles.labels import labelled_lines
from video_pipeline.subtitles.read.markup import marked_text

_CUE = re.compile(r"^\s*\{(\d+)\}\{(\d*)\}(.*)$")
_DEFAULT = re.compile(r"^\s*\{DEFAULT\}\{\}", re.IGNORECASE)
_RATE = re.compile(r"\s*(\d{2,3}(?:[.,]\d+)?)\s*(?:fps)?\s*", re.IGNORECASE)
_SAFE = CONTROL | str.maketrans({"{": "(", "}": ")", "|": "¦"})
_ESCAPE = re.compile(r"\\(?=[Nh])")
"""Readers break the line there."""
_RATE_FPS = 23.976
"""Frame rate if nobody says: that of films, for which the format was made."""
_USUAL_FPS = (10.0, 240.0)


class MicroDvdFormat:
    """Takes the frame rate from the first line, else from the picture or from who asks, else it assumes that of films.

    Writes the frame rate of the picture, or 25, in the first line.
    """

    suffixes = ("sub",)
    resolution_ms = 42  # one frame at the usual rate
    holds = frozenset(("overlap",))

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> str:
        rate_fps = appearance.rate_fps or 25.0
        lines = [f"{{1}}{{1}}{rate_fps:.3f}"]
        for cue in cues:
            if shown := labelled_lines(cue, appearance.labels):
                frames = [round(time_s * float(f"{rate_fps:.3f}")) for time_s in (cue.start_s, cue.end_s)]
                lines.append(
                    f"{{{frames[0]}}}{{{frames[1]}}}" + "|".join(_ESCAPE.sub("＼", line.translate(_SAFE)) for line in shown)
                )
        return appearance.mark + "\n".join(lines) + "\n"

    def match(self, text: str) -> Match:
        return Match.PATTERN if any(map(_CUE.match, text.split("\n"))) else Match.NONE

    def read(self, text: str, report: Report) -> list[Draft]:
        rows = [(k, found) for k, line in enumerate(text.split("\n"), 1) if (found := _CUE.match(line))]
        for k, line in enumerate(text.split("\n"), 1):
            if line.strip() and not _CUE.match(line):
                report.add("style line left out" if _DEFAULT.match(line) else "line without a time", k, line.strip()[:40])
        rate_fps = self._rate(rows, report)
        drafts = []
        for k, found in rows:
            marked = marked_text(found.group(3).replace("|", "\n"))
            if marked.left_out:
                report.add("markup left out", k, ", ".join(dict.fromkeys(marked.left_out)))
            end_s = int(found.group(2)) / rate_fps if found.group(2) else None
            if end_s is None:
                report.add("missing end time", k)
            start_s = int(found.group(1)) / rate_fps
            drafts.append(Draft(start_s, end_s, marked.text, line=k, runs=marked.runs, place=marked.place))
        return drafts

    @staticmethod
    def _rate(rows: list[tuple[int, re.Match[str]]], report: Report) -> float:
        """The frame rate. A first row that states it is taken out of `rows`."""
        if rows and rows[0][1].group(1) in "01" and rows[0][1].group(2) in ("0", "1", ""):
            stated = _RATE.fullmatch(rows[0][1].group(3))
            rate_fps = float(stated.group(1).replace(",", ".")) if stated else 0.0
            if _USUAL_FPS[0] <= rate_fps <= _USUAL_FPS[1]:
                rows.pop(0)
                return rate_fps
        if report.rate_fps:
            return report.rate_fps
        report.add("frame rate unknown", 1, f"{_RATE_FPS} frames per second assumed")
        return _RATE_FPS
