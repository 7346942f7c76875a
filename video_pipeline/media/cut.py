"""Pieces of a video as files of their own, and single frames. Every target appears whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from video_pipeline.core.errors import CannotWrite, FfmpegFailed
from video_pipeline.core.span import Span
from video_pipeline.media import ffmpeg
from video_pipeline.media.probe import MediaInfo

_ENCODE_LIMIT_S = 3600.0
_FADE_S = 0.03
_FULL_DISK = ("No space left on device", "Permission denied", "Read-only file system")


@dataclass(frozen=True, slots=True)
class CutOptions:
    """How clips are encoded.

    Attributes:
        crf: x264's constant quality, lower is better; 18 is visually the same as the source.
        speed: x264's preset.
        audio_kbps: AAC bit rate.
    """

    crf: int = 20
    speed: str = "veryfast"
    audio_kbps: int = 160


def suffix(info: MediaInfo) -> str:
    """The container a clip of this source gets."""
    return ".mp4" if info.video else ".m4a"


def cut(info: MediaInfo, track: int, span: Span, target: Path, options: CutOptions) -> None:
    """One clip, re-encoded, so that it starts on the exact frame; sound fades over 30 ms against clicks.

    Raises:
        FfmpegFailed, FfmpegTimeout: the source cannot be read or encoded.
        CannotWrite: the target folder refuses it.
    """
    source = ffmpeg.source(info.path, ss=f"{span.start_s:.6f}", t=f"{span.duration_s:.6f}")
    sound = source[f"a:{track}"].filter("aresample", **{"async": 1, "first_pts": 0})
    sound = sound.filter("afade", type="in", duration=_FADE_S)
    sound = sound.filter("afade", type="out", start_time=max(0.0, span.duration_s - _FADE_S), duration=_FADE_S)
    streams = [sound]
    how: dict[str, Any] = {"c:a": "aac", "b:a": f"{options.audio_kbps}k", "movflags": "+faststart"}
    if info.video:
        # x264 with 4:2:0 takes even sizes only, and every player takes square pixels
        picture = source["v:0"].filter("scale", "trunc(iw*sar/2)*2", "trunc(ih/2)*2").filter("setsar", 1)
        streams.insert(0, picture)
        how |= {"c:v": "libx264", "crf": options.crf, "preset": options.speed, "pix_fmt": "yuv420p"}
    with whole(target) as part:
        _encode(ffmpeg.graph().output(*streams, ffmpeg.url(part), format="mp4", map_metadata=-1, **how), info.path, part)


def frame(info: MediaInfo, at_s: float, target: Path, *, width_px: int = 960, subtitles: str | None = None) -> None:
    """A JPEG of the picture at a time, with the ASS document `subtitles` rendered onto it where one is given."""
    picture = ffmpeg.source(info.path, ss=f"{at_s:.6f}")["v:0"].filter("setsar", 1)
    with whole(target) as part:
        if subtitles is not None:
            # a plain name in FFmpeg's own folder, since paths in filters need two levels of escaping
            notes = part.with_name("cues.ass")
            notes.write_text(subtitles, encoding="utf-8")
            # the picture's clock starts at 0 after seeking: put it back before the cues are drawn
            picture = picture.filter("setpts", f"PTS+{at_s:.6f}/TB").filter("ass", notes.name)
        picture = picture.filter("scale", width_px, -2)
        how = {"vframes": 1, "format": "image2", "update": 1, "q:v": 3}
        _encode(ffmpeg.graph().output(picture, ffmpeg.url(part), **how), info.path, part)


def _encode(node: Any, source: Path, part: Path) -> None:
    with refusals(part):
        ffmpeg.run(ffmpeg.command(node), ffmpeg.Task("encoding a part of", source, _ENCODE_LIMIT_S), cwd=part.parent)


@contextmanager
def refusals(part: Path) -> Iterator[None]:
    """Where FFmpeg failed since the disk refused `part`, that is said."""
    try:
        yield
    except FfmpegFailed as error:
        reason = next((words for words in _FULL_DISK if words in error.tail), None)
        if reason:
            raise CannotWrite(part.parent, reason.lower()) from None
        raise


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """A file to write in a folder beside `target`; it takes its place when the block ends well and vanishes else."""
    folder = target.with_name(f".{target.name}.part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(target, error.strerror or str(error)) from None
    part = folder / f"part{target.suffix}"
    try:
        yield part
        part.replace(target)
    except OSError as error:
        raise CannotWrite(target, error.strerror or str(error)) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
