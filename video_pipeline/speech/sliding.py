"""An engine's event detection over a stream of sound, in flat memory."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from video_pipeline.core.posterior import Posterior
from video_pipeline.core.waveform import RATE_HZ, Samples, Waveform
from video_pipeline.speech.base import HearsEvents


class Slider:
    """Slides windows of one length over consecutive blocks as if they were one sound. Holds one block and one window."""

    def __init__(self, engine: HearsEvents, window_s: float, hop_s: float) -> None:
        self._engine, self._window_s, self._hop_s = engine, window_s, hop_s
        self._hop, self._window = round(hop_s * RATE_HZ), round(window_s * RATE_HZ)
        self._context = math.ceil((window_s / hop_s - 1) / 2)
        """Frames that a frame's window reaches into on either side."""
        self._held: Samples = np.zeros(0, np.float32)
        self._start_s: float | None = None
        self._before = 0
        """How many of the first frames held were returned already."""

    def hear(self, block: Waveform) -> Iterator[Posterior]:
        """The next block; returns the frames whose windows are complete."""
        if self._start_s is None:
            self._start_s = block.start_s
        self._held = np.concatenate([self._held, block.samples])
        ready = len(self._held) // self._hop - self._context
        if ready > self._before and len(self._held) >= self._window:
            yield self._answer(ready)
            dropped = max(0, ready - self._context)
            self._held = self._held[dropped * self._hop :].copy()
            self._start_s += dropped * self._hop_s
            self._before = ready - dropped

    def finish(self) -> Iterator[Posterior]:
        """The last frames."""
        frames = -(-len(self._held) // self._hop)
        if frames > self._before:
            yield self._answer(frames)

    def _answer(self, until: int) -> Posterior:
        assert self._start_s is not None
        heard = self._engine.event_posterior(Waveform(self._held, RATE_HZ, self._start_s), self._window_s, self._hop_s)
        start_s = self._start_s + self._before * self._hop_s
        return Posterior(heard.values[self._before : until], heard.labels, self._hop_s, start_s)
