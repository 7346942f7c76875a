"""The contract of a subtitle format.

To add one:
1. write one file here with a class that satisfies `SubtitleFormat`;
2. add its line to `FORMATS` in `__init__.py`; the name is the file's suffix;
3. add a parser that is not ours to `tests/subtitles/test_formats.py`, which writes and reads back every member of the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from video_pipeline.core.cue import Cue
from video_pipeline.subtitles.rules import SafeZone
from video_pipeline.subtitles.style import StyleOptions


@dataclass(frozen=True, slots=True)
class Appearance:
    """How cues are dressed, in every format as far as it can.

    Attributes:
        labels: one of `labels.LABELS`.
        width_px: of the picture; with `height_px`, what positions refer to.
        title: of the video.
        byte_order_mark: start text with U+FEFF.
        style: what letters look like.
        safe_zone: where no text may stand.
    """

    labels: str = "text"
    width_px: int = 1920
    height_px: int = 1080
    title: str = ""
    byte_order_mark: bool = False
    style: StyleOptions = field(default_factory=StyleOptions)
    safe_zone: SafeZone = field(default_factory=SafeZone)

    @property
    def mark(self) -> str:
        return "\ufeff" if self.byte_order_mark else ""


class SubtitleFormat(Protocol):
    """Turns cues into the text of one file."""

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> str:
        """The whole file. Cues come in order, do not overlap, and hold no empty line; their text may hold anything else."""
        ...


CONTROL: dict[int, str | None] = {
    **dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029], " "),
    **dict.fromkeys([0xFEFF, 0xFFFE, 0xFFFF], None),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}
"""For `str.translate`: what ends a line, a file or a parser's patience, in any format."""


def one_line(text: str) -> str:
    return " ".join(text.translate(CONTROL).split())
