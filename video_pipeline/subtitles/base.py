"""The contract of a subtitle format.

To add one:
1. write one file here with a class that satisfies `SubtitleFormat`;
2. add its line to `FORMATS` in `__init__.py`; the name is the file's suffix;
3. run `tests/subtitles/test_formats.py`, which writes and reads back every member of the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from video_pipeline.core.cue import Cue


@dataclass(frozen=True, slots=True)
class Appearance:
    """How cues are dressed: `labels` is one of `rules.LABELS`, the picture's size in pixels is what positions refer to."""

    labels: str = "text"
    width_px: int = 1920
    height_px: int = 1080
    title: str = ""
    byte_order_mark: bool = False


class SubtitleFormat(Protocol):
    """Turns cues into the text of one file."""

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> str:
        """The whole file. Cues come in order, do not overlap, and hold no empty line; their text may hold anything else."""
        ...
