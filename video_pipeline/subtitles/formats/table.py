"""Tables of subtitles: columns found by their names, times in any form. CSV (`.csv`) and Excel (`.xlsx`)."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from video_pipeline.core import timecode
from video_pipeline.core.cue import Cue, Run
from video_pipeline.subtitles.formats.base import CONTROL, Appearance, Draft, Match, Report, Unreadable
from video_pipeline.subtitles.labels import labelled_lines
from video_pipeline.subtitles.read.languages import language_of_tag
from video_pipeline.subtitles.read.markup import Marked, marked_text
from video_pipeline.subtitles.read.stamps import Clock, Timing, clock_of, frame_rate

_NAMES = {
    "start": "start in begin from starttime timein tcin timecodein intime timecode time show "
    "开始 開始 开始时间 開始時間 début anfang inicio",
    "end": "end out stop to endtime timeout tcout timecodeout outtime finish hide 结束 終了 結束 结束时间 fin ende",
    "duration": "duration dur length dauer durée",
    "text": "text subtitle subtitles dialogue dialog caption captions content transcript transcription line sentence "
    "字幕 文本 内容 台词 セリフ texte untertitel texto",
    "speaker": "speaker character name actor who role 说话人 话者 話者 personnage sprecher",
    "language": "language lang",
}
"""Names of columns, without spaces and signs."""
COLUMNS = tuple(_NAMES)
"""What a column may hold."""
_COLUMN_OF = {name: column for column, names in _NAMES.items() for name in names.split()}
_HEAD_ROWS = 20
"""Rows in which the names of the columns are looked for."""
_DELIMITERS = ",;\t|"
_MS = re.compile(r"(?:^|[\W_])ms(?:$|[\W_])|millisecond", re.IGNORECASE)
_TAGGED = re.compile(r"</?[a-z]+[ >]|\{\\[a-z]", re.IGNORECASE)
_EPOCH = datetime.date(1899, 12, 30)
Row = Sequence[Any]


class CsvFormat:
    """Writes `Start, End, Speaker, Text`. Reads any delimiter, with or without a header, if there are times in the columns."""

    suffixes = ("csv",)
    resolution_ms = 1
    holds = frozenset(("overlap",))

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> str:
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(_rows(cues, appearance))
        return appearance.mark + out.getvalue()

    def match(self, text: str) -> Match:
        rows = _parsed(text)
        if not rows:
            return Match.NONE
        if (header := _header(rows, {})) is not None:
            columns = _columns(rows[header])
            return Match.SIGNATURE if any(_timing(row, columns, rows[header]) for row in rows[header + 1 :]) else Match.NONE
        named = len(rows) > 1 and all(len(row) == len(rows[0]) and any(map(_is_clock, row)) for row in rows[1:4])
        return Match.PATTERN if _without_header(rows) or named else Match.NONE

    def read(self, text: str, report: Report) -> list[Draft]:
        return drafts_of(_parsed(text), report)


class XlsxFormat:
    """Excel tables, read and written by openpyxl; the first sheet with times and texts is read."""

    suffixes = ("xlsx",)
    resolution_ms = 1
    holds = frozenset(("overlap",))

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> bytes:
        from openpyxl import Workbook

        book = Workbook()
        sheet = book.active
        for row in _rows(cues, appearance):
            sheet.append(row)
        for row in sheet.iter_rows():
            for cell in row:
                cell.data_type = "s"  # a text that starts with an equals sign is no formula
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    def match_bytes(self, content: bytes) -> Match:
        return Match.SIGNATURE if content.startswith(b"PK\3\4") and b"xl/workbook" in content else Match.NONE

    def read_bytes(self, content: bytes, report: Report) -> list[Draft]:
        from openpyxl import load_workbook

        try:
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            sheets = [[list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets]
        except Exception as error:  # noqa: BLE001 - the parser may raise anything on a broken file
            raise Unreadable(f"its table cannot be read: {error}") from None
        for rows in sheets:
            kept = [row for row in rows if any(cell not in (None, "") for cell in row)]
            if kept and (drafts := drafts_of(kept, report)):
                return drafts
        raise Unreadable("no sheet has columns of times and texts")


def _rows(cues: Sequence[Cue], appearance: Appearance) -> Iterator[list[str]]:
    yield ["Start", "End", "Speaker", "Text"]
    for cue in cues:
        if lines := labelled_lines(cue, appearance.labels):
            text = "\n".join(line.translate(CONTROL) for line in lines)
            yield [timecode.vtt(cue.start_s), timecode.vtt(cue.end_s), (cue.speaker or "").translate(CONTROL), text]


def _parsed(text: str) -> list[list[str]]:
    """Rows of a text, by the delimiter that its first line has most of."""
    head = [line for line in text.split("\n")[:_HEAD_ROWS] if line.strip()]
    first = head[0] if head else ""
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        text, first = text.split("\n", 1)[-1], f"{first.strip()[4]}"
    named = (rows for one in _DELIMITERS if (rows := _divided(text, one)) and _header(rows, {}) is not None)
    if found := next(named, None):
        return found
    bare = re.sub(r'"[^"]*"', "", first)
    delimiter = max(_DELIMITERS, key=bare.count)
    return _divided(text, delimiter) if bare.count(delimiter) else []


def _divided(text: str, delimiter: str) -> list[list[str]]:
    try:
        return [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(cell.strip() for cell in row)]
    except csv.Error:
        return []


def _key(name: object) -> str:
    """A column's name without units and signs: `Start (s)` is `start`."""
    text = re.sub(r"\([^)]*\)", " ", str(name or "").lower().replace("_", " "))
    return re.sub(r"\W", "", re.sub(r"\b(?:ms|msec|sec|seconds|milliseconds|s)\b", " ", text))


