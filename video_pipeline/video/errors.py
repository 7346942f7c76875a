"""Errors of one video."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from video_pipeline.core.errors import InputError


@dataclass(eq=False)
class NothingHeard(InputError):
    path: Path
    duration_s: float
    how: str = "no speech, laughter or applause"

    @property
    def message(self) -> str:
        return f"nothing to write: {self.how} was found in the {self.duration_s:.1f} s of sound of {self.path}"
