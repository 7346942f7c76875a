"""Add subtitles as a track to a copy of the video: nothing is encoded again, and nothing of the source is lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from video_pipeline.core.errors import CannotWrite
from video_pipeline.core.labels import Language
from video_pipeline.core.languages import display_name
from video_pipeline.media import ffmpeg
from video_pipeline.media.containers import Container
from video_pipeline.media.errors import CannotHold, FfmpegFailed
from video_pipeline.media.mux_check import Written, require_as_written
from video_pipeline.media.probe import MediaInfo, Stream
from video_pipeline.media.targets import refusals, whole
from video_pipeline.media.upright import picture_of

_STALL_S = 300.0
"""Without progress for this long, FFmpeg is stopped."""
_MOVING = ("mp4", "mov")
"""Muxers that can put their index first (faststart)."""
_EMPTY = re.compile(r"Output stream #0:\d+ \(video\): 0 packets muxed")
_FONT_TYPES = {".ttf": "font/ttf", ".otf": "font/otf", ".ttc": "font/collection", ".otc": "font/collection"}
_COVER_TYPES = {"png": ".png", "mjpeg": ".jpg"}


@dataclass(frozen=True, slots=True)
class Track:
    """A subtitle track to add, and how players show it."""

    document: str
    """Text of a file in the format that the container `reads`."""
    language: Language = Language.UNKNOWN
    tag: str = ""
    """BCP 47 tag of the language where `language` is too coarse, such as `fr` or `zh-Hant`."""
    title: str = ""
    for_deaf: bool = False
    """The track also describes sounds."""
    fonts: tuple[Path, ...] = ()
    """Files to attach, if the container holds attachments."""


@dataclass(slots=True, kw_only=True)
class _Plan:
    """The streams of a command line, in the order of the new file, and its options."""

    streams: list[Any]
    how: dict[str, Any]
    copied: list[Stream]
    more: list[str] = field(default_factory=list)
    """Options that are repeated."""
    subtitles: int = 0
    attachments: int = 0


def mux(
    info: MediaInfo,
    track: Track,
    container: Container,
    target: Path,
    on_progress: Callable[[float], None],
    more: Sequence[Track] = (),
) -> tuple[str, ...]:
    """Write a copy of the video with the track added as the default one, and `more` after it; existing tracks are kept.

    The new file is read back before it replaces `target`: it must have the same packets, and the text and times of the tracks.

    Returns:
        What was left out or changed, one sentence each.

    Raises:
        NoPicture: the file is sound alone.
        CannotHold: the container cannot hold some stream; nothing is left out silently.
        FfmpegFailed, FfmpegTimeout: the video cannot be read. NotAsWritten: the new file did not pass its check.
        CannotWrite: the target folder is not writable, or `target` is the video itself.
    """
    picture_of(info)
    if target.exists() and target.samefile(info.path):
        raise CannotWrite(target, "it is the video itself")
    with whole(target) as part, refusals(part):
        tracks = [track, *more]
        texts = [part.with_name(f"cues{number or ''}.{container.reads}") for number in range(len(tracks))]
        for text, one in zip(texts, tracks, strict=True):
            text.write_text(one.document, encoding="utf-8")
        wanted = [stream for stream in info.streams if not _is_made_by_ffmpeg(stream, info, container)]
        kept = [stream for stream in wanted if stream.kind != "Data" or _holds(container, info, stream, part)]
        if container.muxer != "matroska" and any(stream.kind == "Attachment" for stream in kept):
            _require_place(info, kept, container, part)  # FFmpeg would drop them silently
        plan = _plan(info, kept, container, part)
        before = plan.subtitles
        for text, one in zip(texts, tracks, strict=True):
            _add(plan, one, container, text, is_default=one is track)
        messages = _write(plan, info, container, part, on_progress)
        left = require_as_written(Written(messages, tuple(plan.copied), texts[0], before, tuple(texts[1:])), part, target)
    return (*_changes(wanted, kept, container), *left)


def _plan(info: MediaInfo, kept: Iterable[Stream], container: Container, part: Path) -> _Plan:
    source = ffmpeg.source(info.path, fflags="+genpts")  # AVI and MPEG store no times for some frames
    plan = _Plan(streams=[], how={"c": "copy", "map_metadata": 0, "map_chapters": 0, "format": container.muxer}, copied=[])
    plan.how["copyinkf"] = None  # also what precedes the first key frame
    if container.muxer in _MOVING:
        plan.how["movflags"] = "+faststart"
    for stream in kept:
        if stream.is_cover and container.muxer == "matroska" and stream.codec in _COVER_TYPES:
            _attach(plan, _cover(info, stream, part), "image/png" if stream.codec == "png" else "image/jpeg")
            continue
        if stream.kind == "Subtitle":
            plan.how[f"c:s:{plan.subtitles}"] = container.codec_for(stream.codec)
            plan.how[f"disposition:s:{plan.subtitles}"] = "-default"
            plan.subtitles += 1
        plan.attachments += stream.kind == "Attachment"
        plan.streams.append(source[str(stream.number)])
        plan.copied.append(stream)
    return plan


def _add(plan: _Plan, track: Track, container: Container, text: Path, *, is_default: bool) -> None:
    at = f"s:{plan.subtitles}"
    title = track.title or display_name(track.tag or str(track.language)) + (" (SDH)" if track.for_deaf else "")
    flags = {"default": is_default, "hearing_impaired": track.for_deaf}
    plan.streams.append(ffmpeg.graph().input(ffmpeg.url(text), sub_charenc="UTF-8")["s:0"])
    plan.how |= {
        f"c:{at}": container.codec,
        f"disposition:{at}": "+".join(flag for flag, is_set in flags.items() if is_set) or "0",
    }
    for tag in (f"language={container.language_code(track.language, track.tag)}", f"title={title}", f"handler_name={title}"):
        plan.more += [f"-metadata:s:{at}", tag]
    plan.subtitles += 1
    for font in track.fonts if container.muxer == "matroska" else ():
        _attach(plan, font, _FONT_TYPES.get(font.suffix.lower(), "font/sfnt"))


def _attach(plan: _Plan, file: Path, kind: str) -> None:
    at = f"-metadata:s:t:{plan.attachments}"
    plan.more += ["-attach", ffmpeg.url(file), at, f"mimetype={kind}", at, f"filename={file.name}"]
    plan.attachments += 1


def _cover(info: MediaInfo, stream: Stream, part: Path) -> Path:
    """Write the cover to a file, because FFmpeg would copy it as a second moving picture."""
    file = part.with_name("cover" + _COVER_TYPES[stream.codec])
    node = ffmpeg.graph().output(
        ffmpeg.source(info.path)[str(stream.number)], ffmpeg.url(file), c="copy", format="image2", update=1, vframes=1
    )
    ffmpeg.run(ffmpeg.command(node), ffmpeg.Task("taking the cover out of", info.path))
    return file


def _write(plan: _Plan, info: MediaInfo, container: Container, part: Path, on_progress: Callable[[float], None]) -> str:
    """Run FFmpeg; returns its messages, which hold the number of packets of each stream."""
    node = ffmpeg.graph().output(*plan.streams, ffmpeg.url(part), **plan.how)
    task = ffmpeg.Task("putting subtitles into a copy of", info.path, _STALL_S)
    try:
        messages = ffmpeg.follow(
            ffmpeg.command(node, verbosity="level+verbose", more=plan.more), task, on_progress, cwd=part.parent
        )
    except FfmpegFailed:
        _require_place(info, plan.copied, container, part)
        raise
    if _EMPTY.search(messages):
        raise FfmpegFailed(task.doing, task.path, "none of its frames could be read: it is damaged")
    return messages


def _require_place(info: MediaInfo, streams: Iterable[Stream], container: Container, part: Path) -> None:
    unheld = tuple(str(stream) for stream in streams if not _holds(container, info, stream, part))
    if unheld:
        raise CannotHold(info.path, container.muxer, unheld) from None


def _holds(container: Container, info: MediaInfo, stream: Stream, part: Path) -> bool:
    """Whether FFmpeg can start a file of this kind with the stream alone."""
    if stream.kind == "Attachment":
        return container.muxer == "matroska"
    codec = container.codec_for(stream.codec) if stream.kind == "Subtitle" else "copy"
    trial = part.with_name("trial" + container.suffix)
    node = ffmpeg.graph().output(
        ffmpeg.source(info.path)[str(stream.number)], ffmpeg.url(trial), c=codec, t=0.1, format=container.muxer
    )
    _, messages = ffmpeg.run(ffmpeg.command(node), ffmpeg.Task("trying a stream of", info.path), check=False)
    return not re.search("Could not write header|Nothing was written|not supported|unsupported", messages)


def _is_made_by_ffmpeg(stream: Stream, info: MediaInfo, container: Container) -> bool:
    """Whether FFmpeg makes such a stream itself, from the chapters or the time code tag that it copies."""
    return (stream.codec == "bin_data" and info.chapters > 0) or (stream.codec == "tmcd" and container.muxer in _MOVING)


def _changes(streams: Iterable[Stream], kept: list[Stream], container: Container) -> Iterable[str]:
    """What users should know about the copy."""
    for stream in streams:
        if stream not in kept:
            yield f"{stream} is left out: {container.suffix} files cannot hold it"
        elif stream.kind == "Subtitle" and container.codec_for(stream.codec) != "copy":
            yield f"{stream} is converted to {container.codec_of_others}, which {container.suffix} files can hold"
    if container.loses:
        yield f"a {container.suffix} file loses {container.loses}; a Matroska file (.mkv) keeps everything"
