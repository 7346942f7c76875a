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
from video_pipeline.speech.sensevoice import (
    fbank,
    features,
    forward,
    int8,
    int8_kernels,
    int8_layer,
    layers,
    loading,
    precision,
    weights,
)
from video_pipeline.speech.sensevoice.forward import Answer
from video_pipeline.speech.windows import WindowOptions, windows

Tensor = torch.Tensor
Signals = Callable[[int, float, float], list[Samples]]
CPU = torch.device("cpu")
CUDA = torch.device("cuda")

needs_int8 = pytest.mark.skipif(not int8.is_native(), reason="this processor has neither VNNI nor AMX")


def module(inputs: int, outputs: int, spread: float) -> torch.nn.Linear:
    torch.manual_seed(inputs + outputs)
    made = torch.nn.Linear(inputs, outputs)
    made.weight.data *= torch.logspace(-spread, spread, outputs)[:, None]  # channels of very different size
    return made


def codes(rows: int, width: int) -> int8.Codes:
    torch.manual_seed(rows)
    scales = np.logspace(-3, 3, rows, dtype=np.float32)
    return int8.Codes(torch.randint(0, 256, (rows, width), dtype=torch.uint8), scales, int8.MIDDLE)


def meant(found: int8.Codes) -> Tensor:
    return (found.numbers.float() - found.zero) * torch.from_numpy(found.scales)[:, None]


@needs_int8
@given(rows=st.integers(1, 40), inputs=st.sampled_from([16, 144, 560]))
@settings(max_examples=30, deadline=None)
def test_a_product_is_off_by_at_most_half_a_step_of_its_channel(rows: int, inputs: int) -> None:
    plain, given = module(inputs, 48, 2.0), codes(rows, inputs)
    product = int8_layer.product_of(plain)
    with torch.inference_mode():
        found = torch.from_numpy(product(given) * given.scales[:, None] + product.bias)
        wanted, step = plain(meant(given)), plain.weight.abs().amax(1) / 127
        most = step / 2 * meant(given).abs().sum(1, keepdim=True)
        assert ((found - wanted).abs() <= most * 1.001 + 1e-5 * (1 + wanted.abs())).all()


@needs_int8
@given(rows=st.integers(1, 40), width=st.sampled_from([16, 144, 560]), loudness=st.floats(-4, 4))
@settings(max_examples=30, deadline=None)
def test_codes_of_a_norm_are_within_half_a_step(rows: int, width: int, loudness: float) -> None:
    torch.manual_seed(rows + width)
    plain = torch.nn.LayerNorm(width, eps=1e-12)
    torch.nn.init.normal_(plain.weight)
    torch.nn.init.normal_(plain.bias)
    x = (torch.randn(rows, width) + 3) * torch.logspace(-loudness, loudness, rows)[:, None]
    with torch.inference_mode():
        found, wanted = int8_layer.Norm(plain)(x.numpy()), plain(x)
    step = wanted.abs().amax(1, keepdim=True) / 127
    np.testing.assert_allclose(found.scales, step[:, 0], rtol=2e-3)
    assert ((meant(found) - wanted).abs() <= step * 0.51 + 2e-3 * wanted.abs()).all()


@needs_int8
def test_a_row_of_zeros_stays_one() -> None:
    product, zeros = np.zeros((2, 8), np.float32), np.zeros(8, np.float32)
    found = int8.Codes.room((2, 8), 0)
    int8_kernels.relu_codes(int8_kernels.Scaled(product, np.ones(2, np.float32), zeros), *found.written)
    assert meant(found).abs().max() == 0
    found = int8.Codes.room((2, 8), int8.MIDDLE)
    int8_kernels.norm_codes(product, zeros + 1, zeros, 1e-12, *found.written)
    assert meant(found).abs().max() == 0


