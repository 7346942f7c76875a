"""The engine keeps the contract of `SpeechEngine`."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from video_pipeline.core.labels import Language, Sound
from video_pipeline.core.waveform import RATE_HZ, Samples, Waveform
from video_pipeline.speech.base import Heard, SpeechEngine, SpeechOptions
from video_pipeline.speech.errors import DeviceMissing, EngineUnavailable, WeightsDamaged, WeightsMissing
from video_pipeline.speech.language import SETTLING_WINDOWS
from video_pipeline.speech.sensevoice import engine as engine_module
from video_pipeline.speech.sensevoice import language
from video_pipeline.speech.sensevoice.engine import FACTORY, SenseVoiceEngine

Signals = Callable[[int, float, float], list[Samples]]


@pytest.fixture(scope="module")
def options(small: Path) -> SpeechOptions:
    return SpeechOptions(model=str(small), device="cpu", batch_s=10.0)


@pytest.fixture(scope="module")
def engine(options: SpeechOptions) -> SpeechEngine:
    return FACTORY.open(options)


@pytest.fixture(scope="module")
def windows(signals: Signals) -> list[Waveform]:
    starts_s = np.cumsum(np.full(30, 15.0))
    return [Waveform(samples, start_s=float(start_s)) for samples, start_s in zip(signals(30, 0.3, 12.0), starts_s, strict=True)]


def check(heard: Heard, window: Waveform) -> None:
    assert heard.window == window.span
    assert set(heard.sounds) <= set(Sound) - {Sound.CHEER}
    assert all(0 <= p <= 1 for p in heard.sounds.values())
    segment = heard.segment
    if segment is None:
        return
    assert segment.text and segment.text == "".join(token.text for token in segment.tokens).strip()
    assert "<|" not in segment.text
    assert window.start_s <= segment.start_s <= segment.end_s <= window.end_s
    assert 0 <= segment.emotion_p <= 1 and (segment.emotion is not None or segment.emotion_p == 0)
    for token in segment.tokens:
        assert segment.start_s <= token.start_s <= token.end_s <= segment.end_s
        assert 0 <= token.confidence <= 1
    starts_s = [token.start_s for token in segment.tokens]
    assert starts_s == sorted(starts_s)


def test_one_heard_per_window_in_order(engine: SpeechEngine, windows: list[Waveform]) -> None:
    heard = list(engine.transcribe(windows))
    assert len(heard) == len(windows)
    for one, window in zip(heard, windows, strict=True):
        check(one, window)
    assert sum(one.segment is not None for one in heard) > 15
    assert all(bool(one.sounds) == bool(window.samples.any()) for one, window in zip(heard, windows, strict=True))


def test_batch_size_does_not_change_the_result(options: SpeechOptions, windows: list[Waveform]) -> None:
    results = []
    for batch_s in (0.1, 7.0, 1_000.0):
        opened = FACTORY.open(dataclasses.replace(options, batch_s=batch_s))
        results.append([heard.segment for heard in opened.transcribe(windows)])
    texts = [[segment and (segment.text, segment.start_s, segment.end_s) for segment in result] for result in results]
    assert texts[0] == texts[1] == texts[2]


def test_reads_a_bounded_number_of_windows_ahead(engine: SpeechEngine) -> None:
    taken_s = 0.0

    def source() -> Iterator[Waveform]:
        nonlocal taken_s
        for k in range(100):
            taken_s += 2.0
            yield Waveform(np.zeros(2 * RATE_HZ, np.float32), start_s=2.0 * k)

    heard = engine.transcribe(source())
    assert taken_s == 0
    for _ in range(3):
        next(heard)
    assert taken_s <= 2.0 * SETTLING_WINDOWS
    assert sum(1 for _ in heard) == 97


@pytest.mark.parametrize("count", [0, 1, 100, 399, 400, 401, 4_000])
def test_short_windows(engine: SpeechEngine, count: int) -> None:
    window = Waveform(np.full(count, 0.1, np.float32), start_s=3.0)
    (heard,) = engine.transcribe([window])
    check(heard, window)
    if count < 400:
        assert heard.segment is None and not heard.sounds


@pytest.mark.parametrize("level", [0.0, 1e-6])
def test_silence_is_never_speech(engine: SpeechEngine, level: float) -> None:
    window = Waveform(np.full(3 * RATE_HZ, level, np.float32))
    assert list(engine.transcribe([window])) == [Heard(window.span)]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e30])
def test_samples_that_are_no_sound(engine: SpeechEngine, value: float, windows: list[Waveform]) -> None:
    broken = windows[3].samples.copy()
    broken[1000:2000] = value
    for samples in (broken, np.full(RATE_HZ, value, np.float32)):
        window = Waveform(samples)
        (heard,) = engine.transcribe([window])
        check(heard, window)
        assert not any(np.isnan(p) for p in heard.sounds.values())


def test_nan_counts_as_silence_and_the_window_is_not_changed(engine: SpeechEngine, windows: list[Waveform]) -> None:
    silent, broken = windows[3].samples.copy(), windows[3].samples.copy()
    silent[1000:2000], broken[1000:2000] = 0.0, np.nan
    assert next(engine.transcribe([Waveform(broken)])) == next(engine.transcribe([Waveform(silent)]))
    assert np.isnan(broken[1500])


def test_a_window_longer_than_one_pass(engine: SpeechEngine, signals: Signals) -> None:
    (samples,) = signals(1, 150.0, 150.0)
    window = Waveform(samples, start_s=1.0)
    (heard,) = engine.transcribe([window])
    check(heard, window)
    assert heard.segment is not None and heard.segment.end_s > 121


def test_another_sample_rate_is_a_mistake_of_the_caller(engine: SpeechEngine) -> None:
    with pytest.raises(ValueError, match="16000"):
        list(engine.transcribe([Waveform(np.zeros(100, np.float32), rate_hz=8_000)]))


def test_a_named_language_is_the_segments(options: SpeechOptions, windows: list[Waveform]) -> None:
    opened = FACTORY.open(dataclasses.replace(options, language="ko"))
    languages = {heard.segment.language for heard in opened.transcribe(windows) if heard.segment}
    assert languages <= {Language.KO}


def test_identity(engine: SpeechEngine, options: SpeechOptions, small: Path) -> None:
    assert FACTORY.identify(options) == engine.identity
    assert (engine.identity.name, engine.identity.model, engine.identity.device) == ("sensevoice", small.name, "cpu")
    assert len(engine.identity.revision) == 12
    assert engine.lacks == ()


def test_threads_are_the_usable_cores(engine: SpeechEngine) -> None:
    import torch

    assert engine.identity
    assert torch.get_num_threads() == len(os.sched_getaffinity(0))


def test_availability(options: SpeechOptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ready = FACTORY.availability(options)
    assert ready.ready and options.model in ready.reason
    absent = FACTORY.availability(SpeechOptions(model=str(tmp_path)))
    assert not absent.ready and "model.pt" in absent.reason
    monkeypatch.setattr(engine_module, "is_installed", lambda name: name != "funasr")
    assert "funasr" in FACTORY.availability(options).reason
    with pytest.raises(EngineUnavailable, match="funasr"):
        FACTORY.open(options)


def test_open_says_what_is_wrong(options: SpeechOptions, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(WeightsMissing):
        FACTORY.open(dataclasses.replace(options, model=str(tmp_path)))
    with pytest.raises(WeightsMissing):
        FACTORY.identify(dataclasses.replace(options, model=str(tmp_path)))
    (tmp_path / "model.pt").write_bytes((small / "model.pt").read_bytes())
    with pytest.raises(WeightsDamaged, match=r"config\.yaml is missing"):
        FACTORY.open(dataclasses.replace(options, model=str(tmp_path)))
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(DeviceMissing):
        FACTORY.open(dataclasses.replace(options, device="cuda"))


def test_availability_and_identity_import_nothing_heavy(small: Path) -> None:
    code = (
        "import sys\n"
        "from video_pipeline.speech.base import SpeechOptions\n"
        "from video_pipeline.speech.sensevoice.engine import FACTORY, SenseVoiceEngine\n"
        f"assert FACTORY.availability(SpeechOptions(model={str(small)!r})).ready\n"
        "FACTORY.availability(SpeechOptions())\n"
        f"print(FACTORY.identify(SpeechOptions(model={str(small)!r})).device)\n"
        "heavy = {'torch', 'funasr', 'sentencepiece', 'omegaconf', 'huggingface_hub', 'modelscope'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    import torch

    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()
    assert told == ("cuda" if torch.cuda.is_available() else "cpu")


class RecordingListener:
    """The engine's listener, which notes in what language each window is asked for."""

    def __init__(self, listener: Any) -> None:
        self._listener, self.asked = listener, list[tuple[str, int]]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._listener, name)

    def answers(self, batch: list[Samples], language: str, numerals: bool) -> Any:
        self.asked.append((language, len(batch)))
        return self._listener.answers(batch, language, numerals)


