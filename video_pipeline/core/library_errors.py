"""What can become of a video in a library that is not the video's own fault: leaves of the tree in `errors`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from video_pipeline.core.errors import ToolError


@dataclass(eq=False)
class WorkerDied(ToolError):
    video: Path
    times: int

    @property
    def message(self) -> str:
        return (
            f"the worker died in the middle of {self.video} (killed, or out of memory), {self.times} times; "
            "try it alone, or with fewer workers"
        )


@dataclass(eq=False)
class WorkerHung(ToolError):
    video: Path
    how: str
    limit_s: float
    advice: str

    @property
    def message(self) -> str:
        return f"{self.video} was stopped: {self.how} {self.limit_s:.0f} s; {self.advice}"


@dataclass(eq=False)
class TooMuchMemory(ToolError):
    video: Path
    used_mb: int
    limit_mb: int

    @property
    def message(self) -> str:
        return (
            f"{self.video} was stopped: its worker took {self.used_mb} MB, and {self.limit_mb} MB are allowed; "
            "raise --memory-mb, or take fewer workers"
        )
