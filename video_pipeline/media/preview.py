"""A video that browsers play: the file itself where they can, else a light copy of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from video_pipeline.core.labels import Language
from video_pipeline.media import ffmpeg
from video_pipeline.media.burn import picture_of, upright
from video_pipeline.media.fonts import drawing, typeset
from video_pipeline.media.probe import MediaInfo, Stream
from video_pipeline.media.targets import refusals, whole

_STALL_S = 300.0
_HEIGHT_PX = 720
_MP4, _WEBM = frozenset({"mov", "mp4", "m4a"}), frozenset({"webm"})
_PICTURES = {"h264": _MP4, "av1": _MP4 | _WEBM, "vp9": _MP4 | _WEBM, "vp8": _WEBM}
_SOUNDS = {
    "aac": _MP4 | {"aac"},
    "mp3": _MP4 | {"mp3"},
    "opus": _MP4 | _WEBM | {"ogg"},
    "vorbis": _WEBM | {"ogg"},
    "flac": _MP4 | {"flac"},
    "pcm_s16le": frozenset({"wav"}),
}
"""In which containers every browser of today plays what."""
_TYPES = {"mp4": "video/mp4", "webm": "video/webm", "mp3": "audio/mpeg", "aac": "audio/aac"}
_TYPES |= {"ogg": "audio/ogg", "flac": "audio/flac", "wav": "audio/wav"}


def plays(info: MediaInfo, track: int) -> bool:
    """Whether browsers play the file as it is, and let the audio track be heard that is worked on."""
    streams = [s for s in info.streams if s.kind in ("Video", "Audio") and not s.is_cover]
    return track == 0 and bool(streams) and all(_plays(stream, _kinds(info)) for stream in streams[:2])


def media_type(info: MediaInfo) -> str:
    """MIME type of a file that plays."""
    name = next((name for name in _TYPES if name in _kinds(info)), "mp4")
    return "audio/mp4" if name == "mp4" and info.video is None else _TYPES[name]


def write_preview(info: MediaInfo, track: int, target: Path, told: Callable[[float], None]) -> None:
    """A light MP4 (H.264 of 720 lines at most, AAC) of a whole file; `told` hears seconds of it.

    Raises:
        FfmpegFailed, FfmpegTimeout: it cannot be decoded. CannotWrite: the folder refuses it.
    """
    source = ffmpeg.source(info.path)
    how: dict[str, Any] = {"c:a": "aac", "b:a": "96k", "ac": 2, "movflags": "+faststart", "format": "mp4", "map_metadata": -1}
    outputs = [source[f"a:{track}"]]
    if info.video:
        picture = picture_of(info)
        shown = upright(source[str(picture.number)], picture).filter("scale", -2, f"min({_HEIGHT_PX},ih)")
        outputs.insert(0, shown)
        how |= {"c:v": "libx264", "crf": 26, "preset": "veryfast"}
    with whole(target) as part, refusals(part):
        line = ffmpeg.command(ffmpeg.graph().output(*outputs, ffmpeg.url(part), **how))
        ffmpeg.follow(line, ffmpeg.Task("making a preview of", info.path, _STALL_S), told)


def write_styled_frame(info: MediaInfo, at_s: float, document: str, language: Language, target: Path) -> None:
    """A JPEG of the picture at a time as `burn` would make it: the ASS `document` drawn by fonts that have its letters.

    Raises:
        NoPicture: there is none. MissingFont, NoLibass: the text cannot be drawn here. FfmpegFailed: it cannot be decoded.
    """
    stream = picture_of(info)
    ready = typeset(document, language)
    with whole(target) as part, refusals(part):
        picture = upright(ffmpeg.source(info.path, ss=f"{at_s:.6f}")[str(stream.number)], stream)
        # the picture's clock starts at 0 after seeking: put it back before the cues are drawn
        shown = drawing(picture.filter("setpts", f"PTS+{at_s:.6f}/TB"), ready, part.parent)
        how: dict[str, Any] = {"vframes": 1, "format": "image2", "update": 1, "q:v": 3}
        node = ffmpeg.graph().output(shown, ffmpeg.url(part), **how)
        ffmpeg.run(ffmpeg.command(node), ffmpeg.Task("drawing a frame of", info.path), cwd=part.parent)


def _kinds(info: MediaInfo) -> frozenset[str]:
    """Names of the container; FFmpeg has one for Matroska and WebM, so the content decides."""
    kinds = frozenset(info.container.split(","))
    return kinds - {"webm"} if "matroska" in kinds and not _is_webm(info) else kinds


def _is_webm(info: MediaInfo) -> bool:
    """WebM proper; browsers refuse other Matroska."""
    held = {"vp8", "vp9", "av1", "opus", "vorbis"}
    return info.path.suffix.lower() == ".webm" or {s.codec for s in info.streams if s.kind in ("Video", "Audio")} <= held


def _plays(stream: Stream, kinds: frozenset[str]) -> bool:
    if stream.kind == "Audio":
        return bool(_SOUNDS.get(stream.codec, frozenset()) & kinds)
    shown = "yuv420p(" in stream.detail or "yuv420p," in stream.detail or "yuvj420p" in stream.detail
    return bool(_PICTURES.get(stream.codec, frozenset()) & kinds) and shown
