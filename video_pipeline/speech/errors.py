"""No engine, no weights, no device."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from video_pipeline.core.errors import EngineError


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
