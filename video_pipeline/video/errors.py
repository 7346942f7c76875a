"""Errors of one video."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from video_pipeline.core.errors import InputError, PipelineError

NO_SOUND = "no laughter or applause"


@dataclass(eq=False)
class NothingHeard(InputError):
    path: Path
    duration_s: float
    how: str = "no speech, laughter or applause"
    left_out: str = ""
    """Why words that were heard were left out; empty if there were none."""

    @property
    def message(self) -> str:
        words = f"; words were heard, but {self.left_out}" if self.left_out else ""
        return f"nothing to write: {self.how} was found in the {self.duration_s:.1f} s of sound of {self.path}{words}"


@dataclass(eq=False)
class ClipsLeftOut(PipelineError):
    """Some clips could not be made; a notice said why each of them."""

    left_out: int
    total: int

    @property
    def message(self) -> str:
        return f"{self.left_out} of {self.total} clips could not be made; everything else is done"


@dataclass(eq=False)
class NotFinished(PipelineError):
    """The requested results of a video do not exist."""

    folder: Path
    stage: str

    @property
    def message(self) -> str:
        return f"{self.folder} holds no finished results (the stage {self.stage} was never done)"


@dataclass(eq=False)
class PhrasesMissing(PipelineError):
    """A conversation lacks phrases of its check list; the report is written."""

    folder: Path
    names: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"{self.folder.name}: nobody says what the check list requires: {', '.join(self.names)}"
