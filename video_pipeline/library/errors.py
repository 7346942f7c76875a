"""Errors of library runs, and of videos that are stored elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from video_pipeline.core.errors import NoSuchFile, OptionError, OutputError, PipelineError, ToolError


@dataclass(eq=False)
class WorkerDied(ToolError):
    video: Path
    times: int

    @property
    def message(self) -> str:
        return f"the worker died while processing {self.video}, {self.times} times; it was killed or ran out of memory"


@dataclass(eq=False)
class WorkerHung(ToolError):
    video: Path
    how: str
    limit_s: float

    @property
    def message(self) -> str:
        return f"{self.video} was stopped: {self.how} {self.limit_s:.0f} s"


@dataclass(eq=False)
class TooMuchMemory(ToolError):
    video: Path
    used_mb: int
    limit_mb: int

    @property
    def message(self) -> str:
        return f"{self.video} was stopped: its worker used {self.used_mb} MB, and {self.limit_mb} MB are allowed"


@dataclass(eq=False)
class RemoteError(NoSuchFile):
    """A remote video is unreachable; `path` is only its name."""

    url: str
    reason: str = ""

    @property
    def message(self) -> str:
        return f"{self.url} cannot be read: {self.reason}"


@dataclass(eq=False)
class RemoteMissing(RemoteError):
    @property
    def message(self) -> str:
        return f"there is nothing at {self.url}: it was removed or renamed, or the name is wrong"


@dataclass(eq=False)
class RemoteRefused(RemoteError):
    @property
    def message(self) -> str:
        return f"{self.url} may not be read: {self.reason}"


@dataclass(eq=False)
class RemoteBroken(RemoteError):
    @property
    def message(self) -> str:
        return f"{self.url} was not transferred completely: {self.reason}"


@dataclass(eq=False)
class RemoteTooBig(RemoteError):
    most_bytes: int = 0

    @property
    def message(self) -> str:
        return f"{self.url} is larger than {self.most_bytes / 1e9:g} GB, the limit for downloads"


@dataclass(eq=False)
class RemoteUnknown(OptionError):
    url: str
    reason: str

    @property
    def message(self) -> str:
        return f"{self.url} cannot be opened here: {self.reason}"


@dataclass(eq=False)
class CannotPut(OutputError):
    url: str
    reason: str

    @property
    def message(self) -> str:
        return f"cannot write {self.url}: {self.reason}; the local folder holds all results"


@dataclass(eq=False)
class SomeFailed(PipelineError):
    failed: int
    total: int

    @property
    def message(self) -> str:
        return f"{self.failed} of {self.total} files failed; the others are done"


def name_only(url: str) -> Path:
    """What `RemoteError.path` holds."""
    return Path(url.partition("?")[0].rstrip("/").rpartition("/")[2])
