"""Single pictures out of a video."""

from __future__ import annotations

from pathlib import Path

from video_pipeline.core.labels import Language
from video_pipeline.media import ffmpeg
from video_pipeline.media.clock import opened
from video_pipeline.media.drawing import Typeset, drawing
from video_pipeline.media.errors import MissingFont
from video_pipeline.media.fonts import typeset
from video_pipeline.media.probe import MediaInfo
from video_pipeline.media.targets import refusals, whole
from video_pipeline.media.upright import picture_of, progressive, upright


def frame(info: MediaInfo, at_s: float, target: Path, *, width_px: int = 960, subtitles: str | None = None) -> None:
    """Write a JPEG of the picture at a time, with the ASS document `subtitles` drawn onto it if one is given.

    Raises:
        FfmpegFailed, FfmpegTimeout: there is no frame at that time. CannotWrite: the target folder is not writable.
    """
    place, stream = opened(info.path, at_s), picture_of(info)
    picture = upright(progressive(place.picture(str(stream.number)), stream), stream)
    with whole(target) as part, refusals(part):
        if subtitles is not None:
            # the clock of the picture starts at 0 after seeking: restore it before the cues are drawn
            picture = drawing(picture.filter("setpts", f"PTS+{at_s:.6f}/TB"), _ready(subtitles), part.parent)
        picture = picture.filter("scale", width_px, -2)
        how = {"vframes": 1, "format": "image2", "update": 1, "q:v": 3}
        line = ffmpeg.command(place.output(picture, filename=ffmpeg.url(part), **how))
        ffmpeg.run(line, ffmpeg.Task("taking a picture from", info.path), cwd=part.parent)


def _ready(document: str) -> Typeset:
    """In fonts that have its letters; where none has one of them, as it is: one picture is not worth an error."""
    try:
        return typeset(document, Language.UNKNOWN)
    except MissingFont:
        return Typeset(document)
