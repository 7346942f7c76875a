"""A stand-in for pyannote.audio 4 with the calls of the real one; what it hears it lets our own diarizer tell apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import pytest

from video_pipeline.core.waveform import Waveform
from video_pipeline.speech.speakers.base import CountRange, Turn
from video_pipeline.speech.speakers.own.diarizer import OwnDiarizer
from video_pipeline.speech.speakers.pyannote import TOKEN_VARIABLE


@dataclass
class Segment:
    """As `pyannote.core.Segment`."""

    start: float
    end: float


class Annotation:
    """As `pyannote.core.Annotation`, with labels of its own."""

    def __init__(self, turns: list[Turn]) -> None:
        self._turns = turns

    def itertracks(self, yield_label: bool = False) -> Iterator[tuple[Segment, str, str]]:
        assert yield_label
        for number, turn in enumerate(reversed(self._turns)):  # in no order that may be relied on
            yield Segment(turn.start_s, turn.end_s), str(number), f"SPEAKER_{9 - int(turn.speaker):02d}"


@dataclass
class DiarizeOutput:
    """As `pyannote.audio.pipelines.speaker_diarization.DiarizeOutput`."""

    speaker_diarization: Annotation


@dataclass
class Pipeline:
    """As `pyannote.audio.Pipeline`."""

    checkpoint: str = ""
    token: str | None = None
    asked: dict[str, Any] = field(default_factory=dict)
    opened: list[Pipeline] = field(default_factory=list)

    def __call__(self, file: dict[str, Any], **asked: int) -> DiarizeOutput:
        self.asked = asked
        waveform, rate_hz = file["waveform"], file["sample_rate"]
        assert waveform.shape[0] == 1
        own = OwnDiarizer()
        own.hear(Waveform(waveform[0].numpy(), rate_hz, 0.0))
        exact = asked.get("num_speakers")
        count = CountRange(exact or asked.get("min_speakers", 1), exact or asked.get("max_speakers", 20))
        return DiarizeOutput(Annotation(list(own.finish(count))))

    def to(self, device: Any) -> Pipeline:
        return self


def install(monkeypatch: pytest.MonkeyPatch) -> list[Pipeline]:
    """Put it in the place of the real one; gives the list of all pipelines that are opened."""
    opened: list[Pipeline] = []

    class Opener:
        @staticmethod
        def from_pretrained(checkpoint: str, *, token: str | None = None) -> Pipeline | None:
            if token == "refused":
                return None
            if token == "broken":
                raise OSError("401 Client Error")
            opened.append(Pipeline(checkpoint, token))
            return opened[-1]

    package, audio = ModuleType("pyannote"), ModuleType("pyannote.audio")
    audio.Pipeline = Opener  # type: ignore[attr-defined]
    package.audio = audio  # type: ignore[attr-defined]
    monkeypatch.setitem(__import__("sys").modules, "pyannote", package)
    monkeypatch.setitem(__import__("sys").modules, "pyannote.audio", audio)
    monkeypatch.setenv(TOKEN_VARIABLE, "hf_token")
    return opened
