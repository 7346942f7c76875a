"""8-bit products: what they round, that rows do not see each other, that words, emotions and sounds stay those of fp32."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import EXAMPLES
from tests.edits import edits
from video_pipeline.core.waveform import Samples
from video_pipeline.media.decode import audio_blocks
from video_pipeline.speech.errors import EngineUnavailable
from video_pipeline.speech.sensevoice import fbank, features, forward, int8, loading, precision, weights
from video_pipeline.speech.sensevoice.forward import Answer
from video_pipeline.speech.windows import WindowOptions, windows

Signals = Callable[[int, float, float], list[Samples]]
CPU = torch.device("cpu")
CUDA = torch.device("cuda")

needs_int8 = pytest.mark.skipif(not int8.is_native(), reason="this processor has neither VNNI nor AMX")


def module(inputs: int, outputs: int, spread: float) -> torch.nn.Linear:
    torch.manual_seed(inputs + outputs)
    made = torch.nn.Linear(inputs, outputs)
    made.weight.data *= torch.logspace(-spread, spread, outputs)[:, None]  # channels of very different size
    return made


@needs_int8
@given(rows=st.integers(1, 40), inputs=st.sampled_from([16, 144, 560]), loudness=st.floats(-4, 4), positive=st.booleans())
@settings(max_examples=30, deadline=None)
def test_a_row_is_off_by_at_most_its_own_and_the_channels_half_steps(
    rows: int, inputs: int, loudness: float, positive: bool
) -> None:
    layer, plain = int8.Int8Linear(module(inputs, 48, 2.0)), module(inputs, 48, 2.0)
    x = torch.randn(rows, inputs) * torch.logspace(-loudness, loudness, rows)[:, None]
    x = x.relu() if positive else x
    with torch.inference_mode():
        found = (layer.plus_of_positive if positive else layer.plus)(x, torch.zeros(rows, 48))
        wanted, weight = plain(x), plain.weight
        row_step = x.abs().amax(1, keepdim=True) / (255 if positive else 127)
        channel_step = weight.abs().amax(1) / 127
        most = row_step / 2 * weight.abs().sum(1) + channel_step / 2 * (x.abs() + row_step / 2).sum(1, keepdim=True)
        assert ((found - wanted).abs() <= most * 1.001 + 1e-5 * (1 + wanted.abs())).all()


@needs_int8
def test_a_row_gets_the_same_bits_whatever_lies_beside_it() -> None:
    layer, x = int8.Int8Linear(module(144, 48, 1.0)), torch.randn(50, 144)
    x[7] *= 1e6
    x[8] = 0
    with torch.inference_mode():
        together = layer(x)
        for k in (0, 7, 8, 49):
            assert torch.equal(layer(x[k : k + 1])[0], together[k])
        assert torch.equal(layer(x.bfloat16()), layer(x.bfloat16().float())), "codes are never rounded in bf16"
        torch.testing.assert_close(together[8], layer._bias)


@needs_int8
@pytest.mark.parametrize("frames", [30, 2_500])
def test_a_window_gets_the_same_answer_in_any_batch(loaded: Any, signals: Signals, frames: int) -> None:
    asked = [forward.Question(features.stock_features(sound, loaded.frontend)) for sound in signals(12, 0.4, 4.0)]
    model = forward.Forward(loaded, torch.int8, 700)
    expected = model.run(asked)
    for one, other in zip(forward.Forward(loaded, torch.int8, frames).run(asked[::-1])[::-1], expected, strict=True):
        assert np.array_equal(one.ids, other.ids)
        np.testing.assert_allclose(one.events, other.events, atol=2e-2)


@pytest.fixture(scope="module")
def spoken() -> list[Samples]:
    """The demo's utterances, as they are and softer: the demo model is sure of them."""
    said = [window.samples for window in windows(audio_blocks(EXAMPLES / "demo.mp4"), WindowOptions())]
    return [np.asarray(gain * sound, np.float32) for gain in (1.0, 0.6, 0.3) for sound in said]


def tokens(answer: Answer) -> list[int]:
    return forward.collapsed(answer.ids[forward.QUERIES :])


@pytest.mark.parametrize("dtype", [torch.bfloat16, pytest.param(torch.int8, marks=needs_int8)])
def test_words_emotions_and_sounds_are_those_of_fp32(spoken: list[Samples], dtype: torch.dtype) -> None:
    loaded = loading.load(weights.demo_folder(), CPU)
    asked = [forward.Question(one) for one in fbank.features(spoken, fbank.Stacking.of(loaded.frontend), CPU)]
    precise, quick = (forward.Forward(loaded, kind, 2_500).run(asked) for kind in (torch.float32, dtype))
    pairs = list(zip(precise, quick, strict=True))
    wrong, said = sum(edits(tokens(a), tokens(b)) for a, b in pairs), sum(len(tokens(a)) for a, _ in pairs)
    assert said > 300, "there must be something to compare"
    assert wrong < 0.003 * said
    for kind in ("languages", "emotions", "events"):
        same = [getattr(a, kind).argmax() == getattr(b, kind).argmax() for a, b in pairs]
        assert np.mean(same) >= 0.995, kind


@pytest.mark.parametrize(
    ("has", "expected"),
    [
        ({"avx512_vnni": True}, True),
        ({"avx_vnni": True}, True),
        ({"amx_int8": True}, True),
        ({"avx2": True, "avx512_f": True, "amx_bf16": True}, False),
        ({}, False),
    ],
)
def test_int8_is_taken_where_the_processor_has_it(has: dict[str, Any], expected: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(int8, "_capabilities", lambda: has)
    monkeypatch.setattr(int8, "_works", lambda: True)
    monkeypatch.setattr(precision, "has_amx", lambda: False)
    int8.is_native.cache_clear()
    try:
        found = precision.precision_of("auto", CPU)
        assert (found is torch.int8) is expected
        if not expected:
            with pytest.raises(EngineUnavailable, match="VNNI or AMX"):
                precision.precision_of("int8", CPU)
    finally:
        int8.is_native.cache_clear()


def test_bf16_is_taken_where_its_tiles_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(int8, "is_native", lambda: True)
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: True)
    assert precision.precision_of("auto", CPU) is torch.bfloat16, "faster there than finding the codes"
    assert precision.precision_of("int8", CPU) is torch.int8, "for its memory"


def test_a_torch_without_the_operations_does_without(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*arguments: Any) -> Any:
        raise AttributeError("no such operation")

    monkeypatch.setattr(int8, "_product", gone)
    assert not int8._works()


def test_a_precision_that_is_asked_for_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    assert precision.precision_of("fp32", CPU) is torch.float32
    assert precision.precision_of("bf16", CPU) is torch.bfloat16
    for ampere in (True, False):
        monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation, ampere=ampere: ampere)
        assert precision.precision_of("auto", CUDA) is (torch.bfloat16 if ampere else torch.float16)
        if not ampere:
            with pytest.raises(EngineUnavailable, match="Ampere"):
                precision.precision_of("bf16", CUDA)
    with pytest.raises(EngineUnavailable, match="the device is cuda"):
        precision.precision_of("int8", CUDA)
