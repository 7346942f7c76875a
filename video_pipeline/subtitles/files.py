"""What is written for one format: a file, or two where labels go into one of their own."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from video_pipeline.core.cue import Cue
from video_pipeline.subtitles import FORMATS
from video_pipeline.subtitles.base import Appearance, SubtitleFormat
from video_pipeline.subtitles.rules import SubtitleOptions
from video_pipeline.subtitles.speakers import without_names


def appearance_of(options: SubtitleOptions, size_px: tuple[int, int], title: str) -> Appearance:
    """`size_px` is the picture's width and height; (1920, 1080) serves where there is none."""
    return Appearance(options.labels, *size_px, title, options.byte_order_mark, options.style, options.safe_zone)


def rendered(name: str, cues: Sequence[Cue], appearance: Appearance) -> str:
    """The text of one file in the format `name`."""
    member: SubtitleFormat = FORMATS.load(name)()
    return member.render(cues, appearance)


def files_of(name: str, cues: Sequence[Cue], appearance: Appearance) -> dict[str, str]:
    """Texts by the end of their file's name: `{"srt": ...}`, or with `{"sdh.srt": ...}`; the first is then bare of labels."""
    if not appearance.style.separate_labels or appearance.labels == "none":
        return {name: rendered(name, cues, appearance)}
    bare = dataclasses.replace(appearance, labels="none")
    return {name: rendered(name, [*map(without_names, cues)], bare), f"sdh.{name}": rendered(name, cues, appearance)}
