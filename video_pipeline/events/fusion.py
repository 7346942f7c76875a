"""Several detectors' posteriors as one: the weighted mean of their log-odds, label by label, of those that listened there.

This is the logarithmic opinion pool (Genest and Zidek, "Combining Probability Distributions", Statistical Science 1986): who is
sure outweighs who shrugs. A detector without an opinion at some place, or about some label, takes no part there: nothing is
pulled towards 0 by somebody who did not listen. Where nobody with a weight listened, the first of the others decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from video_pipeline.core.labels import Sound
from video_pipeline.core.posterior import Mask, Posterior, Values
from video_pipeline.events import DETECTORS
from video_pipeline.events.base import HOP_S, LISTENED

Weights = Mapping[str, Mapping[Sound, float]]
LABELS = (*Sound, "speech")
"""The columns of a fused posterior."""
_LEAST_ODDS = 0.5 / 255
"""Half a step of a stored posterior: as sure as anybody can be."""


def default_weights() -> dict[str, dict[Sound, float]]:
    """The small detector leads where it knows the sound: it was made for this, and places sounds to a twentieth of a second.

    The speech model's sliding windows only lean on it there. Its tags, one a spoken window, place nothing; they are heard about
    sounds that nobody else knows.
    """
    weights = {name: dict.fromkeys(Sound, 1.0) for name in DETECTORS.built_in}
    led = (Sound.LAUGHTER, Sound.APPLAUSE, Sound.CHEER, Sound.MUSIC)
    weights["sliding"] |= dict.fromkeys(led, 0.3)
    weights["tags"] = {sound: 0.0 if sound in led else 0.5 for sound in Sound}
    return weights


@dataclass(frozen=True, slots=True)
class Calibration:
    """From a detector's own probability to one that can be compared: log-odds divided by `temperature`, then `offset` added.

    Attributes:
        temperature: above 1 for a detector that is surer than it is right (Guo et al., "On Calibration of Modern Neural
            Networks", 2017).
        offset: below 0 for one that hears the sound more often than it is there.
    """

    temperature: float = 1.0
    offset: float = 0.0

    def applied(self, odds: Values) -> Values:
        return odds / np.float32(self.temperature) + np.float32(self.offset)


AS_IT_IS = Calibration()
CALIBRATIONS: dict[tuple[str, str], Calibration] = {}
"""By detector and label; what has not been measured is taken as it is."""


def log_odds(values: Values) -> Values:
    bounded = np.clip(values, _LEAST_ODDS, 1 - _LEAST_ODDS)
    return np.asarray(np.log(bounded / (1 - bounded)), np.float32)


def probability(odds: npt.NDArray[np.floating]) -> Values:
    return np.asarray(1 / (1 + np.exp(-odds)), np.float32)


def fuse(
    posteriors: Mapping[str, Posterior],
    weights: Weights,
    duration_s: float,
    calibrations: Mapping[tuple[str, str], Calibration] = CALIBRATIONS,
) -> Posterior:
    """One posterior of all `LABELS` on the common hop; 0 for a label that nobody knows.

    Args:
        posteriors: by the detector's name, the more trusted first.
        weights: by detector and sound; a pair that is missing weighs 0.
    """
    grid = {name: posterior.resampled(HOP_S, duration_s) for name, posterior in posteriors.items()}
    values = np.zeros((int(np.ceil(duration_s / HOP_S - 1e-9)), len(LABELS)), np.float32)
    for column, label in enumerate(LABELS):
        voices = [
            _Voice(
                _calibrated(posterior.curve(label).values, calibrations.get((name, label), AS_IT_IS)),
                posterior.curve(LISTENED).values > 0.5 if LISTENED in posterior.labels else np.ones(len(values), np.bool_),
                weights.get(name, {}).get(label, 0.0) if isinstance(label, Sound) else 0.0,
            )
            for name, posterior in grid.items()
            if label in posterior.labels
        ]
        values[:, column] = _pooled(voices, len(values))
    return Posterior(values, LABELS, HOP_S)


@dataclass(frozen=True, slots=True, eq=False)
class _Voice:
    """One detector on one label: `values` and `listened` [frames]."""

    values: Values
    listened: Mask
    weight: float


def _pooled(voices: Iterable[_Voice], frames: int) -> Values:
    odds, total, alone, rest = np.zeros((4, frames), np.float32)
    speakers, settled = np.zeros(frames, np.int32), np.zeros(frames, np.bool_)
    for voice in voices:
        if voice.weight > 0:
            weight = voice.listened * np.float32(voice.weight)
            odds += weight * log_odds(voice.values)
            total += weight
            alone += voice.values * voice.listened
            speakers += voice.listened
        else:
            rest = np.where(voice.listened & ~settled, voice.values, rest)
            settled |= voice.listened
    together = probability(np.divide(odds, total, where=total > 0, out=odds))
    return np.where(speakers == 0, rest, np.where(speakers == 1, alone, together)).astype(np.float32)


def _calibrated(values: Values, calibration: Calibration) -> Values:
    return values if calibration == AS_IT_IS else probability(calibration.applied(log_odds(values)))
