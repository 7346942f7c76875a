"""Finds what a person asked for: where their words are said, and the peaks of a curve that they have, such as that of a chat."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from video_pipeline.core.errors import BadRecord, NoSuchFile
from video_pipeline.core.posterior import Curve, runs
from video_pipeline.core.timecode import parse
from video_pipeline.core.transcript import Segment
from video_pipeline.highlights.base import Asked, Mark
from video_pipeline.highlights.sentences import sentences

CURVE_HOP_S = 5.0
"""Grid of such curves: messages are counted in steps of this."""
_SMOOTH_STEPS = 3
"""Steps over which a curve is averaged: a single message is no peak."""
_CHAT_DELAY_S = 6.0
"""A chat reacts this long after what it reacts to: the stream's delay, reading and typing. Measured by nobody here: a guess."""
_FROM_DEVIATIONS = 4.5
"""Over the median, in robust standard deviations, from where a stretch is a peak: counts that are random do not reach it."""
_FULL_DEVIATIONS = 12.0
"""... and where its score is 1."""
_MAD = 1.4826
"""Standard deviations in a median absolute deviation, of a normal distribution."""
_LEAST_DEVIATION_SHARE = 0.2
"""Of the mean, the least deviation that is taken for usual: in a chat where nobody writes, one message is no peak."""
_LONGEST_STEPS = 6
"""A longer peak is held to the steps around its top."""
_LETTER = re.compile(r"[a-z0-9\u00c0-\u052f]")


def phrase_marks(segments: Sequence[Segment], phrases: Sequence[str]) -> list[Mark]:
    """Sentences that hold one of the phrases: whole words in alphabets, whatever the case; letters anywhere in other scripts."""
    wanted = [_pattern(phrase) for phrase in phrases if phrase.strip()]
    if not wanted:
        return []
    said = ((sentence, _plain(sentence.text)) for sentence in sentences(segments))
    return [
        Mark(sentence.start_s, sentence.end_s, Asked.PHRASES, 1.0)
        for sentence, text in said
        if sentence.duration_s > 0 and any(pattern.search(text) for pattern in wanted)
    ]


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _pattern(phrase: str) -> re.Pattern[str]:
    text = _plain(phrase)
    before, after = (r"(?<!\w)" if _LETTER.match(text[0]) else ""), (r"(?!\w)" if _LETTER.match(text[-1]) else "")
    return re.compile(before + re.escape(text) + after)


def read_curve(path: str, duration_s: float) -> Curve:
    """The curve in a CSV file, every `CURVE_HOP_S`.

    The first column holds times: seconds, or 1:02:03. Where the second holds numbers, they are the curve; else rows are counted,
    and counts begin earlier by the delay of a chat. A header is left out.

    Raises:
        NoSuchFile: there is no such file.
        BadRecord: it is no such table; says in which line.
    """
    file = Path(path).expanduser()
    if not file.is_file():
        raise NoSuchFile(file)
    try:
        rows = list(_rows(file))
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadRecord(file, f"a curve is CSV in UTF-8, a time and a value in each row: {error}") from None
    if not rows:
        raise BadRecord(file, "it has no row that begins with a time")
    steps = max(1, int(np.ceil(duration_s / CURVE_HOP_S)))
    has_values = all(value is not None for _, value in rows)
    return Curve(_values(rows, steps) if has_values else _counts(rows, steps), CURVE_HOP_S)


def _rows(file: Path) -> Iterator[tuple[float, float | None]]:
    """Times with their values; None where there is no number."""
    text = file.read_text(encoding="utf-8-sig")
    delimiter = max(",;\t", key=text.split("\n", 1)[0].count)
    for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter)):
        if not row or not row[0].strip():
            continue
        try:
            time_s = _time_s(row[0].strip())
        except ValueError:
            if number:
                raise BadRecord(file, f"line {number + 1} begins with {row[0]!r}, which is no time") from None
            continue
        yield time_s, _number(row[1]) if len(row) > 1 else None


def _time_s(text: str) -> float:
    return parse(text) if ":" in text else float(text)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def _values(rows: Sequence[tuple[float, float | None]], steps: int) -> npt.NDArray[np.float32]:
    """The value at the middle of each step, between rows interpolated; 0 where the curve has not begun or is over."""
    times_s, values = zip(*sorted((time_s, value or 0.0) for time_s, value in rows), strict=True)
    return np.asarray(np.interp((np.arange(steps) + 0.5) * CURVE_HOP_S, times_s, values, left=0.0, right=0.0), np.float32)


def _counts(rows: Sequence[tuple[float, float | None]], steps: int) -> npt.NDArray[np.float32]:
    at = (np.array([time_s for time_s, _ in rows]) - _CHAT_DELAY_S) / CURVE_HOP_S
    return np.asarray(np.histogram(at, bins=steps, range=(0, steps))[0], np.float32)


def curve_marks(curve: Curve, duration_s: float) -> list[Mark]:
    """The peaks of a curve: stretches that are far above its median, measured by its own median deviation."""
    if not len(curve.values):
        return []
    width = min(_SMOOTH_STEPS, len(curve.values))
    smooth = np.convolve(curve.values, np.ones(width) / width, "same")
    usual = np.median(smooth)
    spread = max(_MAD * float(np.median(np.abs(smooth - usual))), _LEAST_DEVIATION_SHARE * float(np.abs(smooth).mean()))
    if spread <= 0:
        return []
    deviations = (smooth - usual) / spread
    found = []
    for first, last in runs(deviations >= _FROM_DEVIATIONS):
        top = first + int(np.argmax(deviations[first:last]))
        begin, end = max(first, top - _LONGEST_STEPS // 2), min(last, top + _LONGEST_STEPS // 2)
        end_s = min(duration_s, end * curve.hop_s)
        if end_s > begin * curve.hop_s:
            score = min(1.0, float(deviations[top]) / _FULL_DEVIATIONS)
            found.append(Mark(begin * curve.hop_s, end_s, Asked.CURVE, round(score, 4)))
    return found
