"""Single pictures out of a video."""

from __future__ import annotations

from pathlib import Path

from video_pipeline.core.labels import Language
from video_pipeline.core.span import Span
from video_pipeline.media import ffmpeg
from video_pipeline.media.clock import opened
from video_pipeline.media.cutting.packets import EARLY_S, find_frames
from video_pipeline.media.drawing import Typeset, drawing
from video_pipeline.media.errors import FfmpegFailed, MissingFont
from video_pipeline.media.fonts import typeset
from video_pipeline.media.probe import MediaInfo
from video_pipeline.media.targets import refusals, whole
from video_pipeline.media.upright import picture_of, progressive, upright


def frame(info: MediaInfo, at_s: float, target: Path, *, width_px: int = 960, subtitles: str | None = None) -> None:
    """Write a JPEG of the picture at a time, with the ASS document `subtitles` drawn onto it if one is given.

    Where the sound goes on after the picture, it is the last one.

    Raises:
        FfmpegFailed, FfmpegTimeout: there is no frame at that time. CannotWrite: the target folder is not writable.
    """
    try:
        _write(info, (at_s, at_s), target, width_px, subtitles)
    except FfmpegFailed:
        last_s = _last_s(info, at_s)
        if last_s is None:
            raise
        _write(info, (last_s, at_s), target, width_px, subtitles)


def _last_s(info: MediaInfo, at_s: float) -> float | None:
    """When the last picture before a time of the file begins; None if the time is after the end of the file."""
    if at_s >= (info.duration_s or 0.0):
        return None
    found = find_frames(info.path, info.container, str(picture_of(info).number), Span(at_s, at_s))
    times_s = [time_s for time_s in found.packets.times_s if time_s <= at_s] if found else []
    return max(0.0, times_s[-1] - EARLY_S) if times_s else None


def _write(info: MediaInfo, times_s: tuple[float, float], target: Path, width_px: int, subtitles: str | None) -> None:
    """`times_s` are those of the picture and of the subtitles."""
    place, stream = opened(info.path, times_s[0]), picture_of(info)
    picture = upright(progressive(place.picture(str(stream.number)), stream), stream)
    with whole(target) as part, refusals(part):
        if subtitles is not None:
            # the clock of the picture starts at 0 after seeking: restore it before the cues are drawn
            picture = drawing(picture.filter("setpts", f"PTS+{times_s[1]:.6f}/TB"), _ready(subtitles), part.parent)
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
