"""Packages that clips need and that may be missing."""

from __future__ import annotations

from dataclasses import dataclass

from video_pipeline.core.errors import ToolError


@dataclass(eq=False)
class ToolMissing(ToolError):
    package: str
    wanted: str

    @property
    def message(self) -> str:
        return f"the package {self.package} is not installed, which the {self.wanted} needs"


@dataclass(eq=False)
class NoFaceDetector(ToolError):
    reason: str

    @property
    def message(self) -> str:
        return f"face detection is not available: {self.reason}"
