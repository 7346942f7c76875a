"""Clips and markers as a CSV table, for spreadsheets and scripts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from video_pipeline.clips.timelines.cutlist import CutList

_COLUMNS = ("kind", "name", "start_timecode", "end_timecode", "start_s", "end_s", "rank", "score", "colour", "note", "file")
_FORMULA = ("=", "+", "-", "@")
"""Beginnings of cells that spreadsheets run as formulas."""
_MARK = "\ufeff"
"""Byte order mark: spreadsheets need it to read UTF-8."""


class MarkerTable:
    """A row per clip, best first, then a row per marker. Time codes are of the source; seconds count from its first frame."""

    file_name = "markers.csv"
    holds_words = False

    def render(self, cuts: CutList) -> str:
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerows([_COLUMNS, *_rows(cuts)])
        return _MARK + out.getvalue()


def _rows(cuts: CutList) -> Iterator[list[object]]:
    file = _harmless(cuts.media.name)
    for edit in sorted(cuts.edits, key=lambda edit: edit.rank):
        times = _times(cuts, edit.source_in, edit.source_out)
        yield ["clip", _harmless(edit.title), *times, edit.rank, edit.score, "", _harmless(edit.why), file]
    for mark in cuts.marks:
        yield ["marker", mark.label, *_times(cuts, mark.start, mark.end), "", "", mark.colours.otio, _harmless(mark.note), file]


def _times(cuts: CutList, start: int, end: int) -> list[object]:
    seconds = (round(float(cuts.rate.seconds(frame - cuts.media.start)), 3) for frame in (start, end))
    return [*cuts.rate.timecodes(start, end), *seconds]


def _harmless(text: str) -> str:
    """Mark text that a spreadsheet would run as a formula: titles come from speech and are untrusted."""
    return f"'{text}" if text.startswith(_FORMULA) else text
