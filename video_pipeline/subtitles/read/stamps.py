"""Times as people and programs write them, and the timing line between two of them: tolerant, but exact about every fault."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from video_pipeline.core.timecode import smpte_frame

_FIELDS = r"-?\d{1,5}(?:\s*[:;.]\s*\d{1,3}){1,2}(?:\s*[.,:;]\s*\d{1,9}(?:\.\d+)?)?"
_CLOCK = re.compile(
    r"(?P<minus>-?)(?:(?P<h>\d{1,5})\s*(?P<hs>[:;.])\s*)?(?P<m>\d{1,3})\s*(?P<ms>[:;.])\s*(?P<s>\d{1,2})"
    r"(?:\s*(?P<fs>[.,:;])\s*(?P<f>\d{1,9})(?:\.\d+)?)?(?!\d)"
)
_ARROW = r"(?:[-–—](?:\s?[-–—]){0,3}\s?[>＞]|=+>|→|-{0,2}&gt;)"
_WEAK_ARROW = r"(?:\bto\b|,|[-–—]+)"
_FULL = r"-?\d{1,3}[:;]\d{1,2}[:;]\d{1,2}[.,:;]\d{1,9}"
_BETWEEN = re.compile(rf"^\s*({_FIELDS})[\s,.;]*{_ARROW}\s*({_FIELDS})(?:(?=$|[^\w:])|(?<=[.,]\d\d\d)(?=[^\W\d]))[,.;]?")
_WEAK = re.compile(rf"^\s*({_FULL})\s*{_WEAK_ARROW}\s*({_FULL})\s*$", re.IGNORECASE)
_OPEN_END = re.compile(rf"^\s*({_FIELDS})[\s,.;]*{_ARROW}\s*$")
_LONE = re.compile(rf"^\s*({_FULL})\s*$")
_ARROW_INSIDE = re.compile(_ARROW)
_CLOCKLIKE = re.compile(r"\d\s*[:;.]\s*\w|\w\s*[:;]\s*\d")
_LETTERS = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1", "|": "1", "S": "5"})
_DIGITLIKE = re.compile(r"(?<![A-Za-z])[\dOolI|S]+(?=[\s:;.,]|$|-|>)|(?<=[:;.,])[\dOolI|S]+")
_STRICT_SRT = re.compile(r"\d{2,}:[0-5]\d:[0-5]\d,\d{3} --> \d{2,}:[0-5]\d:[0-5]\d,\d{3}(?:\s+\S.*)?\s*")
_STRICT_VTT = re.compile(r"\s*(?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}\s+-->\s+(?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}(?:\s.*)?")
_FRAME_DIGITS = 2
"""Fields after a colon or semicolon of at most this many digits count frames; longer ones are milliseconds."""
_NTSC_FPS = 30000 / 1001


@dataclass(frozen=True, slots=True)
class Clock:
    """A time as it is written."""

    time_s: float
    """Without its frames."""
    frames: int | None = None
    """Frames after that, if it counts frames."""
    drop: bool = False
    """Frames are counted in NTSC drop-frame code."""
    negative: bool = False

    def at(self, rate_fps: float) -> float:
        """Seconds, where frames are counted at this rate."""
        if self.frames is None:
            found = self.time_s
        elif self.drop:
            h, m, s = int(self.time_s) // 3600, int(self.time_s) // 60 % 60, int(self.time_s) % 60
            nominal = 60 if rate_fps > 45 else 30
            found = smpte_frame(f"{h:02d}:{m:02d}:{s:02d};{self.frames:02d}", nominal) / (_NTSC_FPS * nominal / 30)
        else:
            found = self.time_s + self.frames / rate_fps
        return -found if self.negative else found


@dataclass(frozen=True, slots=True)
class Timing:
    """A timing line. A time that cannot be read is None, never 0."""

    start: Clock | None
    end: Clock | None
    rest: str = ""
    """What follows the times on the line."""
    oddity: str = ""
    """What is wrong with the line in its format; empty if nothing is."""
    has_arrow: bool = True
    """False for a line that has a word or a comma between its times: other formats have such lines too."""

    @property
    def is_lost(self) -> bool:
        """Neither time can be read."""
        return self.start is None and self.end is None


def seconds(hours: str | None, minutes: str | None, whole: str, fraction: str | None) -> float:
    """Seconds from the fields of a clock. `fraction` is the digits after the decimal point; whole milliseconds count."""
    ms = int((fraction or "0").ljust(3, "0")[:3])
    return (int(hours or 0) * 3_600_000 + int(minutes or 0) * 60_000 + int(whole) * 1000 + ms) / 1000


def clock_of(text: str) -> Clock | None:
    """The time that a text is; None if it is none."""
    found = _CLOCK.fullmatch(_readable(text).strip())
    if found is None:
        return None
    separator, fraction = found["fs"], found["f"]
    if separator is None and found["h"] is not None and found["ms"] == "." and found["hs"] == ":":
        return Clock(seconds(None, found["h"], found["m"], found["s"]), negative=bool(found["minus"]))  # `m:ss.cc`
    time_s = seconds(found["h"], found["m"], found["s"], fraction if separator in (".", ",") else None)
    if separator not in (":", ";"):
        return Clock(time_s, negative=bool(found["minus"]))
    if len(fraction) > _FRAME_DIGITS or (found["h"] is None and len(fraction) > 1 and separator == ":" and not found["h"]):
        return Clock(seconds(found["h"], found["m"], found["s"], fraction), negative=bool(found["minus"]))
    return Clock(time_s, int(fraction), separator == ";", bool(found["minus"]))


def timing_of(line: str, *, vtt: bool = False, after_number: bool = False) -> Timing | None:
    """The timing line that `line` is or was meant to be; None for any other line.

    Args:
        vtt: judge the form by WebVTT instead of SRT.
        after_number: a cue number after an empty line precedes it, so a lone time is the start of a cue.
    """
    plain = _readable(line)
    if found := _BETWEEN.match(plain):
        start, end = clock_of(found.group(1)), clock_of(found.group(2))
        rest = line[found.end() :].strip() if len(plain) == len(line) else plain[found.end() :].strip()
        if start is not None and end is not None:
            return Timing(start, end, rest.lstrip(",.; "), _oddity(line, vtt, start, end))
    if found := _WEAK.match(plain):
        return Timing(clock_of(found.group(1)), clock_of(found.group(2)), "", "malformed timing line", has_arrow=False)
    if found := _OPEN_END.match(plain):
        return Timing(clock_of(found.group(1)), None, "", "missing end time")
    if after_number and (found := _LONE.match(plain)):
        return Timing(clock_of(found.group(1)), None, "", "missing end time")
    return _half_read(plain, after_number=after_number)


def frame_rate(timings: list[Timing], stated_fps: float | None) -> tuple[float, bool]:
    """Rate at which the frames in these lines are counted, and whether it is a guess: 25, 30 or 60 by the highest number."""
    frames = [clock.frames for timing in timings for clock in (timing.start, timing.end) if clock and clock.frames is not None]
    if stated_fps or not frames:
        return stated_fps or 25.0, False
    return (25.0 if max(frames) < 25 else 30.0 if max(frames) < 30 else 60.0), True


def _half_read(line: str, *, after_number: bool) -> Timing | None:
    """A line that was meant to be a timing line and of which at most one time can be read."""
    arrow = _ARROW_INSIDE.search(line)
    if arrow is None or not (after_number or _CLOCKLIKE.search(line)):
        return None
    first, second = line[: arrow.start()].strip(" ,.;"), line[arrow.end() :].strip(" ,.;")
    start, end = clock_of(first), clock_of(second.split(" ")[0]) if second else None
    meant = after_number or start or end or _is_stamplike(first) or _is_stamplike(second)
    if not (meant and any(c.isdigit() for c in first + second)):
        return None
    return Timing(start, end, "", "unreadable timing line")


def _is_stamplike(text: str) -> bool:
    """Whether a side of the arrow was meant to be a time: it has digits and colons and few other letters."""
    marks = sum(c.isdigit() or c in ":;.," for c in text)
    return marks * 2 >= len(text.replace(" ", "")) > 0 and re.search(r"\d\s*[:;]\s*\d", text) is not None


def _readable(line: str) -> str:
    """The line with digits and signs of any width as ASCII, and letters that stand for digits as digits."""
    if not line.isascii():
        line = "".join(_ascii(c) for c in line)
    if any(c in line for c in "OolI|S"):
        head = re.match(r"[\s\dOolI|S:;.,<>=-]*", line)
        end = head.end() if head else 0
        if end and any(c.isdigit() for c in line[:end]) and ":" in line[:end].replace(";", ":").replace(".", ":"):
            line = _DIGITLIKE.sub(lambda found: found.group().translate(_LETTERS), line[:end]) + line[end:]
    return line


def _ascii(character: str) -> str:
    if character.isascii():
        return character
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    return {"：": ":", "，": ",", "．": ".", "；": ";", "＞": ">", "−": "-", "\xa0": " ", "\u3000": " ", "\u200e": " "}.get(
        character, character
    )


def _oddity(line: str, vtt: bool, start: Clock, end: Clock) -> str:
    strict = _STRICT_VTT if vtt else _STRICT_SRT
    if strict.fullmatch(line):
        return ""
    wrong, right = (",", ".") if vtt else (".", ",")
    if strict.fullmatch(line.replace(wrong, right)):
        return "comma instead of point" if vtt else "point instead of comma"
    if start.negative or end.negative:
        return "negative time"
    return "frames in times" if start.frames is not None else "malformed timing line"
