"""The fast way: Kaldi's features in a few matrix operations, packed windows in bf16, events from short windows, one language."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from video_pipeline.core.labels import Language, Sound
from video_pipeline.core.waveform import RATE_HZ, Samples, Waveform
from video_pipeline.speech.sensevoice import encoder, fbank, features, forward, int8, language, layers, listener
from video_pipeline.speech.sensevoice.listener import Listener

Signals = Callable[[int, float, float], list[Samples]]
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def stacking(loaded: Any) -> fbank.Stacking:
    return fbank.Stacking.of(loaded.frontend)


@pytest.fixture(scope="module")
def exact(small: Path) -> Listener:
    return Listener(small, CPU, exact=True)


def kaldi(samples: Samples) -> np.ndarray:
    import kaldi_native_fbank as knf

    options = knf.FbankOptions()
    options.frame_opts.dither = 0.0
    options.frame_opts.window_type = "hamming"
    options.mel_opts.num_bins = 80
    found = knf.OnlineFbank(options)
    found.accept_waveform(RATE_HZ, (samples * (1 << 15)).tolist())
    return np.stack([found.get_frame(k) for k in range(found.num_frames_ready)])


def test_log_mel_is_kaldis(signals: Signals) -> None:
    sounds = [*signals(20, 0.3, 6.0), np.zeros(8000, np.float32), np.ones(8000, np.float32)]
    for sound, found in zip(sounds, fbank.log_mel(sounds, CPU), strict=True):
        expected = kaldi(sound)
        assert found.shape == expected.shape
        assert np.abs(found.numpy() - expected).max() < 5e-3
        assert np.abs(found.numpy() - expected).mean() < 1e-5


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(400, 20_000), min_size=1, max_size=6))
@settings(max_examples=25, deadline=None)
def test_features_are_funasrs_whatever_comes_together(
    stacking: fbank.Stacking, loaded: Any, seed: int, lengths: list[int]
) -> None:
    rng = np.random.default_rng(seed)
    sounds = [(rng.standard_normal(n) * 0.1).astype(np.float32) for n in lengths]
    for sound, found in zip(sounds, fbank.features(sounds, stacking, CPU), strict=True):
        torch.testing.assert_close(found, features.stock_features(sound, loaded.frontend), atol=5e-3, rtol=0)


@pytest.mark.parametrize("packed", [True, False])
def test_the_layers_are_the_same_with_and_without_packed_weights(
    loaded: Any, signals: Signals, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    made = [features.stock_features(sound, loaded.frontend) for sound in signals(8, 0.3, 5.0)]
    expected = [loaded.model.encoder(one[None].clone(), torch.tensor([len(one)]))[0][0] for one in made]
    if not packed:
        monkeypatch.setattr(layers, "_packed", lambda weight: None)
    with torch.inference_mode():
        for found, wanted in zip(encoder.PackedEncoder(loaded.model, torch.float32)(made), expected, strict=True):
            torch.testing.assert_close(found, wanted, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_differs_only_where_the_choice_is_close(loaded: Any, signals: Signals, dtype: torch.dtype) -> None:
    made = [features.stock_features(sound, loaded.frontend) for sound in signals(20, 0.5, 6.0)]
    asked = [forward.Question(one) for one in made]
    precise = forward.Forward(loaded, torch.float32, 2_500).run(asked)
    quick = forward.Forward(loaded, dtype, 2_500).run(asked)
    same = np.concatenate([a.ids == b.ids for a, b in zip(precise, quick, strict=True)])
    assert same.mean() > 0.9
    with torch.inference_mode():
        for one, a, b in zip(made, precise, quick, strict=True):
            rows = torch.cat([loaded.model.embed(torch.tensor([0, 1, 2, 14])), one])
            logits = loaded.model.ctc.ctc_lo(loaded.model.encoder(rows[None], torch.tensor([len(rows)]))[0][0])
            frames = torch.arange(len(rows))
            gap = logits[frames, torch.from_numpy(a.ids)] - logits[frames, torch.from_numpy(b.ids)]
            assert gap.max() < 0.25 * logits.std()


def test_out_of_memory_halves_the_batch_and_goes_on(loaded: Any, signals: Signals, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [forward.Question(features.stock_features(sound, loaded.frontend)) for sound in signals(10, 2.0, 4.0)]
    model = forward.Forward(loaded, torch.float32, 100_000)
    expected = model.run(made)
    whole = encoder.PackedEncoder.__call__

    def scarce(self: encoder.PackedEncoder, windows: list[torch.Tensor]) -> list[torch.Tensor]:
        if sum(map(len, windows)) > 150:
            raise torch.OutOfMemoryError
        return whole(self, windows)

    monkeypatch.setattr(encoder.PackedEncoder, "__call__", scarce)
    for a, b in zip(model.run(made), expected, strict=True):
        assert np.array_equal(a.ids, b.ids)


def test_a_window_that_fits_nowhere_is_an_error(loaded: Any, signals: Signals, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(self: encoder.PackedEncoder, windows: list[torch.Tensor]) -> list[torch.Tensor]:
        raise torch.OutOfMemoryError

    monkeypatch.setattr(encoder.PackedEncoder, "__call__", none)
    question = forward.Question(features.stock_features(signals(1, 1.0, 1.0)[0], loaded.frontend))
    with pytest.raises(torch.OutOfMemoryError):
        forward.Forward(loaded, torch.float32, 4).run([question])


def test_events_are_read_all_along_the_sound(exact: Listener, signals: Signals) -> None:
    (sound,) = signals(1, 9.3, 9.3)
    found = exact.event_posterior(Waveform(sound, RATE_HZ, 5.0), window_s=2.0, hop_s=0.5)
    assert found.values.shape == (19, len(found.labels))
    assert found.start_s == 5.0
    assert {Sound.LAUGHTER, Sound.APPLAUSE, Sound.MUSIC} <= set(found.labels)
    assert ((found.values >= 0) & (found.values <= 1)).all()
    # frame 8 is what is heard in the two seconds around 4.25 s
    (alone,) = exact.answers([sound[int(3.25 * RATE_HZ) : int(5.25 * RATE_HZ)]])
    assert alone is not None
    heard = listener.decoding.sounds(alone, exact.vocabulary)
    assert found.curve(Sound.LAUGHTER).values[8] == pytest.approx(heard[Sound.LAUGHTER], abs=1e-4)


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.3])
def test_events_of_next_to_nothing(exact: Listener, seconds: float) -> None:
    found = exact.event_posterior(Waveform(np.zeros(int(seconds * RATE_HZ), np.float32)))
    assert len(found.values) == int(np.ceil(seconds / 0.5))
    assert not found.values.any()


def answer(vocabulary: Any, **shares: float) -> forward.Answer:
    languages = np.array([shares.get(str(label), 0.0) for label in vocabulary.languages.labels], np.float32)
    nothing = np.zeros(0, np.float32)
    return forward.Answer(np.zeros(4, np.int64), np.ones(4, np.float32), languages, nothing, nothing)


def test_a_file_has_one_language_where_one_dominates(loaded: Any) -> None:
    words = loaded.vocabulary
    window = Waveform(np.zeros(RATE_HZ, np.float32))
    mostly = [answer(words, en=0.9, zh=0.1)] * 8 + [answer(words, yue=0.6, en=0.4)] * 2
    assert language.dominant([window] * 10, mostly, words) is Language.EN
    mixed = [answer(words, en=0.9)] * 5 + [answer(words, ja=0.9)] * 5
    assert language.dominant([window] * 10, mixed, words) is None
    assert language.dominant([window], [None], words) is None


def test_only_an_unsure_window_of_another_language_strays(loaded: Any) -> None:
    words = loaded.vocabulary
    assert language.strays(answer(words, yue=0.6, en=0.4), Language.EN, words)
    assert not language.strays(answer(words, ja=0.95), Language.EN, words)
    assert not language.strays(answer(words, en=0.5, zh=0.3), Language.EN, words)
    assert not language.strays(None, Language.EN, words)


def test_the_precision_is_what_was_asked_for_or_what_the_processor_has(small: Path, exact: Listener) -> None:
    assert exact.dtype is torch.float32
    bf16 = torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()
    fastest = torch.int8 if int8.is_native() else torch.bfloat16 if bf16 else torch.float32
    assert Listener(small, CPU, exact=False).dtype is fastest
    assert Listener(small, CPU, exact=False, precision="fp32").dtype is torch.float32
    assert Listener(small, CPU, exact=True, precision="bf16").dtype is torch.float32


def test_settings_of_the_checkpoint_decide_the_stacking(loaded: Any) -> None:
    stacking = fbank.Stacking.of(loaded.frontend)
    wider = dataclasses.replace(stacking, shift=torch.zeros(560), scale=torch.ones(560))
    (plain,) = fbank.features([np.ones(4000, np.float32)], wider, CPU)
    assert plain.shape[1] == stacking.width * fbank.MELS
