"""The files that are written for one format: one, or two if the labels have a file of their own."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from video_pipeline.core.cue import Cue
from video_pipeline.core.errors import UnknownName
from video_pipeline.subtitles import FORMATS, WRITERS
from video_pipeline.subtitles.formats.base import Appearance, FormatWriter
from video_pipeline.subtitles.labelling import without_names
from video_pipeline.subtitles.rules import SubtitleOptions

DRAFT_NOTE = "Draft: recognised by a small English model, with many mistakes. Check every word before use."


def appearance_of(options: SubtitleOptions, size_px: tuple[int, int], title: str, *, draft: bool = False) -> Appearance:
    """`size_px` is the width and height of the picture; without a picture use (1920, 1080). `draft`: the words are one."""
    return Appearance(
        options.labels,
        width_px=size_px[0],
        height_px=size_px[1],
        title=title,
        note=DRAFT_NOTE if draft else "",
        byte_order_mark=options.byte_order_mark,
        style=options.style,
        safe_zone=options.safe_zone,
    )


def rendered(name: str, cues: Sequence[Cue], appearance: Appearance) -> str:
    """The text of one file in the format `name`. Raises UnknownName if it cannot be written."""
    if name not in WRITERS:
        raise UnknownName(FORMATS.kind, name, tuple(WRITERS))
    writer: FormatWriter = FORMATS.load(name)()
    return writer.render(cues, appearance)


def files_of(name: str, cues: Sequence[Cue], appearance: Appearance) -> dict[str, str]:
    """The text of each file by the end of its name.

    It is `{"srt": ...}`, or `{"srt": ..., "sdh.srt": ...}` if labels have a file of their own; the first then has none.
    """
    if not appearance.style.separate_labels or appearance.labels == "none":
        return {name: rendered(name, cues, appearance)}
    bare = dataclasses.replace(appearance, labels="none")
    return {name: rendered(name, [*map(without_names, cues)], bare), f"sdh.{name}": rendered(name, cues, appearance)}
