"""A detector made of the speech engine's tags: good at telling sounds apart, poor at placing them (one result per window)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from video_pipeline.core.labels import Sound
from video_pipeline.core.posterior import Posterior
from video_pipeline.core.span import Span
from video_pipeline.core.waveform import Waveform
from video_pipeline.events.base import HOP_S, LISTENED


class TagDetector:
    """Spreads each window's probabilities over the whole window; where windows overlap the greatest counts."""

    identity = "tags 2"
    labels: tuple[str, ...] = (*Sound, LISTENED)

    def __init__(self) -> None:
        self._tags: list[tuple[Span, Mapping[Sound, float]]] = []

    def hear(self, block: Waveform) -> None:
        """Ignored: this detector uses the tags only."""

    def tag(self, window: Span, sounds: Mapping[Sound, float]) -> None:
        if sounds:
            self._tags.append((window, sounds))

    def finish(self, duration_s: float) -> Posterior:
        frames = int(np.ceil(duration_s / HOP_S - 1e-9))
        values = np.zeros((frames, len(self.labels)), np.float32)
        for window, sounds in self._tags:
            rows = slice(round(window.start_s / HOP_S), max(round(window.start_s / HOP_S) + 1, round(window.end_s / HOP_S)))
            for label, probability in (*sounds.items(), (LISTENED, 1.0)):
                column = self.labels.index(label)
                values[rows, column] = np.maximum(values[rows, column], probability)
        return Posterior(values, self.labels, HOP_S)
