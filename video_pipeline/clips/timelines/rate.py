"""How a timeline counts frames: at the source's rate where editors have it, else at one they have."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from video_pipeline.core.timecode import smpte, smpte_frame

_SOUND_ALONE = 25
_SAME = 4e-4  # FFmpeg prints two decimals: 23.98 is 24000/1001, and 24 is a thousandth more
_NEAR = 0.03
"""A variable rate averages near the one it was meant to be; frames that far apart in rate are still one for one."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`nominal_fps` frames are counted a second of time code; at an NTSC rate they take 1001/1000 of a second.

    `drop` leaves numbers out, so that the time code keeps up with the day's clock.
    """

    nominal_fps: int
    ntsc: bool = False
    drop: bool = False

    @property
    def fps(self) -> Fraction:
        return Fraction(self.nominal_fps * 1000, 1001) if self.ntsc else Fraction(self.nominal_fps)

    def frame(self, time_s: float) -> int:
        """The nearest frame's number, from 0."""
        return math.floor(Fraction(time_s) * self.fps + Fraction(1, 2))

    def seconds(self, frames: int) -> Fraction:
        return frames / self.fps

    def timecode(self, frame: int) -> str:
        return smpte(frame, self.nominal_fps, drop=self.drop)


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
"""What time code exists for (SMPTE ST 12-1 and its doubles)."""


def rate_for(rate_fps: float | None, timecode: str = "") -> Rate:
    """The timeline's rate for a picture of `rate_fps` (None: sound alone) whose first frame carries `timecode`.

    A rate without time code becomes the slowest that holds all its frames: 10 and 15 become 30, 120 becomes 60. NTSC rates of 30
    and 60 drop frames as the source does, or where it does not say, since editors then count so too.
    """
    if rate_fps is None:
        return Rate(_SOUND_ALONE)
    rate = _nearest(rate_fps)
    drop = rate.ntsc and rate.nominal_fps != 24 and (not timecode or timecode[8] in ";.")
    return Rate(rate.nominal_fps, rate.ntsc, drop)


def first_frame(timecode: str, rate: Rate) -> int:
    """The number of the source's first frame; 0 where it carries no time code."""
    return smpte_frame(timecode, rate.nominal_fps) if timecode else 0


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
