"""MicroDVD (`.sub`): `{25}{50}Text|second line`, with times in frames. Read only, by pysubs2."""

from __future__ import annotations

import re

from video_pipeline.subtitles.formats.base import Draft, Match, Report
from video_pipeline.subtitles.formats.pysubs2_events import text_events

_TIMING = re.compile(r"^\s*\{\d+\}\{\d+\}", re.MULTILINE)
_RATE = re.compile(r"\d+(\.\d+)?")
_OVERRIDE = re.compile(r"\{[^}]*\}")
_RATE_FPS = 23.976
"""Frame rate if the file does not declare one: that of films, for which the format was made."""


class MicroDvdFormat:
    """Takes the frame rate from the first line; otherwise it assumes `_RATE_FPS` and reports it."""

    suffixes = ("sub",)
    resolution_ms = 42  # one frame at the usual rate

    def match(self, text: str) -> Match:
        return Match.PATTERN if _TIMING.search(text) else Match.NONE

    def read(self, text: str, report: Report) -> list[Draft]:
        first = _TIMING.sub("", text.strip().split("\n")[0]).strip()
        rate_fps = None if _RATE.fullmatch(first) else _RATE_FPS
        if rate_fps:
            report.add("frame rate unknown", 1, f"{rate_fps} frames per second assumed")
        drafts = []
        for number, event in text_events(text, "microdvd", rate_fps):
            drafts.append(Draft(event.start / 1000, event.end / 1000, event.plaintext))
            if _OVERRIDE.search(event.text):
                report.add("markup left out", 0, f"event {number}")
        return drafts
