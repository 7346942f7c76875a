"""The model's input for many windows at once: Kaldi's log-mel energies in a few matrix operations, stacked and normalised.

Same arithmetic as `kaldi-native-fbank` with dither 0 (Hamming window, snipped edges, power spectrum, natural logarithm), which
funasr's frontend calls window by window; here with torch's FFT over all frames of all windows together.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from video_pipeline.core.waveform import RATE_HZ, Samples

# All numbers of the features are fixed by the model's training with Kaldi's defaults.
FRAME = 400
"""Samples, 25 ms."""
HOP = 160
"""Samples, 10 ms."""
FFT = 512
"""Samples: the next power of two."""
MELS = 80
_LOWEST_HZ = 20.0
_HIGHEST_HZ = 8000.0
_PREEMPHASIS = 0.97
_SCALE = float(1 << 15)
"""Kaldi's samples are 16-bit numbers."""
_FLOOR = float(np.finfo(np.float32).eps)
"""Kaldi's lower bound, so that the logarithm of silence is finite."""
_FRAMES_AT_ONCE = 16_384
"""26 MB of frames: bounds the memory of any batch."""

Tensor = torch.Tensor


@dataclass(frozen=True, slots=True)
class Stacking:
    """How frames become the model's input: `width` frames stacked every `step`, then `(x + shift) * scale`, both [width * 80]."""

    width: int
    step: int
    shift: Tensor
    scale: Tensor

    @classmethod
    def of(cls, frontend: object) -> Stacking:
        """From funasr's `WavFrontend`, which has read the CMVN from the checkpoint."""
        cmvn = torch.as_tensor(frontend.cmvn, dtype=torch.float32)  # type: ignore[attr-defined]
        return cls(int(frontend.lfr_m), int(frontend.lfr_n), cmvn[0], cmvn[1])  # type: ignore[attr-defined]


def features(windows: Sequence[Samples], stacking: Stacking, device: torch.device) -> list[Tensor]:
    """[frames, width * 80] of each window, on `device`. Windows have at least `FRAME` samples, all finite.

    A batch needs one transfer to a GPU and a handful of operations, whatever its number of windows.
    """
    counts = [1 + (len(window) - FRAME) // HOP for window in windows]
    energies = _log_mel(windows, counts, device)
    index, rows = _stacking_index(counts, stacking)
    stacked = energies[index.to(device)].flatten(1)
    return list(torch.split((stacked + stacking.shift.to(device)) * stacking.scale.to(device), rows))


def log_mel(windows: Sequence[Samples], device: torch.device) -> list[Tensor]:
    """[frames, 80] of each window, as Kaldi's `fbank` computes them."""
    counts = [1 + (len(window) - FRAME) // HOP for window in windows]
    return list(torch.split(_log_mel(windows, counts, device), counts))


def _log_mel(windows: Sequence[Samples], counts: Sequence[int], device: torch.device) -> Tensor:
    """[frames of all windows, 80]."""
    ends = np.cumsum([len(window) for window in windows])
    parts = zip(windows, counts, ends, strict=True)
    starts = np.concatenate([end - len(window) + HOP * np.arange(count) for window, count, end in parts])
    sound = torch.from_numpy(np.concatenate(windows).astype(np.float32, copy=False)).to(device)
    every = sound.unfold(0, FRAME, 1)
    return torch.cat([_energies(every[part]) for part in torch.split(torch.from_numpy(starts).to(device), _FRAMES_AT_ONCE)])


def _energies(frames: Tensor) -> Tensor:
    """Kaldi's order: remove the mean, pre-emphasise, window, power spectrum, mel, logarithm."""
    hamming, mel = _constants(frames.device)
    frames = frames * _SCALE
    frames = frames - frames.mean(dim=1, keepdim=True)
    # The first sample has no predecessor and is pre-emphasised with itself.
    before = torch.cat([frames[:, :1], frames[:, :-1]], dim=1)
    frames = (frames - _PREEMPHASIS * before) * hamming
    spectrum = torch.fft.rfft(frames, n=FFT)
    power = spectrum.real.square() + spectrum.imag.square()
    energies: Tensor = power[:, :-1] @ mel
    return energies.clamp_min_(_FLOOR).log_()


@functools.lru_cache(maxsize=4)
def _constants(device: torch.device) -> tuple[Tensor, Tensor]:
    """The window [400] and the mel filters [256, 80] (Kaldi gives the bin at half the rate no weight)."""
    angle = 2 * math.pi * torch.arange(FRAME, dtype=torch.float64) / (FRAME - 1)
    hamming = 0.54 - 0.46 * torch.cos(angle)
    return hamming.float().to(device), _mel_filters().to(device)


def _mel_filters() -> Tensor:
    """Triangles evenly spaced on the mel scale 1127 ln(1 + f / 700), with slopes linear in mel."""

    def mel(hz: Tensor) -> Tensor:
        return 1127.0 * torch.log1p(hz / 700.0)

    edges = torch.tensor([_LOWEST_HZ, _HIGHEST_HZ], dtype=torch.float64)
    low, high = mel(edges).tolist()
    step = (high - low) / (MELS + 1)
    left = low + step * torch.arange(MELS, dtype=torch.float64)
    bins = mel(torch.arange(FFT // 2, dtype=torch.float64) * RATE_HZ / FFT)[:, None]
    up, down = (bins - left) / step, (left + 2 * step - bins) / step
    return torch.minimum(up, down).clamp_min(0).float()


def _stacking_index(counts: Sequence[int], stacking: Stacking) -> tuple[Tensor, list[int]]:
    """The frames that are stacked [rows, width], numbered over all windows, and each window's number of rows.

    `width` frames every `step`; a window's first and last frame are repeated beyond its ends.
    """
    rows = [-(-count // stacking.step) for count in counts]
    lead = (stacking.width - 1) // 2
    firsts = np.repeat(np.cumsum(counts) - counts, rows)
    lasts = np.repeat(np.asarray(counts) - 1, rows)
    centres = np.concatenate([np.arange(count) for count in rows]) * stacking.step - lead
    index = np.clip(centres[:, None] + np.arange(stacking.width), 0, lasts[:, None]) + firsts[:, None]
    return torch.from_numpy(index), rows