def _columns(header: Row, told: Mapping[str, str] | None = None) -> dict[str, int]:
    """Which column is which, as `told` or by its name. Of several that may be the same one, the first counts."""
    keys = [str(name or "").strip().lower() for name in header]
    found = {what: keys.index(name.lower()) for what, name in (told or {}).items() if name.lower() in keys}
    for number, name in enumerate(header):
        if (column := _COLUMN_OF.get(_key(name))) is not None:
            found.setdefault(column, number)
    return found


def _header(rows: Sequence[Row], told: Mapping[str, str]) -> int | None:
    """Number of the row that names the columns; titles may stand above it."""
    return next((k for k, row in enumerate(rows[:_HEAD_ROWS]) if {"start", "text"} <= _columns(row, told).keys()), None)


def _is_clock(cell: Any) -> bool:
    return ":" in str(cell) and _clock(cell, "") is not None


def _without_header(rows: Sequence[Row]) -> dict[str, int]:
    """The columns of a table without names: two of times, then the longest text. Empty if there are none."""
    sample = rows[:20]
    width = min(len(row) for row in sample)
    times = [k for k in range(width) if all(isinstance(_clock(row[k], ""), Clock) and ":" in str(row[k]) for row in sample)]
    texts = [k for k in range(width) if k not in times]
    if not times or not texts:
        return {}
    longest = max(texts, key=lambda k: sum(len(str(row[k] or "")) for row in sample))
    return {"start": times[0], "text": longest} | ({"end": times[1]} if len(times) > 1 else {})


def drafts_of(rows: Sequence[Row], report: Report) -> list[Draft]:
    """The cues of a table. Raises Unreadable if it has no columns of times and texts."""
    told = report.columns
    header = _header(rows, told)
    names: Row = rows[header] if header is not None else []
    columns = _columns(names, told) if header is not None else _without_header(rows)
    if not columns:
        raise Unreadable("it has no columns of times and texts, such as Start, End, Text")
    for number, name in enumerate(names):
        if name and number not in columns.values():
            report.add("column left out", 0, str(name)[:40])
    body = rows[header + 1 :] if header is not None else rows
    found = [
        (number, row, _timing(row, columns, names)) for number, row in enumerate(body, (header if header is not None else -1) + 2)
    ]
    rate_fps, guessed = frame_rate([timing for _, _, timing in found if timing], report.rate_fps)
    if guessed:
        report.add("frame rate unknown", 0, f"{rate_fps:g} frames per second assumed")
    drafts = []
    for number, row, timing in found:
        text = _cell(row, columns.get("text"))
        if timing is None or timing.start is None:
            report.add("row without times", number, str(text)[:40])
            continue
        start_s = timing.start.at(rate_fps)
        end_s = timing.end.at(rate_fps) if timing.end else None
        if end_s is None and (length := _clock(_cell(row, columns.get("duration")), _name(names, columns.get("duration")))):
            end_s = start_s + length.at(rate_fps)
        words = str(text or "")
        marked = marked_text(words) if _TAGGED.search(words) else Marked([Run(words)])
        draft = Draft(start_s, end_s, marked.text, line=number, runs=marked.runs, place=marked.place)
        draft.speaker = str(_cell(row, columns.get("speaker")) or "").strip() or None
        draft.tag = str(_cell(row, columns.get("language")) or "")
        draft.language = language_of_tag(draft.tag)
        drafts.append(draft)
    return drafts


def _timing(row: Row, columns: dict[str, int], names: Row) -> Timing | None:
    start = _clock(_cell(row, columns.get("start")), _name(names, columns.get("start")))
    return Timing(start, _clock(_cell(row, columns.get("end")), _name(names, columns.get("end")))) if start else None


def _cell(row: Row, number: int | None) -> Any:
    return row[number] if number is not None and number < len(row) else None


def _name(names: Row, number: int | None) -> str:
    return str(names[number] or "") if number is not None and number < len(names) else ""


def _clock(value: Any, name: str) -> Clock | None:
    """A time in a cell: a clock, seconds, milliseconds if the column says so, or a time of Excel."""
    if isinstance(value, datetime.datetime):
        days = (value.date() - _EPOCH).days
        value = datetime.timedelta(
            days=max(0, days), hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond
        )
    if isinstance(value, datetime.time):
        value = datetime.timedelta(hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond)
    if isinstance(value, datetime.timedelta):
        return Clock(value.total_seconds())
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Clock(float(value) / (1000 if _MS.search(name) else 1))
    text = str(value or "").strip().rstrip("s").strip()
    if re.fullmatch(r"-?\d+(?:[.,]\d+)?", text):
        return Clock(abs(float(text.replace(",", "."))) / (1000 if _MS.search(name) else 1), negative=text.startswith("-"))
    return clock_of(text)
