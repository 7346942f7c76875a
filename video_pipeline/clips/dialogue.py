"""Moves the lines of an ASS document to another clock, and leaves all else of it as it is."""

from __future__ import annotations

import re
from collections.abc import Callable

from video_pipeline.core.span import Span

_DIALOGUE = re.compile(r"^(Dialogue: \d+,)(\d+):(\d\d):(\d\d)\.(\d\d),(\d+):(\d\d):(\d\d)\.(\d\d)(,.*)$", re.MULTILINE)
LEAST_SHOWN_S = 0.1
"""Captions of which less is left are dropped."""

Move = Callable[[float], float]
"""From a time of the document to one on the other clock."""


def moved(document: str, move: Move) -> str:
    """The document with the times of its lines moved; lines of which hardly anything is left are dropped."""

    def line(found: re.Match[str]) -> str:
        start, end = (_seconds(found.groups()[first : first + 4]) for first in (1, 5))
        start_s, end_s = move(start), move(end)
        if end_s - start_s < min(LEAST_SHOWN_S, end - start):
            return ""
        return f"{found[1]}{_clock(start_s)},{_clock(end_s)}{found[10]}"

    return re.sub(r"\n{2,}(?=Dialogue:)", "\n", _DIALOGUE.sub(line, document))


def clipped(document: str, part: Span) -> str:
    """What a part of the document's own time shows, on the clock of that part."""
    return moved(document, lambda time_s: min(max(time_s - part.start_s, 0.0), part.duration_s))


def joined(first: str, second: str, second_at_s: float) -> str:
    """The lines of two documents of one look, those of the second from `second_at_s` on."""
    later = moved(second, lambda time_s: time_s + second_at_s)
    head, mark, lines = later.partition("Dialogue:")
    before = "".join(f"{found[0]}\n" for found in _DIALOGUE.finditer(first))
    return f"{head}{before}{mark}{lines}" if mark else later + before


def _seconds(parts: tuple[str, ...]) -> float:
    hours, minutes, seconds, hundredths = map(int, parts)
    return hours * 3600 + minutes * 60 + seconds + hundredths / 100


def _clock(time_s: float) -> str:
    hundredths = round(time_s * 100)
    minutes, seconds = divmod(hundredths // 100, 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}.{hundredths % 100:02d}"
