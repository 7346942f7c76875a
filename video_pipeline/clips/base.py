"""The contract of a clip export.

To add one:
1. write one file here with a class that satisfies `ClipExport`;
2. add its line to `EXPORTS` in `__init__.py`;
3. run `tests/clips/test_exports.py`, which holds every member of the table to the contract.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from video_pipeline.clips import EXPORTS
from video_pipeline.core.clip import Clip
from video_pipeline.media.cut import CutOptions
from video_pipeline.media.probe import MediaInfo

_NOT_WORD = re.compile(r"[^\w]+")
_TITLE_LENGTH = 48


@dataclass(frozen=True, slots=True)
class ClipOptions:
    """What is made of the chosen clips: `exports` are names in `EXPORTS`, `cut` says how pictures are encoded."""

    exports: tuple[str, ...] = ("video",)
    cut: CutOptions = field(default_factory=CutOptions)

    def __post_init__(self) -> None:
        for name in self.exports:
            EXPORTS.require(name)


@dataclass(frozen=True, slots=True)
class ClipJob:
    """Clips of one video, best first, and the folder their files go to. `done` is told seconds of finished clip."""

    source: MediaInfo
    track: int
    clips: Sequence[Clip]
    folder: Path
    options: ClipOptions
    done: Callable[[float], None]

    def stem(self, number: int) -> str:
        """File name of clip `number` (from 0), without its suffix: `01_the-punchline_87`."""
        clip = self.clips[number]
        words = _NOT_WORD.sub("-", clip.title).strip("-")[:_TITLE_LENGTH].strip("-")
        return f"{number + 1:02d}_{words or 'clip'}_{clip.score:.0f}"


class ClipExport(Protocol):
    """Makes files of clips."""

    def export(self, job: ClipJob) -> list[Path]:
        """The files made, all inside `job.folder`; on an error none of them is left half-written."""
        ...
