"""Subtitles of a piece of a video, on the piece's own clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from video_pipeline.core.cue import Cue
from video_pipeline.core.span import Span
from video_pipeline.subtitles.files import appearance_of, files_of, rendered
from video_pipeline.subtitles.formats.base import Appearance
from video_pipeline.subtitles.retime import retimed
from video_pipeline.subtitles.rules import SubtitleOptions


@dataclass(frozen=True, slots=True)
class Captions:
    """The cues of a whole video, and how they look on its clips."""

    cues: Sequence[Cue]
    options: SubtitleOptions
    title: str
    draft: bool = False
    """Whether the words are a draft."""

    def on(self, piece: Span, size_px: tuple[int, int]) -> str:
        """The ASS document of a piece on its own clock, for a picture of that size."""
        return rendered("ass", retimed(self.cues, piece), self._appearance(size_px))

    def files(self, piece: Span, size_px: tuple[int, int], stem: Path) -> dict[Path, bytes]:
        """Contents by path in all formats that are asked for, on the piece's own clock; none where nothing is said or heard."""
        cues, looks = retimed(self.cues, piece), self._appearance(size_px)
        if not cues:
            return {}
        return {
            stem.with_name(f"{stem.name}.{end}"): content
            for name in self.options.formats
            for end, content in files_of(name, cues, looks).items()
        }

    def _appearance(self, size_px: tuple[int, int]) -> Appearance:
        return appearance_of(self.options, size_px, self.title, draft=self.draft)