@needs_int8
@given(lengths=st.lists(st.integers(1, 30), min_size=1, max_size=6), residual=st.booleans(), bf16=st.booleans())
@settings(max_examples=25, deadline=None)
def test_a_layer_is_close_to_that_in_fp32_and_sees_only_its_window(lengths: list[int], residual: bool, bf16: bool) -> None:
    inner = torch.bfloat16 if bf16 else torch.float32
    block, lengths = encoder_block(48 if residual else 32), sorted(lengths)
    layout = layers.Layout.of(lengths, 5, CPU)
    torch.manual_seed(sum(lengths))
    x = torch.randn(sum(lengths), block.in_size)
    with torch.inference_mode(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(int8_layer, "native_float", lambda: inner)  # also as on processors without bf16
        wanted = layers.Layer(block, torch.float32)(x.clone(), layout)
        layer = int8_layer.Int8Layer(block)
        found = layer(x.clone(), layout)
        assert (found - wanted).norm() < 0.03 * wanted.norm()
        alone = layer(x[-lengths[-1] :].clone(), layers.Layout.of(lengths[-1:], 5, CPU))
        torch.testing.assert_close(found[-lengths[-1] :], alone, rtol=0.02, atol=0.02 * float(wanted.std()))


@needs_int8
@given(
    rows=st.integers(1, 6), width=st.integers(1, 70), spread=st.floats(0, 40), shift=st.floats(-100, 100), seed=st.integers(0, 9)
)
@settings(deadline=None)
def test_softmax_and_the_best_piece_are_those_of_torch(rows: int, width: int, spread: float, shift: float, seed: int) -> None:
    torch.manual_seed(seed)
    logits = (torch.randn(rows, width) * spread + shift).bfloat16()
    best, probabilities = int8_layer.weighed(logits, 0)
    wanted = logits.float().softmax(-1)
    assert torch.equal(logits.gather(1, best[:, None])[:, 0], logits.amax(-1))
    assert all(not (logits[k, :at] == logits[k, at]).any() for k, at in enumerate(best.tolist())), "the first of several"
    spoken = best != 0
    assert (probabilities[~spoken] == 1).all()
    torch.testing.assert_close(probabilities[spoken], wanted.amax(-1)[spoken], rtol=1e-5, atol=0)
    shares = logits.clone()
    int8_kernels.softmax(int8_layer._bits(shares))
    torch.testing.assert_close(shares.float(), wanted, rtol=2**-8, atol=1e-9)


@needs_int8
def test_the_kernels_are_loaded_as_a_layer_uses_them() -> None:
    int8_layer.load_kernels()
    with torch.inference_mode():
        int8_layer.Int8Layer(encoder_block(48))(torch.randn(4, 48), layers.Layout.of([4], 5, CPU))
    for name in ("norm_codes", "split_heads", "join_heads", "remember", "relu_codes", "add_scaled", "softmax", "channel_codes"):
        assert len(getattr(int8_kernels, name).signatures) == 1, f"{name} is compiled for other types when it is used"


def encoder_block(inputs: int) -> Any:
    """One of funasr's, 48 wide, with a memory that reaches further back than ahead."""
    from funasr.models.sense_voice.model import EncoderLayerSANM, MultiHeadedAttentionSANM, PositionwiseFeedForward

    torch.manual_seed(inputs)
    attention = MultiHeadedAttentionSANM(4, inputs, 48, 0.0, 7, 1)
    return EncoderLayerSANM(inputs, 48, attention, PositionwiseFeedForward(48, 96, 0.0), 0.0).eval()


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
    int8.is_native.cache_clear()
    try:
        found = precision.precision_of("auto", CPU)
        assert (found is torch.int8) is expected
        if not expected:
            with pytest.raises(EngineUnavailable, match="VNNI or AMX"):
                precision.precision_of("int8", CPU)
    finally:
        int8.is_native.cache_clear()


@pytest.mark.parametrize("amx", [False, True])
def test_int8_comes_before_bf16_with_its_tiles_too(amx: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(int8, "is_native", lambda: True)
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: amx)
    assert precision.precision_of("auto", CPU) is torch.int8


def test_a_torch_without_the_operations_does_without(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*arguments: Any) -> Any:
        raise AttributeError("no such operation")

    monkeypatch.setattr(int8.Product, "__call__", gone)
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
