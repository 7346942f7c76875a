"""Bilibili's JSON (`.bcc`): `{"body": [{"from": 1.0, "to": 3.0, "content": "..."}]}`."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from video_pipeline.core.cue import Cue, Place
from video_pipeline.subtitles.formats.base import CONTROL, Appearance, Draft, Match, Report, Unreadable
from video_pipeline.subtitles.labels import labelled_lines
from video_pipeline.subtitles.read.languages import language_of_tag

_BOTTOM = 2
"""`location` counts as a numeric keypad does."""


class BilibiliFormat:
    """`location` is the place, as on a numeric keypad."""

    suffixes = ("bcc",)
    resolution_ms = 10
    holds = frozenset(("overlap",))

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> str:
        body = [
            {
                "from": round(cue.start_s, 3),
                "to": round(cue.end_s, 3),
                "location": cue.place.align,
                "content": "\n".join(line.translate(CONTROL) for line in lines),
            }
            for cue in cues
            if (lines := labelled_lines(cue, appearance.labels))
        ]
        head = {
            "font_size": 0.4,
            "font_color": "#FFFFFF",
            "background_alpha": 0.5,
            "background_color": "#9C27B0",
            "Stroke": "none",
        }
        return appearance.mark + msgspec.json.encode({**head, "body": body}).decode() + "\n"

    def match(self, text: str) -> Match:
        is_one = text.lstrip().startswith("{") and '"body"' in text and '"content"' in text and '"from"' in text
        return Match.SIGNATURE if is_one else Match.NONE

    def read(self, text: str, report: Report) -> list[Draft]:
        try:
            file = msgspec.json.decode(text.encode(), type=_File)
        except msgspec.DecodeError as error:
            raise Unreadable(f"its JSON does not describe subtitles: {error}") from None
        report.tag = file.lang
        report.language = language_of_tag(file.lang)
        return [_draft(number, row) for number, row in enumerate(file.body, 1)]


class _Row(msgspec.Struct, rename={"start_s": "from", "end_s": "to"}):
    start_s: float
    content: str
    end_s: float | None = None
    location: int = _BOTTOM


class _File(msgspec.Struct):
    body: list[_Row]
    lang: str = ""


def _draft(number: int, row: _Row) -> Draft:
    place = Place(align=row.location) if 1 <= row.location <= 9 else Place()
    return Draft(row.start_s, row.end_s, row.content, line=number, place=place)
