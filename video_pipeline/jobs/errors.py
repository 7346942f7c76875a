"""What can go wrong with a worker. Each error states facts; how to set other limits is said by whoever shows it."""

from __future__ import annotations

from dataclasses import dataclass

from video_pipeline.core.errors import PipelineError, ToolError


@dataclass(eq=False)
class WorkerDied(ToolError):
    """A worker process ended in the middle of a job."""

    name: str
    times: int

    @property
    def message(self) -> str:
        count = "" if self.times == 1 else f", {self.times} times"
        return f"the worker process died while it worked on {self.name} (killed, or out of memory){count}"


@dataclass(eq=False)
class WorkerHung(ToolError):
    """A worker process was ended because it no longer reported progress."""

    name: str
    limit_s: float

    @property
    def message(self) -> str:
        return f"{self.name} was stopped: its worker reported no progress for {self.limit_s:.0f} s"


@dataclass(eq=False)
class EngineHung(ToolError):
    """The engine that several workers share gave no sign of life, and neither did the one that replaced it."""

    name: str
    limit_s: float

    @property
    def message(self) -> str:
        return f"the shared engine {self.name} gave no answer for {self.limit_s:.0f} s, nor did the one that replaced it"


@dataclass(eq=False)
class ClusterLost(ToolError):
    """The Ray cluster of a run is gone. What was recorded is not concerned."""

    reason: str

    @property
    def message(self) -> str:
        return f"the Ray cluster was lost: {self.reason}"


@dataclass(eq=False)
class TookTooLong(ToolError):
    """A job exceeded the time limit per item."""

    name: str
    limit_s: float

    @property
    def message(self) -> str:
        return f"{self.name} was stopped: it took more than {self.limit_s:.0f} s, the time limit"


@dataclass(eq=False)
class TooMuchMemory(ToolError):
    """A worker process exceeded the memory limit."""

    name: str
    used_mb: int
    limit_mb: int

    @property
    def message(self) -> str:
        return f"{self.name} was stopped: its worker used {self.used_mb} MB of memory, the limit is {self.limit_mb} MB"


@dataclass(eq=False)
class Cancelled(PipelineError):
    """A job was given up on request."""

    name: str

    @property
    def message(self) -> str:
        return f"{self.name} was cancelled"
