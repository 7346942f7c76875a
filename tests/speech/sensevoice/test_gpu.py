"""What a GPU runs: its form of the layers and of the speech detector gives what the processor's gives.

The same functions run on the processor here; where there is a GPU, on it too. `VIDEO_PIPELINE_GPU=1` makes its absence a failure.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from video_pipeline.core.waveform import RATE_HZ, Samples
from video_pipeline.speech.sensevoice import encoder, forward, gpu_layers, layers
from video_pipeline.speech.sensevoice.gpu_vad import GpuVad
from video_pipeline.speech.sensevoice.listener import Listener
from video_pipeline.speech.vad import SileroVad

Signals = Callable[[int, float, float], list[Samples]]
CPU = torch.device("cpu")
MOST_KERNELS = {True: 900, False: 1_000}
"""Of all 70 layers, whatever the batch, with flash attention and without (before Ampere)."""
MOST_BYTES_A_ROW = {True: 3.5e6, False: 4.5e6}
"""When the memory was a sum of shifted rows, it was 17.6 MB."""


@pytest.fixture(scope="module")
def gpu() -> torch.device:
    if not torch.cuda.is_available():
        if os.environ.get("VIDEO_PIPELINE_GPU"):
            pytest.fail("VIDEO_PIPELINE_GPU is set, and PyTorch finds no GPU")
        pytest.skip("PyTorch finds no GPU")
    return torch.device("cuda")


@pytest.fixture
def pairs(loaded: Any) -> list[tuple[layers.Layer, gpu_layers.GpuLayer]]:
    encoder = loaded.model.encoder
    modules = [*encoder.encoders0, *encoder.encoders, *encoder.tp_encoders]
    assert len(modules) >= 3, "the first layer and others"
    return [(layers.Layer(module, torch.float32), gpu_layers.GpuLayer(module, torch.float32)) for module in modules]


def differences(
    pairs: list[tuple[layers.Layer, gpu_layers.GpuLayer]], width: int, lengths: list[int], masked: bool = False
) -> list[float]:
    layout = layers.Layout.of(lengths, 10, CPU)
    places = gpu_layers.places_of(layout, torch.float32)
    if not masked:
        places = places._replace(padded=None)
    torch.manual_seed(len(lengths))
    x = torch.randn(sum(lengths), width)
    found = []
    with torch.inference_mode():
        for ours, gpus in pairs:
            expected = ours(x, layout)
            spread = x.new_zeros(layout.total, x.shape[1])
            spread[layout.rows] = x
            found.append(float((gpus(spread, places)[layout.rows] - expected).abs().max() / expected.abs().max()))
            x = expected
    return found


@pytest.mark.parametrize("lengths", [[1], [5, 5, 9], [3, 40, 41, 41, 200]])
@pytest.mark.parametrize("masked", [False, True], ids=["flash", "before Ampere"])
def test_a_layer_is_the_same_in_both_forms(pairs: Any, loaded: Any, lengths: list[int], masked: bool) -> None:
    width = loaded.model.encoder.encoders0[0].in_size
    assert max(differences(pairs, width, lengths, masked)) < 1e-5


def test_two_compilations_serve_all_layers_and_all_batches(pairs: Any, loaded: Any) -> None:
    width = loaded.model.encoder.encoders0[0].in_size
    torch._dynamo.reset()
    torch._dynamo.utils.counters.clear()
    gpu_layers.compiled_block.cache_clear()
    for _, layer in pairs:
        layer.run = gpu_layers.compiled_block("eager")
    for lengths in ([5, 5, 9], [3, 40, 41, 41, 200], [7, 8]):
        assert max(differences(pairs, width, lengths)) < 1e-5
    assert torch._dynamo.utils.counters["stats"]["unique_graphs"] == 2


def test_probabilities_of_all_rows_equal_those_of_the_spoken_ones(loaded: Any) -> None:
    model = forward.Forward(loaded, torch.float32, 2_500)
    rows = torch.randn(300, loaded.model.encoder.output_size()) * 3
    with torch.inference_mode():
        (ids, chances, _), (all_ids, all_chances, _) = model._best_of(rows, on_gpu=False), model._best_of(rows, on_gpu=True)
    assert torch.equal(ids, all_ids)
    torch.testing.assert_close(chances, all_chances)
    assert (ids == forward.BLANK).any() or len(set(ids.tolist())) > 1


@dataclass
class Kernels(TorchDispatchMode):
    """Counts what is started on a GPU, and the bytes that it reads and writes: everything but views."""

    count: int = 0
    moved: int = 0

    def __post_init__(self) -> None:
        super().__init__()

    def __torch_dispatch__(self, operation: Any, types: Any, given: Any = (), named: Any = None) -> Any:
        found = operation(*given, **(named or {}))
        if not operation.is_view and "empty" not in str(operation):
            every = [one for one in tree_leaves((given, named, found)) if isinstance(one, torch.Tensor)]
            self.count += any(one.is_meta for one in every)
            self.moved += sum(one.numel() * one.element_size() for one in every if one.is_meta)
        return found


@pytest.mark.parametrize(("flash", "dtype"), [(True, torch.bfloat16), (False, torch.float16), (True, torch.float32)], ids=str)
def test_an_encoder_on_a_gpu_is_few_kernels_that_move_few_bytes(
    flash: bool, dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the real size, on a device that only knows shapes and types. torch without CUDA cannot pretend to be on a GPU."""
    lengths = sorted([27, 44, 64, 94, 134, 184, 254] * 3)
    monkeypatch.setattr(gpu_layers, "has_flash", lambda device: flash)
    monkeypatch.setattr(gpu_layers, "can_compile", lambda: False)
    with torch.inference_mode():
        packed = encoder.PackedEncoder(SimpleNamespace(encoder=real_encoder()), dtype)
        windows = [torch.empty(length, 560, device="meta") for length in lengths]
        with Kernels() as kernels:
            found = packed(windows)
    assert [tuple(one.shape) for one in found] == [(length, 512) for length in lengths]
    assert all(one.is_meta and one.dtype is dtype for one in found)
    if dtype is not torch.float32:  # fp32 is for exact numbers, not for speed
        assert kernels.count <= MOST_KERNELS[flash]
        assert kernels.moved / sum(lengths) < MOST_BYTES_A_ROW[flash]


