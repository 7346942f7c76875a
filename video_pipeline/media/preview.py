"""A video that browsers can play: the file itself if possible, else a small copy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from video_pipeline.core.labels import Language
from video_pipeline.media import ffmpeg
from video_pipeline.media.clock import on_one_clock, opened
from video_pipeline.media.drawing import drawing
from video_pipeline.media.fonts import typeset
from video_pipeline.media.probe import MediaInfo, Stream
from video_pipeline.media.targets import refusals, whole
from video_pipeline.media.upright import picture_of, progressive, upright

_STALL_S = 300.0
"""Without progress for this long, FFmpeg is stopped."""
_HEIGHT_PX = 720
"""Largest height of a preview."""
_MP4 = frozenset({"mov", "mp4", "m4a"})
_WEBM = frozenset({"webm"})
_PICTURES = {"h264": _MP4, "av1": _MP4 | _WEBM, "vp9": _MP4 | _WEBM, "vp8": _WEBM}
_SOUNDS = {
    "aac": _MP4 | {"aac"},
    "mp3": _MP4 | {"mp3"},
    "opus": _MP4 | _WEBM | {"ogg"},
    "vorbis": _WEBM | {"ogg"},
    "flac": _MP4 | {"flac"},
    "pcm_s16le": frozenset({"wav"}),
}
"""By codec, the containers in which all current browsers play it."""
_TYPES = {
    "mp4": "video/mp4",
    "webm": "video/webm",
    "mp3": "audio/mpeg",
    "aac": "audio/aac",
    "ogg": "audio/ogg",
    "flac": "audio/flac",
    "wav": "audio/wav",
}
"""MIME types by FFmpeg's name of the container."""


def plays(info: MediaInfo, track: int) -> bool:
    """Whether browsers play the file as it is, with the audio track `track`."""
    streams = [s for s in info.streams if s.kind in ("Video", "Audio") and not s.is_cover]
    return track == 0 and bool(streams) and all(_plays(stream, _kinds(info)) for stream in streams[:2])


def media_type(info: MediaInfo) -> str:
    """MIME type of a file that `plays`."""
    name = next((name for name in _TYPES if name in _kinds(info)), "mp4")
    return "audio/mp4" if name == "mp4" and info.video is None else _TYPES[name]


def write_preview(info: MediaInfo, track: int, target: Path, on_progress: Callable[[float], None]) -> None:
    """Write a small MP4 (H.264, at most 720 lines; AAC) of a whole file; `on_progress` receives its finished seconds.

    Raises:
        FfmpegFailed, FfmpegTimeout: it cannot be decoded. CannotWrite: the folder is not writable.
    """
    source = ffmpeg.source(info.path)
    how: dict[str, Any] = {"c:a": "aac", "b:a": "96k", "ac": 2, "movflags": "+faststart", "format": "mp4", "map_metadata": -1}
    outputs = [source[f"a:{track}"]]
    if info.video:
        picture = picture_of(info)
        shown = upright(progressive(source[str(picture.number)], picture), picture).filter("scale", -2, f"min({_HEIGHT_PX},ih)")
        outputs.insert(0, shown)
        how |= {"c:v": "libx264", "crf": 26, "preset": "veryfast"}
    with whole(target) as part, refusals(part):
        line = ffmpeg.command(on_one_clock(ffmpeg.graph().output(*outputs, ffmpeg.url(part), **how), source, info.path))
        ffmpeg.follow(line, ffmpeg.Task("making a preview of", info.path, _STALL_S), on_progress)


def write_styled_frame(info: MediaInfo, at_s: float, document: str, language: Language, target: Path) -> None:
    """Write a JPEG of the picture at a time as `burn` would draw it: with the ASS `document`, in fonts that have its letters.

    Raises:
        NoPicture: the file has none. MissingFont, NoLibass: the text cannot be drawn here. FfmpegFailed: it cannot be decoded.
    """
    stream = picture_of(info)
    ready = typeset(document, language)
    with whole(target) as part, refusals(part):
        place = opened(info.path, at_s)
        picture = upright(progressive(place.picture(str(stream.number)), stream), stream)
        # the clock of the picture starts at 0 after seeking: restore it before the cues are drawn
        shown = drawing(picture.filter("setpts", f"PTS+{at_s:.6f}/TB"), ready, part.parent)
        how: dict[str, Any] = {"vframes": 1, "format": "image2", "update": 1, "q:v": 3}
        node = place.output(shown, filename=ffmpeg.url(part), **how)
        ffmpeg.run(ffmpeg.command(node), ffmpeg.Task("drawing a frame of", info.path), cwd=part.parent)


def _kinds(info: MediaInfo) -> frozenset[str]:
    """Names of the container. FFmpeg has one name for Matroska and WebM, so the content decides."""
    kinds = frozenset(info.container.split(","))
    return kinds - {"webm"} if "matroska" in kinds and not _is_webm(info) else kinds


def _is_webm(info: MediaInfo) -> bool:
    """Whether it is WebM; browsers refuse other Matroska files."""
    held = {"vp8", "vp9", "av1", "opus", "vorbis"}
    return info.path.suffix.lower() == ".webm" or {s.codec for s in info.streams if s.kind in ("Video", "Audio")} <= held


def _plays(stream: Stream, kinds: frozenset[str]) -> bool:
    if stream.kind == "Audio":
        return bool(_SOUNDS.get(stream.codec, frozenset()) & kinds)
    shown = "yuv420p(" in stream.detail or "yuv420p," in stream.detail or "yuvj420p" in stream.detail
    return bool(_PICTURES.get(stream.codec, frozenset()) & kinds) and shown
