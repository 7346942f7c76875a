"""Frame rates of timelines: the rate of the source if editing programs support it, else the best one that they do."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from video_pipeline.core.timecode import smpte, smpte_frame

_SOUND_ALONE = 25
"""Frames per second of a timeline without picture."""
_SAME = 4e-4
"""Relative difference of equal rates: FFmpeg prints two decimals, and 24 is 1/1000 more than 24000/1001 (23.98)."""
_NEAR = 0.03
"""A variable rate averages near the intended one; within this relative difference, frames still map one to one."""


@dataclass(frozen=True, slots=True)
class Rate:
    """One second of time code has `nominal_fps` frames; at an NTSC rate they last 1001/1000 of a second.

    `drop` skips numbers, so that the time code keeps up with the clock.
    """

    nominal_fps: int
    ntsc: bool = False
    drop: bool = False

    @property
    def fps(self) -> Fraction:
        return Fraction(self.nominal_fps * 1000, 1001) if self.ntsc else Fraction(self.nominal_fps)

    def frame(self, time_s: float) -> int:
        """Number of the nearest frame, from 0."""
        return math.floor(Fraction(time_s) * self.fps + Fraction(1, 2))

    def seconds(self, frames: int) -> Fraction:
        return frames / self.fps

    def timecode(self, frame: int) -> str:
        return smpte(frame, self.nominal_fps, drop=self.drop)

    def timecodes(self, start: int, end: int) -> tuple[str, str]:
        """Of a range of less than a day. Over midnight it ends after 24:00, because readers refuse an end before the start."""
        first, last = self.timecode(start), self.timecode(end)
        return first, last if end == start or last > first else f"{int(last[:2]) + 24:02d}{last[2:]}"


RATES = (
    Rate(24, ntsc=True),
    Rate(24),
    Rate(25),
    Rate(30, ntsc=True),
    Rate(30),
    Rate(48),
    Rate(50),
    Rate(60, ntsc=True),
    Rate(60),
)
"""The rates for which time code is defined (SMPTE ST 12-1, and twice these)."""


def rate_for(rate_fps: float | None, timecode: str = "") -> Rate:
    """The rate of a timeline for a picture of `rate_fps` (None: sound alone) whose first frame has `timecode`.

    A rate without time code becomes the slowest one that holds all its frames: 10 and 15 become 30, 120 becomes 60. NTSC rates of
    30 and 60 are drop-frame if the source is, or if it does not say, because editing programs then count in this way.
    """
    if rate_fps is None:
        return Rate(_SOUND_ALONE)
    rate = _nearest(rate_fps)
    drop = rate.ntsc and rate.nominal_fps != 24 and (not timecode or timecode[8] in ";.")
    return Rate(rate.nominal_fps, rate.ntsc, drop)


def first_frame(timecode: str, rate: Rate, counted_fps: int | None = None) -> int:
    """Number of the first frame of the source; 0 if it has no time code.

    `counted_fps` is how many frames the time code counts in a second, None if as many as the picture has.
    """
    counted_fps = counted_fps or rate.nominal_fps
    return smpte_frame(timecode, counted_fps) * rate.nominal_fps // counted_fps if timecode else 0


def _nearest(rate_fps: float) -> Rate:
    def apart(rate: Rate) -> float:
        return abs(float(rate.fps) / rate_fps - 1)

    best = min(RATES, key=apart)
    if apart(best) < _NEAR:
        return best
    whole = [rate for rate in RATES if _is_multiple(float(rate.fps) / rate_fps)]
    part = [rate for rate in RATES if _is_multiple(rate_fps / float(rate.fps))]
    return whole[0] if whole else part[-1] if part else next((r for r in RATES if r.fps > rate_fps), RATES[-1])


def _is_multiple(ratio: float) -> bool:
    return round(ratio) >= 1 and abs(ratio / round(ratio) - 1) < _SAME
