"""Every error a person can meet: what is wrong, where, and what to do next. One tree, one table of exit codes.

An error is a dataclass of its facts, so a program can read them; `str()` is the sentence for people. All of them pickle.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from video_pipeline.core.suggestions import did_you_mean, sibling_hint


class PipelineError(Exception):
    """The root. Catch this to catch everything the project raises on purpose."""

    @property
    def message(self) -> str:
        return "something went wrong"

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), dataclasses.astuple(self) if dataclasses.is_dataclass(self) else ()


class InputError(PipelineError):
    """The video cannot give what was asked."""


@dataclass(eq=False)
class NoSuchFile(InputError):
    path: Path

    @property
    def message(self) -> str:
        return f"there is no file {self.path}{sibling_hint(self.path)}"


@dataclass(eq=False)
class NotMedia(InputError):
    path: Path
    reason: str

    @property
    def message(self) -> str:
        return f"{self.path} is not a video or audio file that can be read: {self.reason}"


@dataclass(eq=False)
class NotSubtitles(InputError):
    path: Path
    reason: str

    @property
    def message(self) -> str:
        return f"{self.path} is not a subtitle file that can be read: {self.reason}"


@dataclass(eq=False)
class NoAudio(InputError):
    path: Path

    @property
    def message(self) -> str:
        return f"{self.path} has no audio track, so there is nothing to transcribe"


@dataclass(eq=False)
class NoSuchTrack(InputError):
    path: Path
    track: int
    tracks: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"{self.path} has no audio track {self.track}; it has: {'; '.join(self.tracks)}"


@dataclass(eq=False)
class NoPicture(InputError):
    path: Path
    wanted: str

    @property
    def message(self) -> str:
        return f"{self.path} has no picture, so {self.wanted}; the subtitle files themselves were written"


@dataclass(eq=False)
class DamagedMedia(InputError):
    path: Path
    reason: str

    @property
    def message(self) -> str:
        return f"{self.path} is damaged and no sound could be decoded from it: {self.reason}"


@dataclass(eq=False)
class NothingHeard(InputError):
    path: Path
    duration_s: float
    how: str = "no speech, laughter or applause"

    @property
    def message(self) -> str:
        return f"nothing to write: {self.how} was found in the {self.duration_s:.1f} s of sound of {self.path}"


class OutputError(PipelineError):
    """The result cannot be kept."""


@dataclass(eq=False)
class CannotWrite(OutputError):
    path: Path
    reason: str

    @property
    def message(self) -> str:
        return f"cannot write {self.path}: {self.reason}; choose another folder with --out or make room there"


class OptionError(PipelineError):
    """The request itself is wrong."""


@dataclass(eq=False)
class UnknownName(OptionError):
    kind: str
    name: str
    known: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"there is no {self.kind} {self.name!r}{did_you_mean(self.name, self.known)}; known: {', '.join(self.known)}"


@dataclass(eq=False)
class UnknownKey(OptionError):
    where: str
    key: str
    known: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"{self.where}: unknown key {self.key!r}{did_you_mean(self.key, self.known)}; known: {', '.join(self.known)}"


@dataclass(eq=False)
class BadValue(OptionError):
    where: str
    reason: str

    @property
    def message(self) -> str:
        return f"{self.where}: {self.reason}"


class EngineError(PipelineError):
    """No engine, no weights, no device."""


@dataclass(eq=False)
class WeightsMissing(EngineError):
    model: str
    searched: tuple[str, ...]
    reason: str = ""

    @property
    def message(self) -> str:
        why = f" ({self.reason})" if self.reason else ""
        return (
            f"the weights of {self.model} are not on this machine{why}; searched {', '.join(self.searched)}. "
            "Fetch them once with `video-pipeline models fetch` (network and 1 GB needed), or go on without: --engine draft"
        )


@dataclass(eq=False)
class WeightsDamaged(EngineError):
    path: Path
    reason: str

    @property
    def message(self) -> str:
        return f"the model in {self.path} cannot be used: {self.reason}; run `video-pipeline models fetch --again`"


@dataclass(eq=False)
class EngineUnavailable(EngineError):
    engine: str
    reason: str

    @property
    def message(self) -> str:
        return f"the engine {self.engine} cannot run here: {self.reason}"


@dataclass(eq=False)
class DeviceMissing(EngineError):
    device: str
    reason: str

    @property
    def message(self) -> str:
        return f"the device {self.device} was asked for but is not usable: {self.reason}; use --device cpu or --device auto"


class ToolError(PipelineError):
    """FFmpeg is missing, failed or hung."""


@dataclass(eq=False)
class FfmpegMissing(ToolError):
    searched: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"FFmpeg was not found ({', '.join(self.searched)}); install it, or `pip install imageio-ffmpeg`"


@dataclass(eq=False)
class FfmpegFailed(ToolError):
    doing: str
    path: Path
    tail: str

    @property
    def message(self) -> str:
        return f"FFmpeg failed while {self.doing} {self.path}: {self.tail}"


@dataclass(eq=False)
class FfmpegTimeout(ToolError):
    doing: str
    path: Path
    limit_s: float

    @property
    def message(self) -> str:
        return f"FFmpeg made no progress for {self.limit_s:.0f} s while {self.doing} {self.path} and was stopped"


@dataclass(eq=False)
class BadRecord(PipelineError):
    path: Path
    reason: str

    @property
    def message(self) -> str:
        return f"{self.path} is not a file of this program, or it is damaged: {self.reason}"


@dataclass(eq=False)
class SomeFailed(PipelineError):
    failed: int
    total: int

    @property
    def message(self) -> str:
        return f"{self.failed} of {self.total} files failed; the others are done, and running the same again retries only these"


@dataclass(eq=False)
class RulesBroken(PipelineError):
    path: Path
    broken: int

    @property
    def message(self) -> str:
        return f"{self.path} breaks the rules in {self.broken} of its cues"


EXIT_CODES: dict[type[BaseException], int] = {
    OptionError: 2,
    NoSuchFile: 3,
    NotMedia: 4,
    NotSubtitles: 4,
    DamagedMedia: 4,
    NoAudio: 5,
    NoSuchTrack: 5,
    NoPicture: 5,
    NothingHeard: 6,
    OutputError: 7,
    EngineError: 8,
    ToolError: 9,
    BadRecord: 10,
    SomeFailed: 11,
    RulesBroken: 12,
    KeyboardInterrupt: 130,
}
"""The process's exit status for each error, the most special class first. 0 is success; 1 is a defect of ours."""


def exit_code(error: BaseException) -> int:
    return next((code for kind, code in EXIT_CODES.items() if isinstance(error, kind)), 1)
