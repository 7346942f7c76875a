"""Times as people and programs write them, and the line between two of them: forgiving in what is read, exact in what is told."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CLOCK = r"(?:(\d{1,5})\s*:\s*)?(\d{1,3})\s*:\s*(\d{1,2})(?:\s*[.,:;]\s*(\d{1,9}))?(?!\d)"
_ARROW = r"\s*(?:[-–—](?:\s?[-–—]){0,3}\s?[>＞]|=+>|→|-{0,2}&gt;)\s*"
_BETWEEN = re.compile(rf"^\s*{_CLOCK}{_ARROW}{_CLOCK}(?=$|\s|[^\d:.,])(.*)$")
_STRICT_SRT = re.compile(r"\d{2,}:[0-5]\d:[0-5]\d,\d{3} --> \d{2,}:[0-5]\d:[0-5]\d,\d{3}(?:\s+\S.*)?\s*")
_STRICT_VTT = re.compile(r"\s*(?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}\s+-->\s+(?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}(?:\s.*)?")


@dataclass(frozen=True, slots=True)
class Timing:
    """A timing line: seconds, what follows it on the line, and what is odd about it for the format it stands in."""

    start_s: float
    end_s: float
    rest: str
    oddity: str


def seconds(hours: str | None, minutes: str | None, whole: str, fraction: str | None) -> float:
    """From the fields of a clock; `fraction` are the digits after the point."""
    ms = int((fraction or "0").ljust(3, "0")[:3])
    return (int(hours or 0) * 3_600_000 + int(minutes or 0) * 60_000 + int(whole) * 1000 + ms) / 1000


def timing_of(line: str, *, vtt: bool = False) -> Timing | None:
    """The timing line that `line` is, or is meant to be; None for any other."""
    if (found := _BETWEEN.match(line)) is None:
        return None
    fields = found.groups()
    start_s, end_s = seconds(*fields[:4]), seconds(*fields[4:8])
    return Timing(start_s, end_s, fields[8].strip(), _oddity(line, vtt))


def _oddity(line: str, vtt: bool) -> str:
    if (_STRICT_VTT if vtt else _STRICT_SRT).fullmatch(line):
        return ""
    wrong, right = (",", ".") if vtt else (".", ",")
    if (_STRICT_VTT if vtt else _STRICT_SRT).fullmatch(line.replace(wrong, right)):
        return "comma instead of point" if vtt else "point instead of comma"
    return "malformed timing line"
