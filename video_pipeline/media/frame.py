"""Single pictures out of a video."""

from __future__ import annotations

from pathlib import Path

from video_pipeline.media import ffmpeg
from video_pipeline.media.probe import MediaInfo
from video_pipeline.media.targets import refusals, whole


def frame(info: MediaInfo, at_s: float, target: Path, *, width_px: int = 960, subtitles: str | None = None) -> None:
    """Write a JPEG of the picture at a time, with the ASS document `subtitles` drawn onto it if one is given.

    Raises:
        FfmpegFailed, FfmpegTimeout: there is no frame at that time. CannotWrite: the target folder is not writable.
    """
    picture = ffmpeg.source(info.path, ss=f"{at_s:.6f}")["v:0"].filter("setsar", 1)
    with whole(target) as part, refusals(part):
        if subtitles is not None:
            # a plain name in FFmpeg's own folder, because paths in filters need two levels of escaping
            notes = part.with_name("cues.ass")
            notes.write_text(subtitles, encoding="utf-8")
            # the clock of the picture starts at 0 after seeking: restore it before the cues are drawn
            picture = picture.filter("setpts", f"PTS+{at_s:.6f}/TB").filter("ass", notes.name)
        picture = picture.filter("scale", width_px, -2)
        how = {"vframes": 1, "format": "image2", "update": 1, "q:v": 3}
        line = ffmpeg.command(ffmpeg.graph().output(picture, ffmpeg.url(part), **how))
        ffmpeg.run(line, ffmpeg.Task("taking a picture from", info.path), cwd=part.parent)
