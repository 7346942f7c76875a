"""What a GPU runs: its form of the layers and of the speech detector gives what the processor's gives.

The same functions run on the processor here; where there is a GPU, on it too. `VIDEO_PIPELINE_GPU=1` makes its absence a failure.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from video_pipeline.core.waveform import RATE_HZ, Samples
from video_pipeline.speech.sensevoice import forward, gpu_layers, layers
from video_pipeline.speech.sensevoice.gpu_vad import GpuVad
from video_pipeline.speech.sensevoice.listener import Listener
from video_pipeline.speech.vad import SileroVad

Signals = Callable[[int, float, float], list[Samples]]
CPU = torch.device("cpu")


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


def differences(pairs: list[tuple[layers.Layer, gpu_layers.GpuLayer]], width: int, lengths: list[int]) -> list[float]:
    layout = layers.Layout.of(lengths, 10, CPU)
    torch.manual_seed(len(lengths))
    x = torch.randn(sum(lengths), width)
    found = []
    with torch.inference_mode():
        for ours, gpus in pairs:
            expected = ours(x, layout)
            found.append(float((gpus(x, layout) - expected).abs().max() / expected.abs().max()))
            x = expected
    return found


@pytest.mark.parametrize("lengths", [[1], [5, 5, 9], [3, 40, 41, 41, 200]])
def test_a_layer_is_the_same_in_both_forms(pairs: Any, loaded: Any, lengths: list[int]) -> None:
    width = loaded.model.encoder.encoders0[0].in_size
    assert max(differences(pairs, width, lengths)) < 1e-5


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
        (ids, chances), (all_ids, all_chances) = model._best_of(rows, on_gpu=False), model._best_of(rows, on_gpu=True)
    assert torch.equal(ids, all_ids)
    torch.testing.assert_close(chances, all_chances)
    assert (ids == forward.BLANK).any() or len(set(ids.tolist())) > 1


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
