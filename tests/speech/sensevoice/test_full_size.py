"""The real configuration with random weights: its size, and from sound to token ids the same as funasr's `AutoModel.generate`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from video_pipeline.core.waveform import Samples
from video_pipeline.speech.sensevoice import features, forward
from video_pipeline.speech.sensevoice.loading import load

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Two models take turns here; threads that fight for busy cores can make that several times slower."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def full(checkpoint_tool: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = checkpoint_tool.make_checkpoint(tmp_path_factory.mktemp("full") / "SenseVoiceSmall", checkpoint_tool.REAL)
    return folder


def test_full_size(full: Path, stock_of: Callable[[Path], Any], signals: Callable[[int, float, float], list[Samples]]) -> None:
    loaded = load(full, torch.device("cpu"))
    assert sum(parameter.numel() for parameter in loaded.model.parameters()) == 233_999_167
    assert loaded.vocabulary.languages.ids == (24884, 24885, 24888, 24892, 24896, 24992)
    assert len(loaded.vocabulary.pieces) == 25_055

    sounds = signals(50, 0.3, 6.0)
    made = [forward.Question(features.stock_features(sound, loaded.frontend)) for sound in sounds]
    answers = forward.Forward(loaded, torch.float32, batch_frames=2_500).run(made)
    expected = stock_of(full)(sounds, language="auto", use_itn=True)
    assert [forward.collapsed(answer.ids) for answer in answers] == expected
    assert len({number for ids in expected for number in ids}) > 100, "the comparison must see many different tokens"
