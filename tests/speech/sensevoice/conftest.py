"""A miniature checkpoint with random weights, funasr's own run of it to compare with, and sounds to run both on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from video_pipeline.core.waveform import RATE_HZ, Samples

StockIds = Callable[..., list[list[int]]]


@pytest.fixture(scope="session")
def small(small_checkpoint: Path) -> Path:
    """The folder of the miniature checkpoint. Copy it before damaging it."""
    return small_checkpoint


@pytest.fixture(scope="session")
def loaded(small: Path) -> Any:
    import torch

    from video_pipeline.speech.sensevoice.loading import load

    return load(small, torch.device("cpu"))


@pytest.fixture(scope="session")
def stock(small: Path) -> StockIds:
    return make_stock(small)


def make_stock(folder: Path) -> StockIds:
    """funasr's `AutoModel.generate`, end to end but without dither, giving the token ids it hands to its tokenizer."""
    import torch
    from funasr import AutoModel
    from funasr.tokenizer.sentencepiece_tokenizer import SentencepiecesTokenizer

    auto = AutoModel(
        model=str(folder),
        device="cpu",
        disable_update=True,
        disable_pbar=True,
        log_level="ERROR",
        ncpu=torch.get_num_threads(),
        frontend_conf={"dither": 0.0},
    )
    assert auto.kwargs["frontend"].dither == 0.0

    def ids_of(sounds: Sequence[Samples], **options: Any) -> list[list[int]]:
        seen: list[list[int]] = []
        decode = SentencepiecesTokenizer.decode

        def recording(self: Any, line: list[int], **kwargs: Any) -> Any:
            seen.append(list(line))
            return decode(self, line, **kwargs)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(SentencepiecesTokenizer, "decode", recording)
            auto.generate(input=list(sounds), **options)
        return seen

    return ids_of


@pytest.fixture(scope="session")
def stock_of() -> Callable[[Path], StockIds]:
    return make_stock


@pytest.fixture(scope="session")
def signals() -> Callable[[int, float, float], list[Samples]]:
    """`signals(count, shortest_s, longest_s)`: mixtures of hiss, bursts, sweeps, harmonic tones and silence, always the same."""

    def make(count: int, shortest_s: float, longest_s: float) -> list[Samples]:
        rng = np.random.default_rng(11)
        return [_signal(rng, rng.uniform(shortest_s, longest_s)) for _ in range(count)]

    return make


def _signal(rng: np.random.Generator, duration_s: float) -> Samples:
    time_s = np.arange(int(duration_s * RATE_HZ)) / RATE_HZ
    sound = rng.choice([0.0, 0.001, 0.02]) * rng.normal(size=len(time_s))
    for layer in _layers(rng, time_s):
        start_s, end_s = np.sort(rng.uniform(0, duration_s, 2))
        sound += rng.uniform(0.02, 0.4) * layer * ((time_s >= start_s) & (time_s < end_s))
    return np.clip(sound, -1, 1).astype(np.float32)


def _layers(rng: np.random.Generator, time_s: np.ndarray) -> Iterator[np.ndarray]:
    for kind in rng.choice(["burst", "sweep", "voice"], rng.integers(0, 5)):
        pitch_hz = rng.uniform(80, 600)
        if kind == "burst":
            yield rng.normal(size=len(time_s)) * (np.sin(2 * np.pi * rng.uniform(2, 9) * time_s) > 0)
        elif kind == "sweep":
            yield np.sin(2 * np.pi * (pitch_hz * time_s + rng.uniform(50, 900) * time_s**2 / 2))
        else:
            wobble = 1 + 0.02 * np.sin(2 * np.pi * 5 * time_s)
            yield sum(np.sin(2 * np.pi * n * pitch_hz * wobble * time_s) / n for n in range(1, 12)) * rng.uniform(0.5, 1)
