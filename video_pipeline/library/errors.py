"""What can go wrong with the videos of a library, above all with remote ones."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from video_pipeline.core.errors import NoSuchFile, OptionError, OutputError, PipelineError


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
        return f"there is nothing at {self.url}; it was removed or renamed, or the name is wrong"


@dataclass(eq=False)
class RemoteRefused(RemoteError):
    @property
    def message(self) -> str:
        return f"{self.url} was refused ({self.reason}); check that your credentials may read it"


@dataclass(eq=False)
class RemoteBroken(RemoteError):
    @property
    def message(self) -> str:
        return f"{self.url} did not arrive whole: {self.reason}; the same command tries again"


@dataclass(eq=False)
class RemoteTooBig(RemoteError):
    most_bytes: int = 0

    @property
    def message(self) -> str:
        return (
            f"{self.url} is larger than {self.most_bytes / 1e9:g} GB, the most that is fetched; "
            "VIDEO_PIPELINE_MOST_GB in the environment allows more"
        )


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
        return f"cannot write {self.url}: {self.reason}; the results are whole in the local folder"


@dataclass(eq=False)
class SomeFailed(PipelineError):
    failed: int
    total: int

    @property
    def message(self) -> str:
        return f"{self.failed} of {self.total} files failed; the others are done; the same command retries only these"


def name_only(url: str) -> Path:
    """What `RemoteError.path` holds."""
    return Path(url.partition("?")[0].rstrip("/").rpartition("/")[2])
