"""Fuses the posteriors of several detectors: label by label the weighted mean of the log-odds of those that analysed the place.

This is the logarithmic opinion pool (Genest and Zidek, "Combining Probability Distributions", Statistical Science 1986): a
certain detector outweighs an uncertain one. A detector without an opinion about a place or a label takes no part there, so it
cannot pull the result towards 0. Where no detector with a weight has an opinion, the first of the others decides.
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
_LEAST_PROBABILITY = 0.5 / 255
"""Probabilities are bounded to half a step of a stored posterior, so that log-odds are finite."""
_LED = (Sound.LAUGHTER, Sound.APPLAUSE, Sound.CHEER, Sound.MUSIC)
"""The sounds that the small detector knows."""
_SLIDING_WEIGHT = 0.3
"""Of the sliding windows for those sounds, against 1 of the small detector. Chosen by hand: they place sounds less precisely."""
_TAGS_WEIGHT = 0.5
"""Of the engine's tags for the other sounds, against 1 of the sliding windows. Chosen by hand: one tag covers a whole window."""


def default_weights() -> dict[str, dict[Sound, float]]:
    """By detector and sound.

    The small detector leads for the sounds it knows: it was trained for them and places them to 50 ms. The speech model's sliding
    windows only adjust it there. The model's tags, one per spoken window, cannot place a sound; they count for other sounds only.
    """
    weights = {name: dict.fromkeys(Sound, 1.0) for name in DETECTORS.built_in}
    weights["sliding"] |= dict.fromkeys(_LED, _SLIDING_WEIGHT)
    weights["tags"] = {sound: 0.0 if sound in _LED else _TAGS_WEIGHT for sound in Sound}
    return weights


@dataclass(frozen=True, slots=True)
class Calibration:
    """Makes a detector's probabilities comparable with others': log-odds divided by `temperature`, then `offset` added."""

    temperature: float = 1.0
    """Above 1 for an overconfident detector (Guo et al., "On Calibration of Modern Neural Networks", 2017)."""
    offset: float = 0.0
    """Below 0 for a detector with too many false alarms."""

    def applied(self, odds: Values) -> Values:
        return odds / np.float32(self.temperature) + np.float32(self.offset)


UNCHANGED = Calibration()
CALIBRATIONS: dict[tuple[str, str], Calibration] = {}
"""By detector and label; probabilities of the others stay as they are."""


def log_odds(values: Values) -> Values:
    bounded = np.clip(values, _LEAST_PROBABILITY, 1 - _LEAST_PROBABILITY)
    return np.asarray(np.log(bounded / (1 - bounded)), np.float32)


def probability(odds: npt.NDArray[np.floating]) -> Values:
    return np.asarray(1 / (1 + np.exp(-odds)), np.float32)


def fuse(
    posteriors: Mapping[str, Posterior],
    weights: Weights,
    duration_s: float,
    calibrations: Mapping[tuple[str, str], Calibration] = CALIBRATIONS,
) -> Posterior:
    """One posterior of all `LABELS` on the common hop; 0 for a label that no detector knows.

    Args:
        posteriors: by the detector's name, the more trusted first.
        weights: by detector and sound; missing pairs count as 0.
    """
    grid = {name: posterior.resampled(HOP_S, duration_s) for name, posterior in posteriors.items()}
    values = np.zeros((int(np.ceil(duration_s / HOP_S - 1e-9)), len(LABELS)), np.float32)
    for column, label in enumerate(LABELS):
        opinions = [
            _Opinion(
                _calibrated(posterior.curve(label).values, calibrations.get((name, label), UNCHANGED)),
                posterior.curve(LISTENED).values > 0.5 if LISTENED in posterior.labels else np.ones(len(values), np.bool_),
                weights.get(name, {}).get(label, 0.0) if isinstance(label, Sound) else 0.0,
            )
            for name, posterior in grid.items()
            if label in posterior.labels
        ]
        values[:, column] = _pooled(opinions, len(values))
    return Posterior(values, LABELS, HOP_S)


@dataclass(frozen=True, slots=True, eq=False)
class _Opinion:
    """One detector on one label."""

    values: Values
    """[frames] probabilities."""
    listened: Mask
    """[frames] where the detector has an opinion."""
    weight: float


def _pooled(opinions: Iterable[_Opinion], frames: int) -> Values:
    """[frames] the pool of the weighted opinions; a single one as it is; where there is none the first without a weight."""
    odds, total_weight, single, unweighted = np.zeros((4, frames), np.float32)
    weighted_count, has_unweighted = np.zeros(frames, np.int32), np.zeros(frames, np.bool_)
    for opinion in opinions:
        if opinion.weight > 0:
            weight = opinion.listened * np.float32(opinion.weight)
            odds += weight * log_odds(opinion.values)
            total_weight += weight
            single += opinion.values * opinion.listened
            weighted_count += opinion.listened
        else:
            unweighted = np.where(opinion.listened & ~has_unweighted, opinion.values, unweighted)
            has_unweighted |= opinion.listened
    pooled = probability(np.divide(odds, total_weight, where=total_weight > 0, out=odds))
    return np.where(weighted_count == 0, unweighted, np.where(weighted_count == 1, single, pooled)).astype(np.float32)


def _calibrated(values: Values, calibration: Calibration) -> Values:
    return values if calibration == UNCHANGED else probability(calibration.applied(log_odds(values)))