def pinned_to(opened: SenseVoiceEngine, windows: list[Waveform], memory: dict[str, str] | None) -> set[str]:
    """The languages in which windows were asked again."""
    listener = RecordingListener(opened.listener)
    opened.listener = listener  # type: ignore[assignment]
    assert len(list(opened.transcribe(windows, memory))) == len(windows)
    opened.listener = listener._listener
    return {language for language, count in listener.asked if language != "auto" and count}


def test_two_calls_with_one_memory_settle_the_language_once(
    options: SpeechOptions, windows: list[Waveform], monkeypatch: pytest.MonkeyPatch
) -> None:
    settled: list[Language] = []

    def dominant(first: Any, answers: Any, vocabulary: Any) -> Language:
        settled.append((Language.KO, Language.JA)[len(settled)])
        return settled[-1]

    monkeypatch.setattr(language, "dominant", dominant)
    monkeypatch.setattr(language, "strays", lambda answer, settled, vocabulary: answer is not None)
    opened, memory = FACTORY.open(options), dict[str, str]()
    assert pinned_to(opened, windows[:20], memory) == {"ko"}
    assert memory == {"language": "ko"}
    assert pinned_to(opened, windows[20:], memory) == {"ko"}
    assert settled == [Language.KO]
    assert pinned_to(opened, windows[20:], None) == {"ja"}


