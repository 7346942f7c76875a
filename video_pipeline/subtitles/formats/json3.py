"""YouTube's timed text in JSON (`.json3`): events with segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import msgspec

from video_pipeline.core.cue import PLAIN, Cue, Look, Run
from video_pipeline.core.timecode import to_ms
from video_pipeline.core.transcript import Token
from video_pipeline.subtitles.formats.base import CONTROL, Appearance, Draft, Match, Report, Unreadable
from video_pipeline.subtitles.labels import labelled_lines


class Json3Format:
    """Reads looks by their pens, and the times of words of automatic captions, whose events last until the next."""

    suffixes = ("json3",)
    resolution_ms = 1
    holds = frozenset(("overlap",))

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> str:
        events = [
            {
                "tStartMs": to_ms(cue.start_s),
                "dDurationMs": to_ms(cue.end_s) - to_ms(cue.start_s),
                "segs": [{"utf8": "\n".join(line.translate(CONTROL) for line in lines)}],
            }
            for cue in cues
            if (lines := labelled_lines(cue, appearance.labels))
        ]
        return appearance.mark + msgspec.json.encode({"wireMagic": "pb3", "events": events}).decode() + "\n"

    def match(self, text: str) -> Match:
        return Match.SIGNATURE if text.lstrip().startswith("{") and '"tStartMs"' in text else Match.NONE

    def read(self, text: str, report: Report) -> list[Draft]:
        try:
            record = msgspec.json.decode(text.encode())
        except msgspec.DecodeError as error:
            raise Unreadable(f"its JSON cannot be parsed: {error}") from None
        if not isinstance(record, dict) or not isinstance(record.get("events"), list):
            raise Unreadable("its JSON has no events")
        pens = [_look(pen) for pen in record.get("pens", []) if isinstance(pen, dict)]
        drafts = [draft for event in record["events"] if isinstance(event, dict) and (draft := _draft(event, pens))]
        for a, b in pairwise(drafts):
            if a.tokens and a.end_s is not None and a.end_s > b.start_s:
                a.end_s = b.start_s  # automatic captions roll: a line goes on being shown above the next
                a.tokens = tuple(
                    replace(token, end_s=min(token.end_s, b.start_s)) for token in a.tokens if token.start_s < b.start_s
                )
        return drafts


def _look(pen: Mapping[str, Any]) -> Look:
    colour = pen.get("fcForeColor")
    return Look(
        italic=bool(pen.get("iAttr")),
        bold=bool(pen.get("bAttr")),
        underline=bool(pen.get("uAttr")),
        colour=f"#{colour & 0xFFFFFF:06x}" if isinstance(colour, int) and colour & 0xFFFFFF != 0xFEFEFE else "",
    )


def _draft(event: Mapping[str, Any], pens: Sequence[Look]) -> Draft | None:
    start_ms, segments = event.get("tStartMs"), event.get("segs")
    if not isinstance(start_ms, int) or not isinstance(segments, list) or event.get("aAppend"):
        return None
    rows = [segment for segment in segments if isinstance(segment, dict) and isinstance(segment.get("utf8"), str)]
    runs = [Run(str(row["utf8"]).replace("\u200b", ""), _pen(row.get("pPenId", event.get("pPenId")), pens)) for row in rows]
    duration_ms = event.get("dDurationMs")
    end_s = (start_ms + duration_ms) / 1000 if isinstance(duration_ms, int) else None
    draft = Draft(start_ms / 1000, end_s, "".join(run.text for run in runs), runs=runs)
    if any("tOffsetMs" in row for row in rows) and end_s is not None:
        starts = [(start_ms + int(row.get("tOffsetMs", 0))) / 1000 for row in rows]
        ends = [*starts[1:], end_s]
        if all(a <= b for a, b in zip(starts, ends, strict=True)):
            draft.tokens = tuple(Token(a, b, run.text) for a, b, run in zip(starts, ends, runs, strict=True) if run.text.strip())
    return draft if draft.text.strip() else None


def _pen(number: object, pens: Sequence[Look]) -> Look:
    return pens[number] if isinstance(number, int) and 0 <= number < len(pens) else PLAIN
