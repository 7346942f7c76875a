"""SenseVoiceSmall as a speech engine. Importing this file imports neither torch nor funasr: `open` does."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Self

from video_pipeline.core.errors import EngineUnavailable
from video_pipeline.core.transcript import EngineIdentity
from video_pipeline.core.waveform import RATE_HZ, Waveform
from video_pipeline.speech.base import Availability, Heard, SpeechOptions
from video_pipeline.speech.sensevoice import weights
from video_pipeline.speech.sensevoice.devices import likely_device

if TYPE_CHECKING:
    from video_pipeline.speech.sensevoice.forward import Answer
    from video_pipeline.speech.sensevoice.loading import Loaded

_LIBRARIES = ("torch", "funasr", "sentencepiece", "omegaconf")
_FEATURE_LIBRARIES = ("kaldi_native_fbank", "torchaudio")
"""funasr computes features with either."""


class SenseVoiceEngine:
    """Chinese, Cantonese, English, Japanese and Korean, with emotions and sound events. Not for several threads at once."""

    lacks: tuple[str, ...] = ()

    def __init__(self, loaded: Loaded, options: SpeechOptions, identity: EngineIdentity) -> None:
        self.identity = identity
        self._loaded = loaded
        self._options = options

    @classmethod
    def availability(cls, options: SpeechOptions) -> Availability:
        lacking = _missing_library()
        if lacking:
            return Availability(False, f"the Python package {lacking} is not installed")
        folder = weights.locate(options)
        if folder is None:
            return Availability(False, weights.absence(options))
        return Availability(True, f"the weights are in {folder}")

    @classmethod
    def identify(cls, options: SpeechOptions) -> EngineIdentity:
        """Raises as `open` does where a library or the weights are missing; does not check the device or the weights."""
        folder = _ready_folder(options)
        return _identity(folder, likely_device(options.device))

    @classmethod
    def open(cls, options: SpeechOptions) -> Self:
        """Load the model. Sets torch's number of threads to the cores this process may use.

        Raises:
            EngineUnavailable: a library is not installed.
            DeviceMissing: the device that was named is not here.
            WeightsMissing: there are no weights; says where it looked.
            WeightsDamaged: the weights cannot be used; says which file.
        """
        folder = _ready_folder(options)
        import torch

        from video_pipeline.speech.sensevoice import loading

        device = loading.resolve_device(options.device)
        loaded = loading.load(folder, device)
        torch.set_num_threads(_usable_cores())  # more threads than cores cost up to 23 times the time
        return cls(loaded, options, _identity(folder, str(device)))

    def transcribe(self, windows: Iterable[Waveform]) -> Iterator[Heard]:
        batch: list[Waveform] = []
        duration_s = 0.0
        for window in windows:
            if window.rate_hz != RATE_HZ:
                raise ValueError(f"the speech model takes {RATE_HZ} Hz, not {window.rate_hz} Hz")
            batch.append(window)
            duration_s += window.duration_s
            if duration_s >= self._options.batch_s:
                yield from self._hear(batch)
                batch, duration_s = [], 0.0
        yield from self._hear(batch)

    def _hear(self, batch: list[Waveform]) -> Iterator[Heard]:
        from video_pipeline.speech.sensevoice import decoding

        vocabulary = self._loaded.vocabulary
        for window, answer in zip(batch, self._answers(batch), strict=True):
            if answer is None:
                yield Heard(window.span)
                continue
            segment = decoding.segment(answer, window.span, vocabulary, self._options.language)
            yield Heard(window.span, segment, decoding.sounds(answer, vocabulary))

    def _answers(self, batch: list[Waveform]) -> list[Answer | None]:
        """What the model says about each window; None for one that is silent or too short to say anything about."""
        from video_pipeline.speech.sensevoice import features, forward

        frontend = self._loaded.frontend
        parts = [[] if features.is_silent(w.samples) else features.window_features(w.samples, frontend) for w in batch]
        queries = forward.query_ids(self._loaded, self._options.language, self._options.numerals)
        answers = iter(forward.run(self._loaded, [part for window in parts for part in window], queries))
        return [forward.joined([next(answers) for _ in window]) if window else None for window in parts]


def _ready_folder(options: SpeechOptions) -> Path:
    """The checkpoint's folder, when everything else that `open` needs is installed."""
    lacking = _missing_library()
    if lacking:
        raise EngineUnavailable("sensevoice", f"the Python package {lacking} is not installed")
    folder = weights.locate(options)
    if folder is None:
        raise weights.missing(options)
    return folder


def _identity(folder: Path, device: str) -> EngineIdentity:
    return EngineIdentity("sensevoice", weights.model_name(folder), weights.revision(folder), device)


def _missing_library() -> str:
    """The first package that is not installed, found without importing any; empty where all are."""
    for name in _LIBRARIES:
        if find_spec(name) is None:
            return name
    return "" if any(find_spec(name) for name in _FEATURE_LIBRARIES) else _FEATURE_LIBRARIES[0]


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