def test_a_file_in_which_no_language_dominates_is_remembered_as_mixed(
    options: SpeechOptions, windows: list[Waveform], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language, "dominant", lambda first, answers, vocabulary: None)
    opened, memory = FACTORY.open(options), dict[str, str]()
    list(opened.transcribe(windows[:20], memory))
    assert memory == {"language": "mixed"}
    monkeypatch.setattr(language, "dominant", lambda first, answers, vocabulary: Language.KO)
    assert pinned_to(opened, windows[20:], memory) == set()


def test_a_stretch_with_too_few_windows_settles_nothing_for_the_next(options: SpeechOptions, windows: list[Waveform]) -> None:
    opened, memory = FACTORY.open(options), dict[str, str]()
    list(opened.transcribe(windows[: SETTLING_WINDOWS - 1], memory))
    list(opened.transcribe([], memory))
    list(opened.transcribe([Waveform(np.zeros(RATE_HZ, np.float32))] * SETTLING_WINDOWS, memory))
    assert memory == {}


def test_two_stretches_give_what_one_call_gives(options: SpeechOptions, windows: list[Waveform]) -> None:
    opened, memory = FACTORY.open(options), dict[str, str]()
    stretches = [*opened.transcribe(windows[:18], memory), *opened.transcribe(windows[18:], memory)]
    whole = list(opened.transcribe(windows))
    assert [heard.segment and heard.segment.text for heard in stretches] == [h.segment and h.segment.text for h in whole]
