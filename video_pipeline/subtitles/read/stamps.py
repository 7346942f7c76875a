"""Times as people and programs write them, and the timing line between two of them: tolerant, but exact about every fault."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CLOCK = r"(?:(\d{1,5})\s*:\s*)?(\d{1,3})\s*:\s*(\d{1,2})(?:\s*[.,:;]\s*(\d{1,9}))?(?!\d)"
_ARROW = r"\s*(?:[-–—](?:\s?[-–—]){0,3}\s?[>＞]|=+>|→|-{0,2}&gt;)\s*"
_BETWEEN = re.compile(rf"^\s*{_CLOCK}{_ARROW}{_CLOCK}(?=$|\s|[^\d:.,])")
_STRICT_SRT = re.compile(r"\d{2,}:[0-5]\d:[0-5]\d,\d{3} --> \d{2,}:[0-5]\d:[0-5]\d,\d{3}(?:\s+\S.*)?\s*")
_STRICT_VTT = re.compile(r"\s*(?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}\s+-->\s+(?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}(?:\s.*)?")


@dataclass(frozen=True, slots=True)
class Timing:
    """A timing line."""

    start_s: float
    end_s: float
    oddity: str = ""
    """What is wrong with the line in its format; empty if nothing is."""


def seconds(hours: str | None, minutes: str | None, whole: str, fraction: str | None) -> float:
    """Seconds from the fields of a clock. `fraction` is the digits after the decimal point; whole milliseconds count."""
    ms = int((fraction or "0").ljust(3, "0")[:3])
    return (int(hours or 0) * 3_600_000 + int(minutes or 0) * 60_000 + int(whole) * 1000 + ms) / 1000


def timing_of(line: str, *, vtt: bool = False) -> Timing | None:
    """The timing line that `line` is or was meant to be; None for any other line."""
    if (found := _BETWEEN.match(line)) is None:
        return None
    fields = found.groups()
    return Timing(seconds(*fields[:4]), seconds(*fields[4:8]), _oddity(line, vtt))


def _oddity(line: str, vtt: bool) -> str:
    strict = _STRICT_VTT if vtt else _STRICT_SRT
    if strict.fullmatch(line):
        return ""
    wrong, right = (",", ".") if vtt else (".", ",")
    if strict.fullmatch(line.replace(wrong, right)):
        return "comma instead of point" if vtt else "point instead of comma"
    return "malformed timing line"
