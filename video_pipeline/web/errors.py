"""What can go wrong between a program and the server: leaves of the tree in `core.errors`, and the status of each."""

from __future__ import annotations

from dataclasses import dataclass

from video_pipeline.core.errors import EngineError, InputError, NoSuchFile, OptionError, OutputError, PipelineError
from video_pipeline.media.errors import DamagedMedia, NoAudio, NoPicture, NotMedia


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
        return f"the upload stood still for {self.waited_s:.0f} s and was given up"


@dataclass(eq=False)
class TooBusy(PipelineError):
    reason: str

    @property
    def message(self) -> str:
        return f"{self.reason}; try again later"


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
    NoPicture: 409,
    TooLarge: 413,
    NotMedia: 415,
    NoAudio: 415,
    DamagedMedia: 415,
    TooBusy: 429,
    OptionError: 400,
    InputError: 400,
    EngineError: 503,
    OutputError: 507,
}
"""The HTTP status of each error, the most special class first; anything else is 500."""


def status_of(error: BaseException) -> int:
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 500)
