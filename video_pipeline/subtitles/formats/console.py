"""What speech recognisers print: `[00:00:01.000 --> 00:00:03.000]  text` on one line (`.console.txt`)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from video_pipeline.core import timecode
from video_pipeline.core.cue import Cue
from video_pipeline.subtitles.formats.base import CONTROL, Appearance, Draft, Match, Report, one_line
from video_pipeline.subtitles.labels import labelled_lines
from video_pipeline.subtitles.read.stamps import clock_of

_LINE = re.compile(r"^\s*[\[(]\s*([\d:.,]+)\s*s?\s*(?:-{1,2}>|→|[-–—])\s*([\d:.,]+)\s*s?\s*[\])]\s?:?(.*)$")
_SPEAKER = re.compile(r"^\s*(?:\[(SPEAKER_\d+|[^\[\]]{1,40})\]:?|(SPEAKER_\d+):)\s*")
_SAFE = CONTROL | str.maketrans({"[": "(", "]": ")"})


class ConsoleFormat:
    """Reads the lines of whisper.cpp, Whisper and faster-whisper. Lines without a time belong to the cue before."""

    suffixes = ("console.txt",)
    resolution_ms = 10
    holds = frozenset(("overlap",))

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> str:
        lines = [
            f"[{timecode.vtt(cue.start_s)} --> {timecode.vtt(cue.end_s)}]  {one_line(' '.join(shown)).translate(_SAFE)}\n"
            for cue in cues
            if (shown := labelled_lines(cue, appearance.labels))
        ]
        return appearance.mark + "".join(lines)

    def match(self, text: str) -> Match:
        found = (_LINE.match(line) for line in text.split("\n"))
        return Match.SIGNATURE if any(one and _seconds(one.group(1)) is not None for one in found) else Match.NONE

    def read(self, text: str, report: Report) -> list[Draft]:
        drafts: list[Draft] = []
        for number, line in enumerate(text.split("\n"), 1):
            found = _LINE.match(line)
            times = [_seconds(found.group(k)) for k in (1, 2)] if found else []
            if found and times[0] is not None:
                speaker = _SPEAKER.match(found.group(3))
                words = found.group(3)[speaker.end() :] if speaker else found.group(3)
                name = next(filter(None, speaker.groups()), None) if speaker else None
                drafts.append(Draft(times[0], times[1], words, line=number, speaker=name))
            elif line.strip() and drafts and not line.startswith(("whisper_", "main:", "system_info")):
                drafts[-1].text += f"\n{line}"
            elif line.strip():
                report.add("line without a time", number, line.strip()[:40])
        return drafts


def _seconds(text: str) -> float | None:
    if re.fullmatch(r"\d+(?:[.,]\d+)?", text):
        return float(text.replace(",", "."))
    clock = clock_of(text)
    return clock.at(25.0) if clock else None
