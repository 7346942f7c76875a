"""Subtitle tracks inside a media file: which there are, and their texts as files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from video_pipeline.core.languages import normal_tag
from video_pipeline.media import ffmpeg
from video_pipeline.media.errors import NoSubtitleTrack, PicturesOfText
from video_pipeline.media.probe import MediaInfo, Stream

_PICTURES = frozenset(("hdmv_pgs_subtitle", "dvd_subtitle", "dvb_subtitle", "xsub"))
"""Codecs that store pictures of text."""
_SUFFIXES = {"ass": "ass", "ssa": "ass", "webvtt": "vtt", "ttml": "ttml"}
"""Codecs whose text is kept as it is; others become SRT, which holds what they hold."""
MEDIA_SUFFIXES = frozenset(
    ".mkv .mks .mka .mp4 .m4v .mov .webm .avi .ts .m2ts .mts .mpg .mpeg .vob .ogv .ogm .wmv .flv .3gp .mxf .asf .nut".split()
)
"""Suffixes of names of media files."""


def tracks(info: MediaInfo) -> tuple[Stream, ...]:
    """The subtitle tracks in the order of the file."""
    return tuple(stream for stream in info.streams if stream.kind == "Subtitle")


def chosen(info: MediaInfo, wanted: str = "") -> Stream:
    """One track: by its number among subtitle tracks, from 0, or its language; empty takes the default, else the first of text.

    Raises:
        NoSubtitleTrack: there is none, or none like that. PicturesOfText: it stores pictures.
    """
    found = tracks(info)
    if not found:
        raise NoSubtitleTrack(info.path, wanted, ())
    if wanted.isdecimal():
        fitting = [found[int(wanted)]] if int(wanted) < len(found) else []
    elif wanted:
        fitting = _of_language(found, wanted)
    else:
        fitting = list(found)
    if not fitting:
        raise NoSubtitleTrack(info.path, wanted, described(found))
    texts = [stream for stream in fitting if stream.codec not in _PICTURES]
    if not texts:
        raise PicturesOfText(info.path, fitting[0].codec, described(found))
    return next((stream for stream in texts if "(default)" in stream.detail), texts[0])


def described(found: Sequence[Stream]) -> tuple[str, ...]:
    """The tracks for people, such as `0 (eng, subrip, default)`."""
    marks = ("default", "forced", "hearing impaired")
    return tuple(
        f"{number} ({', '.join([stream.language, stream.codec, *(mark for mark in marks if f'({mark})' in stream.detail)])})"
        for number, stream in enumerate(found)
    )


def extracted(info: MediaInfo, stream: Stream, folder: Path) -> Path:
    """The text of a track as a file `NAME.LANGUAGE.SUFFIX` in `folder`. Raises FfmpegFailed, FfmpegTimeout."""
    suffix = _SUFFIXES.get(stream.codec, "srt")
    tag = "" if stream.language == "und" else f".{normal_tag(stream.language) or stream.language}"
    file = folder / f"{info.path.stem}{tag}.{suffix}"
    codec = "copy" if suffix in ("ass", "vtt") or stream.codec in ("subrip", "srt") else suffix
    node = ffmpeg.graph().output(ffmpeg.source(info.path)[str(stream.number)], ffmpeg.url(file), c=codec)
    ffmpeg.run(ffmpeg.command(node), ffmpeg.Task("taking the subtitles out of", info.path))
    return file


def _of_language(found: Sequence[Stream], wanted: str) -> list[Stream]:
    tag = normal_tag(wanted)
    same = [stream for stream in found if normal_tag(stream.language) == tag]
    return same or [stream for stream in found if normal_tag(stream.language).split("-")[0] == tag.split("-")[0] != ""]
