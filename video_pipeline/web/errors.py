"""Errors between a program and the server, and for every error its HTTP status and what a request can change about it."""

from __future__ import annotations

from dataclasses import dataclass

from video_pipeline.clips.errors import NoFaceDetector
from video_pipeline.core.errors import (
    EngineError,
    InputError,
    NoSuchFile,
    OptionError,
    OutputError,
    PipelineError,
    class_named,
    for_class,
)
from video_pipeline.media.errors import (
    CannotCut,
    CannotHold,
    DamagedMedia,
    FfmpegMissing,
    MissingFont,
    NoAudio,
    NoLibass,
    NoPicture,
    NotEnoughSpace,
    NotMedia,
)
from video_pipeline.speech.errors import DeviceMissing, FetchFailed, OtherLanguage, WeightsDamaged, WeightsMissing


@dataclass(eq=False)
class NotThere(InputError):
    what: str

    @property
    def message(self) -> str:
        return f"there is no {self.what} here"


@dataclass(eq=False)
class NotNow(PipelineError):
    reason: str

    @property
    def message(self) -> str:
        return self.reason


@dataclass(eq=False)
class TooLarge(InputError):
    what: str
    limit: str

    @property
    def message(self) -> str:
        return f"{self.what} is too large: {self.limit} is the limit of this server"


@dataclass(eq=False)
class BadUpload(InputError):
    reason: str

    @property
    def message(self) -> str:
        return f"the upload cannot be used: {self.reason}"


@dataclass(eq=False)
class Stalled(InputError):
    waited_s: float

    @property
    def message(self) -> str:
        return f"the upload stood nearly still for {self.waited_s:.0f} s and was given up"


@dataclass(eq=False)
class TooBusy(PipelineError):
    reason: str

    @property
    def message(self) -> str:
        return self.reason


class Locked(PipelineError):
    """Another request adds to the same upload just now."""

    @property
    def message(self) -> str:
        return "another request adds to this upload just now"


@dataclass(eq=False)
class OffsetDiffers(PipelineError):
    """A piece of an upload does not begin where the upload ends."""

    offset_bytes: int

    @property
    def message(self) -> str:
        return f"{self.offset_bytes} bytes are here already: go on from there"


@dataclass(eq=False)
class NoRoom(OutputError):
    reason: str

    @property
    def message(self) -> str:
        return f"this server takes nothing more: {self.reason}"


class HungUp(PipelineError):
    """Whoever asked has gone."""

    @property
    def message(self) -> str:
        return "the connection was closed"


@dataclass(eq=False)
class Changed(PipelineError):
    """Somebody else changed the same lines or clips since they were shown; `lines` or `clips` are what stands there now."""

    lines: tuple[dict[str, object], ...] = ()
    clips: tuple[dict[str, object], ...] | None = None
    """None where it is about lines."""

    @property
    def now(self) -> dict[str, object]:
        """What stands there now, as part of an answer."""
        return {"lines": self.lines} if self.clips is None else {"clips": self.clips}

    @property
    def message(self) -> str:
        return "somebody else changed this since you saw it"


@dataclass(eq=False)
class Unreachable(PipelineError):
    """An address outside to which nothing could be sent."""

    reason: str

    @property
    def message(self) -> str:
        return f"nothing could be sent there: {self.reason}"


@dataclass(eq=False)
class Foreign(PipelineError):
    reason: str

    @property
    def message(self) -> str:
        return self.reason


STATUS: dict[type[BaseException], int] = {
    BadUpload: 400,
    Foreign: 403,
    NotThere: 404,
    NoSuchFile: 404,
    Stalled: 408,
    NotNow: 409,
    Changed: 409,
    OffsetDiffers: 409,
    Locked: 423,
    NoPicture: 409,
    TooLarge: 413,
    NotMedia: 415,
    NoAudio: 415,
    OtherLanguage: 415,
    DamagedMedia: 415,
    TooBusy: 429,
    OptionError: 400,
    InputError: 400,
    EngineError: 503,
    OutputError: 507,
    HungUp: 499,
}
"""The HTTP status by error class; a class that is not here takes the status of its base, anything else 500."""

_OPERATOR = "ask whoever runs this server"
ADVICE: dict[type[BaseException], str] = {
    CannotHold: '"options": {"video.container": "mkv"} holds them all',
    CannotCut: '"options": {"clips.cut.way": "exact"} works for every video',
    NoFaceDetector: '"options": {"clips.shape.steer": "auto"} does without it',
    MissingFont: f"{_OPERATOR} to install the font",
    FetchFailed: f'"options": {{"engine": "draft"}} does without it in English, or {_OPERATOR} to fetch it',
    WeightsMissing: f'"options": {{"engine": "draft"}} does without them, or {_OPERATOR} to fetch them',
    WeightsDamaged: f"{_OPERATOR} to fetch the model again",
    OtherLanguage: f'"options": {{"language": "en"}} takes it for English, or {_OPERATOR} to fetch the model for others',
    DeviceMissing: '"options": {"device": "auto"} takes what is there',
    FfmpegMissing: f"{_OPERATOR} to install FFmpeg",
    NoLibass: f"{_OPERATOR} to install a full build of FFmpeg",
    NotEnoughSpace: f"{_OPERATOR} to make room",
    TooBusy: "send it again later",
}
"""What a request can change, by error class; a class that is not here takes the advice of its base."""


def status_of(error: BaseException) -> int:
    return for_class(STATUS, type(error)) or 500


def advice(error_type: str) -> str:
    """For the name of an error class, as answers and stored jobs give it; empty if there is none."""
    kind = class_named(error_type) if error_type else None
    return for_class(ADVICE, kind) or "" if kind else ""
