"""Subtitles drawn into the picture by libass: the video is encoded again, its sound copied if an MP4 can hold it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec

from video_pipeline.core.constraints import OneOf, check_fields
from video_pipeline.core.errors import CannotWrite
from video_pipeline.core.labels import Language
from video_pipeline.media import ffmpeg
from video_pipeline.media.cutting.encoders import SPEEDS
from video_pipeline.media.drawing import drawing
from video_pipeline.media.errors import FfmpegFailed
from video_pipeline.media.fonts import typeset
from video_pipeline.media.probe import MediaInfo, Stream, probe
from video_pipeline.media.targets import refusals, whole
from video_pipeline.media.upright import picture_of, progressive, upright

_HELD = frozenset({"aac", "mp3", "ac3", "eac3", "alac", "opus"})
"""Codecs that MP4 holds and that players of MP4 play; any other sound becomes AAC."""
_STALL_S = 300.0
"""Without progress for this long, FFmpeg is stopped."""
_LOST_S = 1.0
"""A result shorter than its source by more than this is reported as broken off."""
_NO_PICTURE = "none of its frames could be decoded: it is damaged or encrypted"
_CLOCK = "1:90000"
"""Encoder time base: fine enough for the frame times of any source, so variable frame rates are kept."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BurnOptions:
    """How a picture with subtitles is encoded."""

    crf: Annotated[int, msgspec.Meta(ge=0, le=51)] = 18
    """x264's constant quality, lower is better; 18 is visually the same as the source."""

    speed: Annotated[str, OneOf("x264 preset", SPEEDS)] = "fast"
    """x264's preset: slower ones make smaller files."""

    audio_kbps: Annotated[int, msgspec.Meta(ge=8)] = 192
    """AAC bit rate, in kbit/s, of sound that cannot be copied."""

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True, slots=True)
class Drawn:
    """An ASS document to draw, the language of its text, and a folder of fonts that are preferred to the system's."""

    document: str
    language: Language = Language.UNKNOWN
    fonts: Path | None = None


def burn(info: MediaInfo, drawn: Drawn, target: Path, options: BurnOptions, on_progress: Callable[[float], None]) -> None:
    """Write an MP4 of the whole video with the subtitles in its picture: upright, square pixels, even size, 8 bits.

    Frames keep their times, also at a variable rate. All audio tracks, chapters and file tags are kept. `on_progress` receives
    the seconds of finished video. All characters are checked before anything is encoded. On an error, nothing is left at
    `target`.

    Raises:
        NoPicture: the file has no picture. MissingFont, NoLibass: the text cannot be drawn on this machine.
        FfmpegFailed, FfmpegTimeout: the video cannot be decoded or encoded.
        CannotWrite: the target folder is not writable, or `target` is the video itself.
    """
    picture = picture_of(info)
    if target.exists() and target.samefile(info.path):
        raise CannotWrite(target, "it is the video itself")
    ready = typeset(drawn.document, drawn.language, drawn.fonts)
    with whole(target) as part, refusals(part):
        source = ffmpeg.source(info.path)
        shown = drawing(upright(progressive(source[str(picture.number)], picture), picture), ready, part.parent)
        sounds = [stream for stream in info.streams if stream.kind == "Audio"]
        node = ffmpeg.graph().output(
            shown, *(source[str(sound.number)] for sound in sounds), ffmpeg.url(part), **_encoding(sounds, options)
        )
        _run(ffmpeg.command(node), info, part, on_progress)


def _encoding(sounds: list[Stream], options: BurnOptions) -> dict[str, Any]:
    how: dict[str, Any] = {"c:v": "libx264", "crf": options.crf, "preset": options.speed, "enc_time_base:v": _CLOCK}
    for place, sound in enumerate(sounds):
        how[f"c:a:{place}"] = "copy" if sound.codec in _HELD else "aac"
    return how | {"b:a": f"{options.audio_kbps}k", "map_metadata": 0, "movflags": "+faststart", "format": "mp4"}


def _run(line: list[str], info: MediaInfo, part: Path, on_progress: Callable[[float], None]) -> None:
    task = ffmpeg.Task("drawing subtitles into", info.path, _STALL_S)
    try:
        messages = ffmpeg.follow(line, task, on_progress, cwd=part.parent)
    except FfmpegFailed as error:
        if "before EOF" in error.tail:
            raise FfmpegFailed(task.doing, task.path, _NO_PICTURE) from None
        raise
    made = probe(part) if part.is_file() and part.stat().st_size else None
    if made is None or made.video is None or not made.duration_s:
        raise FfmpegFailed(task.doing, task.path, _NO_PICTURE)
    if info.duration_s and made.duration_s < info.duration_s - _LOST_S:
        _log.warning("%s breaks off after %.1f s: %s", info.path.name, made.duration_s, ffmpeg.tail(messages))
