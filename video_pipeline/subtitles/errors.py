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
    """Number of cues."""

    @property
    def message(self) -> str:
        return f"{self.path}: {self.broken} {'cue breaks' if self.broken == 1 else 'cues break'} the rules"


@dataclass(eq=False)
class SomeBroken(PipelineError):
    """Of several files some break rules."""

    broken: int
    total: int

    @property
    def message(self) -> str:
        return f"{self.broken} of {self.total} files {'breaks' if self.broken == 1 else 'break'} the rules"
