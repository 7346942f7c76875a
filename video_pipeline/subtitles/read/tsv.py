"""Tab-separated values: `start`, `end` and `text` under a header, times in milliseconds."""

from __future__ import annotations

import re

from video_pipeline.subtitles.read.base import Draft, Report
from video_pipeline.subtitles.read.languages import language_of_tag
from video_pipeline.subtitles.read.markup import emotion_named

_ROW = re.compile(r"^\d+\t\d+\t")


class TsvReader:
    """Columns by their names in the header, else start, end, text; other columns may be missing."""

    def owns(self, text: str) -> bool:
        return text.startswith("start\tend\t") or _ROW.match(text) is not None

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
            draft = Draft(int(values["start"]) / 1000, int(values["end"]) / 1000, _unescaped(values.get("text", "")), number)
            draft.speaker, draft.emotion = values.get("speaker") or None, emotion_named(values.get("emotion", ""))
            draft.language = language_of_tag(values.get("language", ""))
            drafts.append(draft)
        return drafts


def _unescaped(text: str) -> str:
    r"""`\n`, `\t` and `\\` as the writer leaves them."""
    return re.sub(r"\\([nt\\])", lambda found: {"n": "\n", "t": "\t", "\\": "\\"}[found.group(1)], text)
