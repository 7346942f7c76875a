"""Silero's speech detector on a GPU, for several files at once.

The same network as the ONNX file (a short-time Fourier transform as a convolution, four more convolutions, one LSTM, one output)
with the same weights, read from the package's TorchScript file; those of its safetensors file belong to an older version. Layers
that see one frame only run over all frames of all files together; the LSTM runs over the files side by side, each from its state.
"""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import conv1d, pad
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

from video_pipeline.core.extras import missing
from video_pipeline.core.waveform import Samples
from video_pipeline.speech.gathered import Gathered
from video_pipeline.speech.vad import Probabilities, State

_WEIGHTS = "silero_vad.jit"
# The network's shape, as in the file of its weights.
_WIDTH = 128
"""Of the LSTM."""
_BINS = 129
"""Frequencies of the Fourier transform; as many rows of sines follow those of cosines."""
_HOP = 128
"""Samples from one transform to the next."""
_REFLECTED = 64
"""Samples that are mirrored at a frame's end."""
_STRIDES = (1, 2, 2, 1)
"""Of the four convolutions."""
_LSTM = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
_FRAMES_AT_ONCE = 32_768
"""17 minutes of sound: bounds memory, whatever the number of files."""

Tensor = torch.Tensor


@dataclass(frozen=True, slots=True, eq=False)
class _Stretch:
    """Consecutive frames [n, 576] of one file, and the LSTM's state before them."""

    frames: Samples
    state: State


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    probabilities: Probabilities
    state: State


class GpuVad:
    """A `VadModel` for any number of threads, one file each."""

    def __init__(self, device: torch.device) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # TorchScript is deprecated, but the package ships no other form
            stored = torch.jit.load(str(_stored_weights()), map_location=device).state_dict()  # type: ignore[no-untyped-call]
        own = {name.removeprefix("_model."): tensor for name, tensor in stored.items() if name.startswith("_model.")}
        self._device = device
        self._spectrum = own["stft.forward_basis_buffer"]
        self._layers = [(_pair(own, f"encoder.{k}.reparam_conv"), stride) for k, stride in enumerate(_STRIDES)]
        self._output = _pair(own, "decoder.decoder.2")
        self._lstm = torch.nn.LSTM(_WIDTH, _WIDTH).to(device)
        self._lstm.load_state_dict({f"{name}_l0": own[f"decoder.rnn.{name}"] for name in _LSTM})
        self._hear = Gathered(self._all)

    def __call__(self, frames: Samples, state: State) -> tuple[Probabilities, State]:
        (found,) = self._hear([_Stretch(frames, state)])
        return found.probabilities, found.state

    def _all(self, stretches: Sequence[_Stretch]) -> list[_Found]:
        lengths = [len(stretch.frames) for stretch in stretches]
        with torch.inference_mode():
            frames = torch.from_numpy(np.concatenate([stretch.frames for stretch in stretches])).to(self._device)
            seen = torch.cat([self._seen(part) for part in torch.split(frames, _FRAMES_AT_ONCE)])
            heard, hidden, cell = self._remembered(torch.split(seen, lengths), [stretch.state for stretch in stretches])
            final = conv1d(heard.relu()[:, :, None], *self._output)
            probabilities = np.split(final.sigmoid().flatten().cpu().numpy(), np.cumsum(lengths)[:-1])
            states = zip(hidden.cpu().numpy()[0], cell.cpu().numpy()[0], strict=True)
        return [_Found(p, (h[None, None], c[None, None])) for p, (h, c) in zip(probabilities, states, strict=True)]

    def _seen(self, frames: Tensor) -> Tensor:
        """[frames, 128] features of each frame alone."""
        x = pad(frames, (0, _REFLECTED), mode="reflect")[:, None]
        x = conv1d(x, self._spectrum, stride=_HOP)
        x = (x[:, :_BINS].square() + x[:, _BINS:].square()).sqrt()
        for pair, stride in self._layers:
            x = conv1d(x, *pair, stride, padding=1).relu()
        return x.squeeze(-1)

    def _remembered(self, stretches: Sequence[Tensor], states: Sequence[State]) -> tuple[Tensor, Tensor, Tensor]:
        """The LSTM's outputs [frames of all stretches, 128], and its states [1, stretches, 128] after each."""
        hidden, cell = (torch.from_numpy(np.concatenate(part, axis=1)).to(self._device) for part in zip(*states, strict=True))
        lengths = torch.tensor([len(stretch) for stretch in stretches])
        packed = pack_padded_sequence(pad_sequence(list(stretches)), lengths, enforce_sorted=False)
        out, (hidden, cell) = self._lstm(packed, (hidden, cell))
        padded, _ = pad_packed_sequence(out)
        return torch.cat([padded[:length, k] for k, length in enumerate(lengths.tolist())]), hidden, cell


def _pair(stored: Mapping[str, Tensor], name: str) -> tuple[Tensor, Tensor]:
    return stored[f"{name}.weight"], stored[f"{name}.bias"]


def _stored_weights() -> Path:
    """The file inside the installed silero-vad package, found without importing it: the import limits torch to one thread."""
    spec = importlib.util.find_spec("silero_vad")
    if spec is None or not spec.origin:
        raise missing("silero_vad")
    return Path(spec.origin).with_name("data") / _WEIGHTS
