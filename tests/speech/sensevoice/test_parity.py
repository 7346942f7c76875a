"""The same checkpoint in fp32 gives the same tokens as funasr's own inference, however windows are put into batches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from video_pipeline.core.span import Span
from video_pipeline.core.waveform import RATE_HZ, Samples
from video_pipeline.speech.sensevoice import decoding, features, forward

Signals = Callable[[int, float, float], list[Samples]]
StockIds = Callable[..., list[list[int]]]


def made(loaded: Any, sounds: list[Samples]) -> list[Any]:
    return [features.stock_features(part, loaded.frontend) for sound in sounds for part in features.parts(sound)]


def run(
    loaded: Any, sounds: list[Samples], language: str = "auto", numerals: bool = True, frames: int = 2_500
) -> list[forward.Answer]:
    import torch

    model = forward.Forward(loaded, torch.float32, frames)
    return model.run([forward.Question(one, language, numerals) for one in made(loaded, sounds)])


def ids_of(answers: list[forward.Answer]) -> list[list[int]]:
    return [forward.collapsed(answer.ids) for answer in answers]


@pytest.fixture(scope="module")
def sounds(signals: Signals) -> list[Samples]:
    silence = np.zeros(2 * RATE_HZ, np.float32)
    return [*signals(60, 0.3, 12.0), silence, np.ones(8_000, np.float32), silence[:400]]


@pytest.mark.parametrize(("language", "numerals"), [("auto", True), ("auto", False), ("en", True), ("yue", False)])
def test_tokens_equal_funasrs_generate(
    loaded: Any, stock: StockIds, sounds: list[Samples], language: str, numerals: bool
) -> None:
    expected = stock(sounds, language=language, use_itn=numerals)
    assert ids_of(run(loaded, sounds, language, numerals)) == expected
    assert len({number for ids in expected for number in ids}) > 20, "the comparison must see many different tokens"


def test_two_hundred_segments_of_up_to_half_a_minute(loaded: Any, stock: StockIds, signals: Signals) -> None:
    silence, noise = np.zeros(5 * RATE_HZ, np.float32), np.random.default_rng(5).standard_normal(8 * RATE_HZ) * 0.05
    segments = [*signals(198, 0.3, 30.0), silence, noise.astype(np.float32)]
    expected = stock(segments, language="auto", use_itn=False)
    for frames in (500, 5_000):
        assert ids_of(run(loaded, segments, "auto", False, frames)) == expected


def test_order_and_batch_size_do_not_matter(loaded: Any, sounds: list[Samples]) -> None:
    together = run(loaded, sounds)
    order = np.random.default_rng(3).permutation(len(sounds)).tolist()
    shuffled = run(loaded, [sounds[k] for k in order])
    for place, k in enumerate(order):
        alone = run(loaded, [sounds[k]])[0]
        for other in (shuffled[place], alone):
            assert np.array_equal(other.ids, together[k].ids)
            np.testing.assert_allclose(other.probabilities, together[k].probabilities, atol=1e-4)
            np.testing.assert_allclose(other.events, together[k].events, atol=1e-4)


@pytest.mark.parametrize("frames", [1, 100, 700, 100_000])
def test_windows_do_not_reach_each_other(loaded: Any, signals: Signals, frames: int) -> None:
    """However many lie end to end."""
    sounds = signals(12, 0.3, 12.0)
    assert ids_of(run(loaded, sounds, frames=frames)) == ids_of(run(loaded, sounds))


def test_features_equal_funasrs_frontend(loaded: Any, sounds: list[Samples]) -> None:
    import torch

    for sound in sounds:
        expected, _ = loaded.frontend(torch.from_numpy(sound)[None], [len(sound)])
        assert torch.equal(features.stock_features(sound, loaded.frontend), expected[0])


def test_query_answers_are_the_softmax_over_their_choices(loaded: Any, signals: Signals) -> None:
    import torch

    (sound,) = signals(1, 3.0, 3.0)
    (answer,) = run(loaded, [sound])
    (inputs,) = made(loaded, [sound])
    with torch.inference_mode():
        rows = loaded.model.embed(torch.tensor([0, 1, 2, 14]))
        encoded, _ = loaded.model.encoder(torch.cat([rows, inputs])[None], torch.tensor([4 + len(inputs)]))
        logits = loaded.model.ctc.ctc_lo(encoded[0])
    vocabulary = loaded.vocabulary
    pairs = [(answer.languages, vocabulary.languages), (answer.emotions, vocabulary.emotions), (answer.events, vocabulary.events)]
    for row, (given, choices) in enumerate(pairs):
        np.testing.assert_allclose(given, logits[row, list(choices.ids)].softmax(-1).numpy(), atol=1e-5)
        assert given.sum() == pytest.approx(1, abs=1e-5)
    spoken = answer.ids != forward.BLANK
    np.testing.assert_allclose(answer.probabilities[spoken], logits.softmax(-1).max(-1).values.numpy()[spoken], atol=1e-5)


def test_the_head_in_chunks_is_the_head_at_once(loaded: Any, signals: Signals, monkeypatch: pytest.MonkeyPatch) -> None:
    sounds = signals(5, 5.0, 9.0)
    expected = ids_of(run(loaded, sounds))
    monkeypatch.setattr(forward, "_HEAD_ROWS", 7)
    assert ids_of(run(loaded, sounds)) == expected


def test_text_equals_the_tokenizers(loaded: Any, sounds: list[Samples]) -> None:
    """Our words put together are what sentencepiece makes of the same tokens, special ones left out."""
    compared = 0
    for answer in run(loaded, sounds):
        speech = [n for n in forward.collapsed(answer.ids[forward.QUERIES :]) if not loaded.vocabulary.pieces[n].startswith("<")]
        window = Span(0.0, 12.0)
        tokens = decoding.words(decoding.pieces(answer, loaded.vocabulary.pieces), len(answer.ids), window)
        text = "".join(token.text for token in tokens).strip()
        assert " ".join(text.split()) == " ".join(loaded.tokenizer.decode(speech).split())
        compared += bool(text)
    assert compared > 30


def test_a_long_window_goes_through_in_parts(loaded: Any, signals: Signals) -> None:
    (sound,) = signals(1, 130.0, 130.0)
    parts = made(loaded, [sound])
    assert [len(part) for part in parts] == [1000, 1000, 167]
    whole = forward.joined(run(loaded, [sound]))
    assert len(whole.ids) == len(whole.probabilities) == 4 + 2167
    assert whole.events.sum() == pytest.approx(1, abs=1e-5)
