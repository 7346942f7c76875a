"""Tab-separated values (`.tsv`) for spreadsheets and scripts: one cue per row, times in milliseconds."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import SHOWN_EMOTIONS
from video_pipeline.core.timecode import to_ms
from video_pipeline.subtitles.formats.base import CONTROL, Appearance, Draft, Match, Report
from video_pipeline.subtitles.labels import labelled_lines
from video_pipeline.subtitles.read.languages import language_of_tag
from video_pipeline.subtitles.read.markup import emotion_named

_SAFE = CONTROL | str.maketrans({"\\": "\\\\", "\n": "\\n"})
_ESCAPED = re.compile(r"\\([nt\\])")
_UNESCAPED = {"n": "\n", "t": "\t", "\\": "\\"}
_HEADER = "start\tend\t"
_ROW = re.compile(r"^\d+\t\d+\t")
_OPTIONAL: dict[str, Callable[[Cue], str]] = {
    "speaker": lambda cue: cue.speaker or "",
    "emotion": lambda cue: cue.emotion.value if cue.emotion in SHOWN_EMOTIONS else "",
    "sound": lambda cue: cue.sound.value if cue.sound else "",
}
"""Columns that are written only if at least one cue has a value for them."""


class TsvFormat:
    """Writes the columns `start`, `end`, `text`, `language` and those of `_OPTIONAL` that are needed.

    Reads columns by their names in the header; without a header they are start, end and text.
    """

    suffixes = ("tsv",)
    holds = frozenset(("overlap",))
    resolution_ms = 1

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> str:
        shown = [cue for cue in cues if labelled_lines(cue, appearance.labels)]
        more = {name: value for name, value in _OPTIONAL.items() if any(map(value, shown))}
        rows = [["start", "end", "text", "language", *more]]
        for cue in shown:
            text = "\n".join(labelled_lines(cue, appearance.labels))
            rows.append(
                [str(to_ms(cue.start_s)), str(to_ms(cue.end_s)), text, cue.language, *(value(cue) for value in more.values())]
            )
        return appearance.mark + "".join("\t".join(cell.translate(_SAFE) for cell in row) + "\n" for row in rows)

    def match(self, text: str) -> Match:
        if text.startswith(_HEADER):
            return Match.SIGNATURE
        return Match.PATTERN if _ROW.match(text) else Match.NONE

    def read(self, text: str, report: Report) -> list[Draft]:
        rows = text.split("\n")
        header = rows[0].split("\t") if rows[0].startswith("start\t") else ["start", "end", "text"]
        drafts = []
        for number, row in enumerate(rows, 1):
            values = dict(zip(header, row.split("\t"), strict=False))
            if not re.fullmatch(r"\d+", values.get("start", "")) or not re.fullmatch(r"\d+", values.get("end", "")):
                if row.strip() and number > 1:
                    report.add("row without times", number, row[:40])
                continue
            draft = Draft(int(values["start"]) / 1000, int(values["end"]) / 1000, _unescaped(values.get("text", "")), line=number)
            draft.speaker, draft.emotion = values.get("speaker") or None, emotion_named(values.get("emotion", ""))
            draft.language = language_of_tag(values.get("language", ""))
            drafts.append(draft)
        return drafts


def _unescaped(text: str) -> str:
    r"""Undoes the escapes `\n`, `\t` and `\\` of the writer."""
    return _ESCAPED.sub(lambda found: _UNESCAPED[found.group(1)], text)
