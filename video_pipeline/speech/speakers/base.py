"""The contract of a diarizer, which tells voices apart, and the options of speakers.

To add one:
1. write one file here with a class that satisfies `Diarizer`;
2. add its line to `DIARIZERS` in `__init__.py`;
3. run `tests/speech/speakers/test_diarizers.py`, which checks every member of the table against the contract.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Protocol

import msgspec

from video_pipeline.core.constraints import FilePath, OneOf, check_fields
from video_pipeline.core.span import Span
from video_pipeline.core.waveform import Waveform
from video_pipeline.speech.speakers import DIARIZERS

AUTO = "auto"
COUNT_PATTERN = r"auto|[1-9]\d?(-[1-9]\d?)?"
CHANNELS = ("auto", "mix", "split")
MOST = 20
"""Speakers that `auto` finds at most."""


@dataclass(frozen=True, slots=True)
class Turn(Span):
    """A stretch in which one person speaks. Turns of different people may overlap."""

    speaker: str


@dataclass(frozen=True, slots=True)
class CountRange:
    """How many speakers there may be, both ends included."""

    least: int = 1
    most: int = MOST


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerOptions:
    """Whether and how speakers are told apart."""

    find: bool = False
    """Tell speakers apart; takes about a second per minute of sound."""

    diarizer: Annotated[str, OneOf("diarizer", DIARIZERS)] = "own"
    """What tells them apart."""

    count: Annotated[str, msgspec.Meta(pattern=f"^({COUNT_PATTERN})$", examples=["auto, 2, 2-4"])] = AUTO
    """How many there are: `auto`, a number, or a range such as `2-4`."""

    channels: Annotated[str, OneOf("way with channels", CHANNELS)] = "mix"
    """`split` hears the two channels of a call apart, one speaker each; `auto` does so where they hardly correlate."""

    names: tuple[str, ...] = ()
    """Names in the order in which the speakers are first heard; those without one are called by number."""

    voices: FilePath = ""
    """A file of known voices (see `video-pipeline voices`); speakers with one of them get its name."""

    def __post_init__(self) -> None:
        check_fields(self)
        if self.count_range.least > self.count_range.most:
            raise ValueError(f"count must have its smaller number first, not {self.count}")

    @property
    def count_range(self) -> CountRange:
        if self.count == AUTO:
            return CountRange()
        numbers = [int(number) for number in re.findall(r"\d+", self.count)]
        return CountRange(numbers[0], numbers[-1])


class Diarizer(Protocol):
    """Hears one file from start to end. One object per file, without arguments."""

    identity: str
    """Part of the cache key, so it must change whenever the result would."""

    def hear(self, block: Waveform) -> None:
        """The next block of sound (16 kHz), any length."""
        ...

    def finish(self, count: CountRange) -> Sequence[Turn]:
        """All turns in order of their start; speakers are called "1", "2" ... in the order in which they are first heard."""
        ...
