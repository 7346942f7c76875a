"""From sound to the model's input: 80 log-mel energies every 10 ms, seven stacked every 60 ms, normalised.

Prepares windows, and calls funasr's own frontend if its features are wanted bit for bit; `fbank` is the fast way.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from video_pipeline.core.waveform import RATE_HZ, Samples

FRAME_S = 0.060
"""Time from one stacked frame to the next."""

MIN_SAMPLES = 400
"""One analysis frame of 25 ms. funasr would shrink the frame for shorter sounds, which the model never saw in training."""
MAX_SAMPLES = 60 * RATE_HZ
"""Longer windows are split: attention needs memory with the square of the length. A multiple of the 60 ms frames, so that the
frames of the parts lie on the grid of the whole."""
_LOUDEST = 10.0
"""20 dB above full scale. Beyond, the energies of broken decoders overflow to infinity and every token becomes noise."""
_FAINTEST = 2.0**-16
"""Half a step of 16-bit sound: samples that stay below are digital silence."""


def is_silent(samples: Samples) -> bool:
    """Whether a window is digital silence. The model now and then finds a word in silence, so it is not asked."""
    return not bool(np.any(np.abs(samples) > _FAINTEST))


def parts(samples: Samples) -> list[Samples]:
    """A window as the model takes it: finite samples, in pieces of at most `MAX_SAMPLES`; none if it is too short."""
    clean = np.asarray(samples, np.float32)
    clean = np.clip(np.where(np.isfinite(clean), clean, np.float32(0)), -_LOUDEST, _LOUDEST)
    pieces = (clean[start : start + MAX_SAMPLES] for start in range(0, len(clean), MAX_SAMPLES))
    return [piece for piece in pieces if len(piece) >= MIN_SAMPLES]


def stock_features(samples: Samples, frontend: Any) -> torch.Tensor:
    """[frames, 560] by funasr's own `WavFrontend` (dither 0), bit for bit."""
    values, _ = frontend(torch.from_numpy(samples)[None], [len(samples)])
    features: torch.Tensor = values[0]
    return features
