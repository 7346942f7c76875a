"""Times in TTML and its dialects: clocks, frames with and without drops, offsets, and what no specification allows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from video_pipeline.core.timecode import smpte_frame
from video_pipeline.subtitles.read.stamps import seconds

_CLOCK = re.compile(r"(\d+):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?")
_SHORT_CLOCK = re.compile(r"(\d+):(\d{1,2})(?:[.,](\d+))?")
_FRAMES = re.compile(r"(\d+)[:;](\d{1,2})[:;](\d{1,2})[:;.](\d+)(?:\.\d+)?")
_OFFSET = re.compile(r"(\d+(?:[.,]\d+)?)(h|ms|m|s|f|t)")
_BARE = re.compile(r"\d+(?:[.,]\d+)?")
_FRAME_RATE_HZ = 30.0
"""Frame rate of documents that declare none (the default of `ttp:frameRate`)."""
_SMPTE = "smpte"


@dataclass(frozen=True, slots=True)
class TimeUnits:
    """What frames and ticks are worth in a document."""

    rate_fps: float
    """Frames per second as they pass, such as 29.97."""
    nominal_fps: int
    """Frames per second as they are counted, such as 30."""
    tick_hz: float
    is_smpte: bool = False
    """Times are labels of frames, so a second is `nominal_fps` frames and not always a second."""
    drops: bool = False
    """Labels are left out so that they keep up with the clock (NTSC)."""

    @classmethod
    def of(cls, root: Element, rate_fps: float | None = None) -> TimeUnits:
        """The units that a document declares; `rate_fps` counts where it declares no frame rate."""
        stated = attribute(root, "frameRate")
        nominal = _number(stated, rate_fps or _FRAME_RATE_HZ)
        rate = nominal * _ratio(root)
        ticks = _number(attribute(root, "tickRate"), rate * _number(attribute(root, "subFrameRate"), 1.0) if stated else 1.0)
        smpte = (attribute(root, "timeBase") or "").strip().lower() == _SMPTE
        drops = smpte and "drop" in (attribute(root, "dropMode") or "").lower().replace("nondrop", "")
        return cls(rate, round(nominal), ticks, smpte, drops)

    def seconds(self, text: str | None) -> float | None:
        """Seconds of a time as it is written; None if there is none or it cannot be read."""
        text = (text or "").strip().rstrip("sS") if re.fullmatch(r"\s*[\d:]+\.\d+s\s*", text or "") else (text or "").strip()
        if found := _CLOCK.fullmatch(text):
            if self.is_smpte and found.group(4) is None:
                return self._of_frame(found.group(1), found.group(2), found.group(3), 0, drop=self.drops)
            return seconds(*found.groups())
        if found := _FRAMES.fullmatch(text):
            hours, minutes, whole, frames = found.groups()
            drop = self.drops or ";" in text
            if self.is_smpte or drop:
                return self._of_frame(hours, minutes, whole, int(frames), drop=drop)
            return seconds(hours, minutes, whole, None) + int(frames) / self.rate_fps
        if found := _OFFSET.fullmatch(text):
            unit_s = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001, "f": 1 / self.rate_fps, "t": 1 / self.tick_hz}
            return float(found.group(1).replace(",", ".")) * unit_s[found.group(2)]
        if found := _SHORT_CLOCK.fullmatch(text):
            return seconds(None, *found.groups())
        return float(text.replace(",", ".")) if _BARE.fullmatch(text) else None

    def _of_frame(self, hours: str, minutes: str, whole: str, frames: int, *, drop: bool) -> float:
        nominal = self.nominal_fps
        if drop and nominal in (30, 60):
            label = f"{int(hours):02d}:{int(minutes):02d}:{int(whole):02d};{frames:02d}"
            return smpte_frame(label, nominal) / (nominal * 1000 / 1001)
        count = (int(hours) * 3600 + int(minutes) * 60 + int(whole)) * nominal + frames
        return count / self.rate_fps


def attribute(element: Element, name: str) -> str | None:
    """An attribute by its local name, in whatever namespace."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), None)


def _number(text: str | None, default: float) -> float:
    try:
        return float(text or default) or default
    except ValueError:
        return default


def _ratio(root: Element) -> float:
    found = re.fullmatch(r"(\d+)[ :/](\d+)", (attribute(root, "frameRateMultiplier") or "").strip())
    return int(found.group(1)) / int(found.group(2)) if found and int(found.group(2)) and int(found.group(1)) else 1.0
