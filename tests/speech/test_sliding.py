"""Windows slid over a stream."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from video_pipeline.core.posterior import Posterior, joined
from video_pipeline.core.waveform import RATE_HZ, Samples, Waveform
from video_pipeline.speech.base import HearsEvents, SpeechOptions
from video_pipeline.speech.sliding import Slider


class LoudEar:
    """Hears how much sound there is in each window, clipped at the ends of what it is given as the real one does."""

    def __init__(self) -> None:
        self.longest_s = 0.0

    def event_posterior(self, waveform: Waveform, window_s: float, hop_s: float) -> Posterior:
        self.longest_s = max(self.longest_s, waveform.duration_s)
        frames = int(np.ceil(waveform.duration_s / hop_s - 1e-9))
        reach, size = round((window_s - hop_s) / 2 * RATE_HZ), round(window_s * RATE_HZ)
        starts = [max(0, round(k * hop_s * RATE_HZ) - reach) for k in range(frames)]
        values = [[float(np.abs(waveform.samples[s : s + size]).mean())] for s in starts]
        return Posterior(np.array(values, np.float32).reshape(-1, 1), ("laughter",), hop_s, waveform.start_s)


def slid(ear: HearsEvents, samples: Samples, block: int, window_s: float, hop_s: float, start_s: float = 0.0) -> Posterior:
    slider = Slider(ear, window_s, hop_s)
    parts = []
    for at in range(0, len(samples), block):
        parts += slider.hear(Waveform(samples[at : at + block], RATE_HZ, start_s + at / RATE_HZ))
    parts += slider.finish()
    for one, other in itertools.pairwise(parts):
        assert other.start_s == pytest.approx(one.end_s)
    return joined(parts)


def sound(seconds: float) -> Samples:
    return np.random.default_rng(1).uniform(-1, 1, int(seconds * RATE_HZ)).astype(np.float32) * np.linspace(
        0, 1, int(seconds * RATE_HZ), dtype=np.float32
    )


@pytest.mark.parametrize(("window_s", "hop_s"), [(2.0, 0.5), (1.0, 0.25), (0.5, 0.5)])
@pytest.mark.parametrize("block", [4_001, 48_000, 10_000_000])
def test_as_if_the_sound_were_there_as_a_whole(window_s: float, hop_s: float, block: int) -> None:
    whole = LoudEar().event_posterior(Waveform(sound(21.3), RATE_HZ, 3.0), window_s, hop_s)
    cut = slid(LoudEar(), sound(21.3), block, window_s, hop_s, 3.0)
    assert cut.start_s == 3.0
    assert cut.values == pytest.approx(whole.values, abs=1e-6)


def test_memory_is_a_block_and_a_window() -> None:
    ear = LoudEar()
    slid(ear, sound(120.0), 5 * RATE_HZ, 2.0, 0.5)
    assert ear.longest_s <= 5.0 + 2.0 + 1.0


@pytest.mark.parametrize("samples", [0, 1, 3_200])
def test_next_to_nothing(samples: int) -> None:
    slider = Slider(LoudEar(), 2.0, 0.5)
    parts = [*slider.hear(Waveform(sound(1.0)[:samples])), *slider.finish()]
    assert sum(len(part.values) for part in parts) == (samples > 0)


def test_the_speech_model_has_such_an_ear(small_checkpoint: Path, speech: Waveform) -> None:
    from video_pipeline.speech import ENGINES

    engine = ENGINES.load("sensevoice").open(SpeechOptions(model=str(small_checkpoint), device="cpu", exact=True))
    assert isinstance(engine, HearsEvents)
    whole = engine.event_posterior(speech, 2.0, 0.5)
    cut = slid(engine, speech.samples, 3 * RATE_HZ, 2.0, 0.5)
    assert cut.labels == whole.labels
    assert cut.values == pytest.approx(whole.values, abs=1e-4)
    assert not isinstance(ENGINES.load("draft").open(SpeechOptions()), HearsEvents)
