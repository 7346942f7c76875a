"""YouTube's text format (`.sbv`): `0:00:01.000,0:00:02.000` above each cue, `>> NAME:` before a new speaker."""

from __future__ import annotations

import re
from collections.abc import Sequence

from video_pipeline.core import timecode
from video_pipeline.core.cue import Cue
from video_pipeline.subtitles.formats.base import CONTROL, Appearance, Draft, Match, Report, one_line
from video_pipeline.subtitles.labels import labelled_lines
from video_pipeline.subtitles.read.markup import marked_text, split_speaker
from video_pipeline.subtitles.read.stamps import seconds

_CLOCK = r"(\d+):(\d{1,2}):(\d{1,2})(?:\.(\d{1,3}))?"
_TIMING = re.compile(rf"^[^\S\n]*{_CLOCK}[^\S\n]*,[^\S\n]*{_CLOCK}[^\S\n]*$", re.MULTILINE)
_ESCAPE = re.compile(r"\\(?=[Nh])")
"""Readers break the line there."""
_SAFE = CONTROL | str.maketrans({"<": "＜", ">": "＞"})


class SbvFormat:
    """Reads a cue from one timing line to the next; empty lines inside it are dropped."""

    suffixes = ("sbv",)
    resolution_ms = 1
    holds = frozenset(("overlap",))

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> str:
        blocks, speaker = [], None
        for cue in cues:
            if lines := labelled_lines(cue, appearance.labels):
                starts = cue.speaker and cue.speaker != speaker and not cue.speaker_label
                name = f">> {one_line(cue.speaker or '').replace(':', ' ')}: " if starts else ""
                speaker = cue.speaker or speaker
                times = ",".join(timecode.vtt(time_s).removeprefix("0") for time_s in (cue.start_s, cue.end_s))
                blocks.append(f"{times}\n{name}" + "\n".join(_ESCAPE.sub("＼", line.translate(_SAFE)) for line in lines) + "\n")
        return appearance.mark + "\n".join(blocks)

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
            if marked.left_out:
                report.add("markup left out", line, ", ".join(dict.fromkeys(marked.left_out)))
            speaker, plain = split_speaker(marked.text)
            fields = timing.groups()
            draft = Draft(seconds(*fields[:4]), seconds(*fields[4:]), plain, line=line, speaker=speaker)
            draft.runs = marked.runs if plain == marked.text else ()
            drafts.append(draft)
        return drafts
