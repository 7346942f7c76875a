"""What clips can lack."""

from __future__ import annotations

from dataclasses import dataclass

from video_pipeline.core.errors import ToolError


@dataclass(eq=False)
class ToolMissing(ToolError):
    package: str
    wanted: str

    @property
    def message(self) -> str:
        return f"without the package {self.package} there is no {self.wanted}; pip install {self.package}"


@dataclass(eq=False)
class NoFaceDetector(ToolError):
    reason: str

    @property
    def message(self) -> str:
        return f"faces cannot be found here ({self.reason}): pip install 'video-pipeline[faces]', or --set clips.shape.steer=auto"
