"""A conversation as a table for spreadsheets: one row per speaker, the numbers of the whole in every row."""

from __future__ import annotations

import csv
import io

from video_pipeline.report.conversation.record import Conversation, Side

WHOLE = ("kind", "duration_s", "speech_s", "silence_share", "hold_s", "overlap_share", "switches_per_min")
OWN = tuple(name for name in Side.__dataclass_fields__ if name != "felt")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins with one of these for a formula (OWASP, "CSV Injection")."""


def table(conversation: Conversation) -> str:
    """CSV with a header."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    felt = sorted({emotion for side in conversation.sides for emotion in side.felt})
    writer.writerow(["video", *WHOLE, *OWN, *felt, *(f"has {name}" for name in conversation.checks)])
    for side in conversation.sides:
        whole = [getattr(conversation, name) for name in WHOLE]
        own = [_cell(getattr(side, name)) for name in OWN]
        shares = [side.felt.get(emotion, 0) for emotion in felt]
        writer.writerow([_cell(conversation.name), *whole, *own, *shares, *map(int, conversation.checks.values())])
    return out.getvalue()


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value
