"""A block of mono sound."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from video_pipeline.core.span import Span

RATE_HZ = 16_000
"""The only sample rate inside the project; the speech model, the VAD and the event detector all use it."""

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Waveform:
    """`samples` [n] float32 in [-1, 1] at `rate_hz`; the first one is at `start_s` of the media clock."""

    samples: Samples
    rate_hz: int = RATE_HZ
    start_s: float = 0.0

    @property
    def duration_s(self) -> float:
        return len(self.samples) / self.rate_hz

    @property
    def end_s(self) -> float:
        return self.start_s + self.duration_s

    @property
    def span(self) -> Span:
        return Span(self.start_s, self.end_s)
