"""A detector made of the speech engine's results for short windows slid over the sound, spoken or not.

One result per window cannot place a sound more precisely than the window is long. Two lengths complement each other: long windows
tell sounds apart, short ones show where they begin and end. Where both were used, the mean of their log-odds counts.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from video_pipeline.core.labels import Sound
from video_pipeline.core.posterior import Posterior, Values
from video_pipeline.core.span import Span
from video_pipeline.core.waveform import Waveform
from video_pipeline.events.base import HOP_S, LISTENED
from video_pipeline.events.fusion import log_odds, probability

SCALES_S = ((2.0, 0.5), (1.0, 0.25))
"""Window and hop of the two passes. With a perfect classifier and laughs of real lengths, windows of 2 s every 0.5 s reach an F1
of at most 0.75 to 0.80 (at an overlap of one half), windows of 1 s every 0.25 s reach 0.92 to 0.94."""


class SlidingDetector:
    """Puts the results of the engine's windows (`hear_again`) on the common grid."""

    identity = "sliding 1"

    def __init__(self) -> None:
        self.labels: tuple[str, ...] = (*(sound for sound in Sound if sound is not Sound.CHEER), LISTENED)
        self._heard: list[Posterior] = []

    def hear(self, block: Waveform) -> None:
        """Ignored: the engine analyses the sound, not this detector."""

    def tag(self, window: Span, sounds: Mapping[Sound, float]) -> None:
        """Ignored: windows of speech are too long to place a sound."""

    def hear_again(self, heard: Posterior) -> None:
        """One stretch; all stretches have the labels that the engine knows."""
        self.labels = (*heard.labels, LISTENED)
        self._heard.append(heard)

    def finish(self, duration_s: float) -> Posterior:
        frames, known = int(np.ceil(duration_s / HOP_S - 1e-9)), len(self.labels) - 1
        odds, opinions = np.zeros((frames, known), np.float32), np.zeros(frames, np.float32)
        for stretch in self._heard:
            first, last = round(stretch.start_s / HOP_S), min(frames, round(stretch.end_s / HOP_S))
            if last > first:
                odds[first:last] += log_odds(_between_frames(stretch, (np.arange(first, last) + 0.5) * HOP_S))
                opinions[first:last] += 1
        mean = probability(odds / np.maximum(np.float32(1), opinions)[:, None])
        listened = opinions[:, None] > 0
        return Posterior(np.concatenate([mean * listened, listened], axis=1, dtype=np.float32), self.labels, HOP_S)


def _between_frames(stretch: Posterior, times_s: npt.NDArray[np.floating]) -> Values:
    """[times, labels] interpolated linearly between the middles of the frames."""
    middles_s = stretch.start_s + (np.arange(len(stretch.values)) + 0.5) * stretch.hop_s
    columns = [np.interp(times_s, middles_s, column) for column in stretch.values.T]
    return np.stack(columns, axis=1).astype(np.float32)
