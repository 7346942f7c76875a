"""Sound to the model's input: 80 log-mel energies every 10 ms, seven stacked every 60 ms, normalised.

funasr's own frontend does the arithmetic, one window at a time, so that the features are funasr's to the last bit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from video_pipeline.core.waveform import RATE_HZ, Samples

FRAME_S = 0.060
"""Time from one stacked frame to the next."""

MIN_SAMPLES = 400
"""One analysis frame of 25 ms. funasr would shrink the frame for less, which the model never saw in training."""

MAX_SAMPLES = 60 * RATE_HZ
"""Longer windows go through in parts: attention needs memory with the square of the length. A whole number of 60 ms frames,
so the frames of the parts lie on the grid of the whole."""

_LOUDEST = 10.0
"""20 dB above full scale. Beyond, the energies of broken decoders overflow to infinity and every token becomes noise."""


_FAINTEST = 2.0**-16
"""Half a step of 16-bit sound: what never goes beyond is digital silence."""


def is_silent(samples: Samples) -> bool:
    """Whether there is nothing to hear at all. The model answers silence with a word now and then, so it is not asked."""
    return not bool(np.any(np.abs(samples) > _FAINTEST))


def window_features(samples: Samples, frontend: Any) -> list[torch.Tensor]:
    """The features [frames, 560] of each part of at most `MAX_SAMPLES`; empty for a window too short for one frame.

    Args:
        samples: [n] at 16 kHz, about [-1, 1]; samples that are no number count as silence.
        frontend: funasr's `WavFrontend`, dither 0.
    """
    clean = np.asarray(samples, np.float32)
    clean = np.clip(np.where(np.isfinite(clean), clean, np.float32(0)), -_LOUDEST, _LOUDEST)
    parts = (clean[start : start + MAX_SAMPLES] for start in range(0, len(clean), MAX_SAMPLES))
    return [_features(part, frontend) for part in parts if len(part) >= MIN_SAMPLES]


def _features(samples: Samples, frontend: Any) -> torch.Tensor:
    values, _ = frontend(torch.from_numpy(samples)[None], [len(samples)])
    features: torch.Tensor = values[0]
    return features
