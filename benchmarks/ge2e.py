"""The baseline of `benchmarks.speakers`: Resemblyzer's voice prints (GE2E, 2019) in the place of CAM++, all else the same.

`use(WEIGHTS)` puts them in; WEIGHTS is `resemblyzer/pretrained.pt` of the wheel `resemblyzer` 0.1.4. Its front end is written
again with numpy (librosa's mel filters of Slaney, 25 ms, 40 of them), since the package itself wants old versions of others.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from video_pipeline.core.waveform import RATE_HZ, Samples
from video_pipeline.speech.speakers.own import clustering, runs
from video_pipeline.speech.speakers.own.fbank import FRAME, HOP

_MELS = 40
_TARGET = 10 ** (-30 / 10)
"""Mean power to which quieter sound is raised: -30 dB of full scale."""
_BREAK_HZ = 1000.0
_HZ_PER_MEL = 200.0 / 3
_LOG_STEP = np.log(6.4) / 27
Matrix = npt.NDArray[np.float32]


def use(weights: Path, apart: float) -> None:
    """Take voice prints this way from now on; `apart` is the distance from which voices differ."""
    network = _network(weights)
    replaced: dict[str, Any] = {
        "log_mel": power_mel,
        "centred": lambda features: features,
        "voice_prints": lambda features, starts, length: _prints(network, features, starts, length),
    }
    for name, function in replaced.items():
        setattr(runs, name, function)
    for name in ("SURELY_ONE", "CLEAR", "CHANGE_COST"):
        setattr(clustering, name, getattr(clustering, name) * apart / clustering.APART)
    clustering.APART = apart


def power_mel(samples: Samples) -> Matrix:
    """[frames, 41]: 40 mel powers, and the mean power of the frame."""
    count = max(0, 1 + (len(samples) - FRAME) // HOP)
    if count == 0:
        return np.zeros((0, _MELS + 1), np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(samples, FRAME)[::HOP][:count].astype(np.float32)
    spectra = np.abs(np.fft.rfft(frames * np.hanning(FRAME + 1)[:-1], FRAME)) ** 2
    return np.concatenate([spectra @ _filters().T, (frames**2).mean(axis=1, keepdims=True)], axis=1).astype(np.float32)


def _filters() -> Matrix:
    """[40, 201]: triangles on Slaney's mel scale, each of the same area."""
    edges = _hz(np.linspace(0.0, _mel(RATE_HZ / 2), _MELS + 2))
    bins = np.fft.rfftfreq(FRAME, 1 / RATE_HZ)
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    area = 2.0 / (edges[2:] - edges[:-2])
    return np.asarray(np.maximum(0.0, np.minimum(rising, falling)) * area[:, None], np.float32)


def _mel(hz: float) -> float:
    return hz / _HZ_PER_MEL if hz < _BREAK_HZ else _BREAK_HZ / _HZ_PER_MEL + float(np.log(hz / _BREAK_HZ)) / _LOG_STEP


def _hz(mel: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    knee = _BREAK_HZ / _HZ_PER_MEL
    return np.where(mel < knee, mel * _HZ_PER_MEL, _BREAK_HZ * np.exp(_LOG_STEP * (mel - knee)))


def _network(weights: Path) -> Any:
    import torch

    class Encoder(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.lstm = torch.nn.LSTM(_MELS, 256, 3, batch_first=True)
            self.linear = torch.nn.Linear(256, 256)

        def forward(self, mels: Any) -> Any:
            _, (hidden, _) = self.lstm(mels)
            raw = torch.relu(self.linear(hidden[-1]))
            return raw / raw.norm(dim=1, keepdim=True)

    network = Encoder()
    state = torch.load(weights, map_location="cpu", weights_only=True)["model_state"]
    network.load_state_dict({name: value for name, value in state.items() if name.startswith(("lstm", "linear"))}, strict=True)
    return network.eval()


def _prints(network: Any, features: Matrix, starts: npt.NDArray[np.int64], length: int) -> Matrix:
    import torch

    parts = np.stack([features[start : start + length] for start in starts])
    louder = np.maximum(1.0, _TARGET / np.maximum(parts[..., _MELS:].mean(axis=1, keepdims=True), 1e-12))
    with torch.inference_mode():
        return np.asarray(network(torch.from_numpy(parts[..., :_MELS] * louder)).numpy(), np.float32)
