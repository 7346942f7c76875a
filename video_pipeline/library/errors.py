"""Errors of library runs, and of videos that are stored elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from video_pipeline.core.errors import CannotWrite, EngineError, InputError, NoSuchFile, OptionError, OutputError, PipelineError


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
    """Its server was not reached, failed, or the transfer broke off: `reason` says which."""

    @property
    def message(self) -> str:
        return f"{self.url} cannot be fetched: {self.reason}"


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
class DamagedCatalogue(CannotWrite):
    """The file of the catalogue cannot be read as one. The results are not concerned."""

    @property
    def message(self) -> str:
        return f"{self.path} is damaged ({self.reason}); it only lists the results, which are not concerned"


@dataclass(eq=False)
class CatalogueUnusable(CannotWrite):
    """The server that keeps the catalogue does not answer, or refuses. `path` is the library, whose results are not concerned."""

    address: str = ""
    """Without its password."""

    @property
    def message(self) -> str:
        return f"the catalogue {self.address} cannot be used: {self.reason}"


@dataclass(eq=False)
class NoEmbeddings(EngineError):
    """There is no model that knows what passages mean."""

    model: Path
    reason: str

    @property
    def message(self) -> str:
        return f"what words mean cannot be searched, since {self.model} cannot be used: {self.reason}"


@dataclass(eq=False)
class NoVideos(NoSuchFile):
    """A source is there and holds nothing to work on."""

    @property
    def message(self) -> str:
        return f"there is no video in {self.path}: it is empty, or what belongs there is not mounted"


@dataclass(eq=False)
class SourceGone(NoSuchFile):
    """A folder of videos went away while they were processed."""

    waiting: int = 0

    @property
    def message(self) -> str:
        videos = "1 video there waits" if self.waiting == 1 else f"{self.waiting} videos there wait"
        return f"{self.path} went away while the library ran; {videos} for the next run"


@dataclass(eq=False)
class SourceChanged(InputError):
    """A video changed while it was read. Nothing was made of it."""

    path: Path

    @property
    def message(self) -> str:
        return f"{self.path.name} changed while it was read, as if it were still recorded or copied; nothing was made of it"


@dataclass(eq=False)
class TakenOver(PipelineError):
    """Another run, to which this one seemed dead, has taken a video over."""

    name: str

    @property
    def message(self) -> str:
        return f"{self.name} was taken over by another run while this one stood still"


@dataclass(eq=False)
class RunStopped(PipelineError):
    """What went wrong with one video would go wrong with every other: the run was stopped."""

    error: str
    error_type: str
    waiting: int

    @property
    def message(self) -> str:
        rest = f"; the run was stopped before {self.waiting} more videos failed alike" if self.waiting else ""
        return f"{self.error}{rest}"


@dataclass(eq=False)
class SomeFailed(PipelineError):
    failed: int
    total: int

    @property
    def message(self) -> str:
        others = "; the others are done" if self.failed < self.total else ""
        return f"{self.failed} of {self.total} files failed{others}"


def name_only(url: str) -> Path:
    """What `RemoteError.path` holds."""
    return Path(url.partition("?")[0].rstrip("/").rpartition("/")[2])
