"""Conversations as a table for spreadsheets: one row per speaker, the numbers of the whole in every row."""

from __future__ import annotations

import csv
import io

from video_pipeline.report.conversation.record import Conversation, Side

WHOLE = ("kind", "duration_s", "speech_s", "silence_share", "sounds_s", "hold_s", "overlap_share", "switches_per_min")
OWN = tuple(name for name in Side.__dataclass_fields__ if name != "felt")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins with one of these for a formula (OWASP, "CSV Injection")."""


def table(*conversations: Conversation) -> str:
    """CSV with a header, of one conversation or of many in their order."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    felt = sorted({emotion for one in conversations for side in one.sides for emotion in side.felt})
    checks = list(dict.fromkeys(name for one in conversations for name in one.checks))
    writer.writerow(["video", *WHOLE, *OWN, *felt, *(f"has {name}" for name in checks)])
    for one in conversations:
        whole = [safe_cell(one.name), *(getattr(one, name) for name in WHOLE)]
        there = [int(one.checks[name]) if name in one.checks else "" for name in checks]
        for side in one.sides:
            own = [safe_cell(getattr(side, name)) for name in OWN]
            writer.writerow([*whole, *own, *(side.felt.get(emotion, 0) for emotion in felt), *there])
    return out.getvalue()


def safe_cell(value: object) -> object:
    """A value that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value
