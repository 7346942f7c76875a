"""Clips as a table for spreadsheets and scripts: one row per clip, best first, and one column per signal."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from video_pipeline.core.clip import Clip
from video_pipeline.core.timecode import vtt
from video_pipeline.highlights import SIGNALS
from video_pipeline.highlights.base import EMOTION
from video_pipeline.highlights.score import AROUND, LIFT

_COLUMNS = ("rank", "start_s", "end_s", "duration_s", "start", "end", "score", "title", "why")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins with one of these for a formula (OWASP, "CSV Injection")."""


def clips_table(clips: Sequence[Clip], *, emotion: bool = True) -> str:
    """CSV with a header; `start` and `end` are clock times, the signals' points add up to `score`.

    Without `emotion` there is no column of it.
    """
    signals = [*(name for name in SIGNALS if emotion or name != EMOTION), LIFT, AROUND]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*_COLUMNS, *signals])
    for rank, clip in enumerate(clips, 1):
        points = {reason.signal: reason.contribution for reason in clip.reasons}
        times = [clip.start_s, clip.end_s, round(clip.duration_s, 3), vtt(clip.start_s), vtt(clip.end_s)]
        texts = [_harmless(clip.title), _harmless(clip.why)]
        writer.writerow([rank, *times, clip.score, *texts, *(points.get(name, 0) for name in signals)])
    return out.getvalue()


def _harmless(text: str) -> str:
    """Marks text that looks like a formula as text: titles come from speech in unknown videos."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
