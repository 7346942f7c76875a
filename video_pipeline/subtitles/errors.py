"""Errors of subtitle files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from video_pipeline.core.errors import InputError, PipelineError


@dataclass(eq=False)
class NotSubtitles(InputError):
    path: Path
    reason: str

    @property
    def message(self) -> str:
        return f"{self.path} is not a subtitle file: {self.reason}"


@dataclass(eq=False)
class RulesBroken(PipelineError):
    path: Path
    broken: int

    @property
    def message(self) -> str:
        return f"{self.path} breaks the rules in {self.broken} of its cues"
