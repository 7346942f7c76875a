"""Errors of speech engines: no engine, no weights, no device, a language that the engine does not know."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from video_pipeline.core import timecode
from video_pipeline.core.errors import BadRecord, EngineError, InputError, OptionError


@dataclass(eq=False)
class WeightsMissing(EngineError):
    model: str
    searched: tuple[str, ...]
    reason: str = ""

    @property
    def message(self) -> str:
        why = f" ({self.reason})" if self.reason else ""
        return f"the weights of {self.model} are not on this machine{why}; searched: {', '.join(self.searched)}"


@dataclass(eq=False)
class ModelNotCached(WeightsMissing):
    """Of a model that only comes by itself, on first use."""


@dataclass(eq=False)
class FetchFailed(EngineError):
    model: str
    folder: Path
    files: tuple[str, ...]
    reason: str

    @property
    def message(self) -> str:
        return f"{self.model} could not be fetched ({self.reason}); its files {', '.join(self.files)} belong in {self.folder}"


@dataclass(eq=False)
class WeightsDamaged(EngineError):
    path: Path
    reason: str

    @property
    def message(self) -> str:
        return f"the model in {self.path} cannot be used: {self.reason}"


@dataclass(eq=False)
class OtherVideo(OptionError):
    """A stored transcript does not belong to the video."""

    path: Path
    reason: str

    @property
    def message(self) -> str:
        return f"the transcript {self.path} is not of this video: {self.reason}"


@dataclass(eq=False)
class BadTranscript(BadRecord):
    """A file that was named as a transcript holds none that can be played."""

    @property
    def message(self) -> str:
        return f"{self.path} cannot be played as a transcript: {self.reason}"


@dataclass(eq=False)
class EngineUnavailable(EngineError):
    engine: str
    reason: str

    @property
    def message(self) -> str:
        return f"the engine {self.engine} cannot run here: {self.reason}"


@dataclass(eq=False)
class NoTranscript(EngineUnavailable):
    """No stored transcript was named, which the engine plays."""


@dataclass(eq=False)
class DeviceMissing(EngineError):
    device: str
    reason: str

    @property
    def message(self) -> str:
        return f"the device {self.device} was requested but is not usable: {self.reason}"


@dataclass(eq=False)
class OtherLanguage(InputError):
    """The speech from `start_s` to `end_s` is in a language that the engine does not know."""

    engine: str
    knows: str
    start_s: float
    end_s: float

    @property
    def message(self) -> str:
        where = f"from {timecode.clock(self.start_s)} to {timecode.clock(self.end_s)}"
        return f"the speech {where} does not sound like {self.knows}, the only language that the engine {self.engine} knows"