def real_encoder() -> Any:
    """SenseVoiceSmall's, as tensors without content."""
    from video_pipeline.speech.sensevoice.funasr_classes import tables

    with torch.device("meta"):
        return tables().encoder_classes["SenseVoiceEncoderSmall"](
            input_size=560, output_size=512, attention_heads=4, linear_units=2048, num_blocks=50, tp_blocks=20, kernel_size=11,
            sanm_shfit=0, normalize_before=True,
        )  # fmt: skip


def heard(vad: SileroVad, sound: Samples, block: int) -> np.ndarray:
    parts = [vad.hear(sound[start : start + block]) for start in range(0, len(sound), block)]
    return np.concatenate([*parts, vad.finish()])


def test_speech_is_detected_alike_however_many_files_are_heard_at_once(signals: Signals) -> None:
    model = GpuVad(CPU)
    sounds = [*signals(5, 2.0, 9.0), np.zeros(RATE_HZ // 3, np.float32)]
    expected = [heard(SileroVad(), sound, 7_000) for sound in sounds]
    with ThreadPoolExecutor(len(sounds)) as pool:
        found = list(pool.map(lambda sound: heard(SileroVad(model), sound, 7_000), sounds))
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)
    assert max(float(one.max()) for one in expected) > 0.02, "there must be something to compare"


def test_several_threads_get_the_answers_of_one(small: Path, signals: Signals) -> None:
    listener = Listener(small, CPU, exact=True)
    sounds = [signals(12, 0.4, 5.0)[k::4] for k in range(4)]
    expected = [listener.answers(own) for own in sounds]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(listener.answers, sounds))
    for ours, others in zip(found, expected, strict=True):
        for one, other in zip(ours, others, strict=True):
            assert one is not None and other is not None
            assert np.array_equal(one.ids, other.ids)
            np.testing.assert_allclose(one.events, other.events, atol=1e-4)


def test_a_gpu_hears_what_the_processor_hears(gpu: torch.device, small: Path, signals: Signals) -> None:
    sounds = signals(20, 0.4, 12.0)
    for exact, least in ((True, 0.999), (False, 0.9)):
        ours, gpus = Listener(small, CPU, exact=exact).answers(sounds), Listener(small, gpu, exact=exact).answers(sounds)
        same = [np.mean(a.ids == b.ids) for a, b in zip(ours, gpus, strict=True) if a is not None and b is not None]
        assert np.mean(same) > least


def test_a_gpu_detects_speech_as_the_processor_does(gpu: torch.device, signals: Signals) -> None:
    for sound in signals(4, 2.0, 6.0):
        np.testing.assert_allclose(heard(SileroVad(GpuVad(gpu)), sound, 9_000), heard(SileroVad(), sound, 9_000), atol=1e-3)
