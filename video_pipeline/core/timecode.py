"""Convert seconds to the notations of files and people. All rounding of times happens here, before splitting into fields."""

from __future__ import annotations

import math

MS = 1000


def to_ms(time_s: float) -> int:
    """Nearest whole millisecond, halves up, never negative."""
    return max(0, math.floor(time_s * MS + 0.5))


def to_cs_down(time_s: float) -> int:
    """Whole centiseconds (ASS), rounded down from the milliseconds, so that no cue starts after its sound."""
    return to_ms(time_s) // 10


def _fields(ms: int) -> tuple[int, int, int, int]:
    seconds, ms = divmod(ms, MS)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return hours, minutes, seconds, ms


def srt(time_s: float) -> str:
    """`HH:MM:SS,mmm`, hours unbounded."""
    hours, minutes, seconds, ms = _fields(to_ms(time_s))
    return f"{hours:02d}:{minutes:02d}:{seconds:02d},{ms:03d}"


def ass(time_s: float) -> str:
    """`H:MM:SS.cc`, hours unbounded."""
    hours, minutes, seconds, ms = _fields(to_cs_down(time_s) * 10)
    return f"{hours}:{minutes:02d}:{seconds:02d}.{ms // 10:02d}"


def vtt(time_s: float) -> str:
    """`HH:MM:SS.mmm`, hours unbounded; TTML's clock is the same."""
    return srt(time_s).replace(",", ".")


def lrc(time_s: float) -> str:
    """`MM:SS.cc`, minutes unbounded, rounded down."""
    minutes, cs = divmod(to_cs_down(time_s), 6000)
    return f"{minutes:02d}:{cs // 100:02d}.{cs % 100:02d}"


def clock(time_s: float) -> str:
    """For display: `M:SS.t` below an hour, `H:MM:SS.t` above."""
    tenths = math.floor(max(0.0, time_s) * 10 + 0.5)
    hours, minutes, seconds, ms = _fields(tenths * 100)
    head = f"{hours}:{minutes:02d}" if hours else f"{minutes}"
    return f"{head}:{seconds:02d}.{ms // 100}"


def whole_clock(time_s: float) -> str:
    """For display, in whole seconds: `M:SS` below an hour, `H:MM:SS` above."""
    return clock(math.floor(time_s)).rpartition(".")[0]


def span_words(time_s: float) -> str:
    """For people: "40 s", "12 min", "3 h 05 min", "2 d 4 h"."""
    minutes = round(time_s / 60)
    if time_s < 99.5:
        return f"{time_s:.0f} s"
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours < 48 else f"{hours // 24} d {hours % 24} h"


def smpte(frame: int, nominal_fps: int, *, drop: bool = False) -> str:
    """`HH:MM:SS:FF` of a frame number (SMPTE ST 12-1), wrapping after a day, with `nominal_fps` frames per second.

    With `drop` (30 and 60 only) two or four numbers are skipped every minute except each tenth, so that the time code of a
    picture at 30000/1001 keeps up with the clock; the last colon is then a semicolon.
    """
    if drop:
        left_out = nominal_fps // 15
        minute, ten_minutes = nominal_fps * 60 - left_out, nominal_fps * 600 - 9 * left_out
        tens, rest = divmod(frame, ten_minutes)
        frame += left_out * (9 * tens + max(0, (rest - left_out) // minute))
    seconds, frames = divmod(frame, nominal_fps)
    hours, minutes, seconds, _ = _fields(seconds * MS)
    return f"{hours % 24:02d}:{minutes:02d}:{seconds:02d}{';' if drop else ':'}{frames:02d}"


def smpte_frame(text: str, nominal_fps: int) -> int:
    """The frame number of `HH:MM:SS:FF`; a `;` or `.` before the frames means drop-frame."""
    hours, minutes, seconds, frames = (int(part) for part in text.replace(";", ":").replace(".", ":").split(":"))
    minutes += 60 * hours
    frame = (minutes * 60 + seconds) * nominal_fps + frames
    return frame - nominal_fps // 15 * (minutes - minutes // 10) if text[8] in ";." else frame


def parse(text: str) -> float:
    """Seconds from `[[H:]M:]S[.fraction]` (a comma counts as the point).

    Raises:
        ValueError: `text` is not such a time.
    """
    parts = text.strip().replace(",", ".").split(":")
    if not 1 <= len(parts) <= 3 or not all(p.isdigit() for p in parts[:-1]):
        raise ValueError(f"not a time: {text!r}; write 83.5, 1:23.5 or 0:01:23.5")
    try:
        seconds = float(parts[-1])
    except ValueError:
        raise ValueError(f"not a time: {text!r}; write 83.5, 1:23.5 or 0:01:23.5") from None
    if not 0 <= seconds < math.inf:
        raise ValueError(f"not a time: {text!r}; it must not be negative")
    for part, unit_s in zip(reversed(parts[:-1]), (60, 3600), strict=False):
        seconds += int(part) * unit_s
    return seconds
