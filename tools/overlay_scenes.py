"""Training scenes laid over each other, so that sounds meet that seldom do: claps and cheers, rain and talk, two laughs.

Scenes are log-mel energies, which add without the sound being made again, so no two lessons see the same mixture.
"""

from __future__ import annotations

import numpy as np
from training_scenes import FRAME, LABELS, UNSURE, Scenes

from video_pipeline.events.compact.features import HOP

SHARE = 0.5
"""Of scenes that get another one on top."""
GAIN_DB = (-10.0, 6.0)
DROWNED = 10.0
"""Times more power: what lies 10 dB under the other scene may not be heard any more."""


def as_they_are(some: Scenes, rng: np.random.Generator) -> Scenes:
    return some


def overlaid(some: Scenes, rng: np.random.Generator) -> Scenes:
    """Some of the scenes with another one on top: energies add, and labels with them.

    Of a sound that drowns in the other scene nobody can be sure, nor of applause where people cheer, for many clap as they do.
    """
    mels, truths = some[0].copy(), some[1].copy()
    applause, cheer = LABELS.index("applause"), LABELS.index("cheer")
    truths[..., applause][(truths[..., cheer] > 0) & (truths[..., applause] == 0)] = UNSURE
    chosen, others = rng.random(len(mels)) < SHARE, rng.permutation(len(mels))
    gain_db = rng.uniform(*GAIN_DB, (len(mels), 1, 1)).astype(np.float32)
    one, other = 10 ** mels[chosen], (10 ** (mels[others] + gain_db / 10))[chosen]
    drowned = drowns(other, one), drowns(one, other)
    labels = [np.where((t > 0) & d, UNSURE, t) for t, d in zip((truths[chosen], truths[others][chosen]), drowned, strict=True)]
    heard, unsure = np.maximum(*labels) > 0, np.minimum(*labels) < 0
    mels[chosen] = np.log10(one + other)
    truths[chosen] = np.where(heard, 1.0, np.where(unsure, UNSURE, 0.0))
    return mels, truths


def drowns(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """[scenes, frames, 1] where `one`, powers [scenes, feature frames, BANDS], drowns `other`."""
    count, rows, bands = one.shape
    levels = [powers.reshape(count, rows * HOP // FRAME, FRAME // HOP, bands).mean(axis=(2, 3)) for powers in (one, other)]
    return (levels[0] > DROWNED * levels[1])[..., None]
