"""The filter of FFmpeg that draws an ASS document onto a picture, and the font files that it gets."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from video_pipeline.media import ffmpeg


@dataclass(frozen=True, slots=True)
class Typeset:
    """An ASS document whose styles name fonts that are present."""

    text: str
    """The document."""
    brought: tuple[Path, ...] = ()
    """Font files that libass gets in addition to those of the system."""
    used: tuple[Path, ...] = ()
    """Files of the fonts that the document names, as far as they are known."""


def drawing(picture: object, ready: Typeset, place: Path) -> object:
    """A picture of FFmpeg's graph with a document drawn onto it. FFmpeg must run in `place`, where the files it reads are put.

    They have plain names there, because paths in filters need two levels of escaping. Fonts have their own folder, because
    libass reads every file in it.
    """
    (place / "cues.ass").write_text(ready.text, encoding="utf-8")
    if not ready.brought:
        return ffmpeg.graph().filter(picture, "ass", "cues.ass")
    (place / "fonts").mkdir()
    for number, file in enumerate(ready.brought):
        own = place / "fonts" / f"{number}{file.suffix}"
        try:
            own.symlink_to(file.absolute())
        except OSError:  # Windows allows links only with a special right
            shutil.copyfile(file, own)
    return ffmpeg.graph().filter(picture, "ass", "cues.ass", fontsdir="fonts")
