"""What is done with a file from outside: a name of ours, a look into it, a place in the queue."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from video_pipeline.core.errors import PipelineError
from video_pipeline.core.files import safe_name
from video_pipeline.media.errors import FfmpegTimeout, NoAudio, NotMedia
from video_pipeline.media.probe import MediaInfo, probe
from video_pipeline.video.workspace import Workspace
from video_pipeline.web.errors import TooLarge
from video_pipeline.web.jobs import Queue
from video_pipeline.web.receiving import Upload
from video_pipeline.web.requested import kept_options, requested_options, requested_overrides
from video_pipeline.web.settings import ServerOptions
from video_pipeline.web.store import DONE, VIDEO, StoredJob

_NAME_LENGTH = 80
"""Most characters of an upload's name."""
_STEM_LENGTH = 60
"""Most characters of its name without the suffix."""
_ID_LENGTH = 16
_LARGEST_PX = 16_384
"""Of a side of the picture: twice that of 8K."""
_MOST_PIXELS = 80_000_000
"""Of a picture: more than twice 8K. What is beyond that is a way to exhaust memory."""
_HIDDEN = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_SUFFIXES = {"matroska": ".mkv", "mov": ".mp4", "mp3": ".mp3", "wav": ".wav", "ogg": ".ogg", "flac": ".flac", "mpegts": ".ts"}
_PLAYLIST = "it is a playlist, which has nothing in it but names of other files"
_naming = threading.Lock()


def admitted(upload: Upload, request: Mapping[str, Any], queue: Queue, server: ServerOptions) -> tuple[StoredJob, bool]:
    """The job of an upload, and whether its content was known already: then it costs no more than its hash.

    Known content is worked on again only where it went wrong before, or where the request asks for other options.

    Raises:
        OptionError: the options are not possible. NotMedia, NoAudio, TooLarge: the file is not. TooBusy: the queue is full.
    """
    requested = requested_options(request, server)
    known = queue.store.get(upload.digest[:_ID_LENGTH])
    if known is not None:
        return _known(known, request, queue, server), True
    name = shown_name(upload.sent_name)
    info = examined(upload.path, name, server)
    options = {"preset": requested.preset, **requested.overrides}
    with _naming:
        folder = _folder(name, upload.digest, queue, server)
        path = server.uploads / upload.digest[:_ID_LENGTH] / (folder.name + suffix_of(info))
        file, below = path.relative_to(server.out).as_posix(), folder.relative_to(server.out).as_posix()
        job = StoredJob(
            id=upload.digest[:_ID_LENGTH],
            kind=VIDEO,
            name=name,
            file=file,
            folder=below,
            digest=upload.digest,
            options=options,
            media_s=info.duration_s,
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        upload.path.replace(path)
        try:
            return queue.add(job), False
        except KeyError:  # somebody else sent the same a moment ago
            return queue.job(job.id), True
        except PipelineError:
            path.unlink()
            path.parent.rmdir()
            raise


def _known(job: StoredJob, request: Mapping[str, Any], queue: Queue, server: ServerOptions) -> StoredJob:
    options = laid_over(job, request, server)
    if not job.over or (job.state == DONE and kept_options(options) == kept_options(job.options)):
        return job
    return queue.again(job.id, options=options)


def laid_over(job: StoredJob, request: Mapping[str, Any], server: ServerOptions) -> dict[str, Any]:
    """A job's options with those of a request laid over them. Raises an OptionError."""
    requested = requested_options(request, server)
    preset = requested.preset if request.get("preset") else job.options["preset"]
    options = {**job.options, **requested_overrides(request), "preset": preset}
    kept_options(options)
    return options


def _folder(name: str, digest: str, queue: Queue, server: ServerOptions) -> Path:
    """Where the results go: as the video is called, with a tag where another video is called so."""
    folder = Workspace.of(Path(f"{stem_of(name)}.x"), digest, server.out).folder
    taken = {job.folder for job in queue.store.all()}
    if folder.relative_to(server.out).as_posix() in taken:
        folder = folder.with_name(f"{folder.name}-{digest[:6]}")
    return folder


def shown_name(sent: str) -> str:
    """An upload's name for people: no folders, nothing invisible, not endless. Never a name of a file of ours."""
    last = re.split(r"[/\\]", sent.replace("\x00", ""))[-1]
    cleaned = " ".join(_HIDDEN.sub("", unicodedata.normalize("NFC", last)).split()).strip(". ")
    stem, dot, suffix = cleaned.rpartition(".")
    if dot and len(suffix) <= 5:
        return f"{stem[:_NAME_LENGTH]}.{suffix}" if stem.strip(". ") else "video"
    return cleaned[:_NAME_LENGTH] or "video"


def stem_of(name: str) -> str:
    """A harmless file name, without suffix, as close to the upload's as can be."""
    stem = re.sub(r"[^\w. -]+", "_", name.rpartition(".")[0] or name)[:_STEM_LENGTH]
    return safe_name(stem.lstrip("-. ")) or "video"


def examined(path: Path, name: str, server: ServerOptions) -> MediaInfo:
    """What the file really is, whatever it is called; FFmpeg looks into it in a process of its own, and opens nothing else.

    Raises NotMedia, NoAudio, TooLarge, which call the file by `name`.
    """
    try:
        info = probe(path)
    except FfmpegTimeout:
        raise NotMedia(Path(name), "FFmpeg made nothing of it in time") from None
    except PipelineError as error:
        words = error.reason if isinstance(error, NotMedia) else str(error)
        words = _PLAYLIST if "m3u8" in words else words.removeprefix("Error opening input: ")
        raise NotMedia(Path(name), words.replace(str(path.absolute()), name).replace(path.name, name)) from None
    if not info.audio:
        raise NoAudio(Path(name))
    if info.duration_s is not None and info.duration_s > server.upload_s:
        raise TooLarge(f"{name}, by its header {info.duration_s / 3600:,.1f} h long,", f"{server.upload_s / 3600:g} h")
    video = info.video
    if video and (max(video.width_px, video.height_px) > _LARGEST_PX or video.width_px * video.height_px > _MOST_PIXELS):
        limit = f"{_LARGEST_PX} pixels a side and {_MOST_PIXELS // 1_000_000} million in all"
        raise TooLarge(f"the picture of {name}, {video.width_px} x {video.height_px},", limit)
    return info


def suffix_of(info: MediaInfo) -> str:
    """By content, never by the name that was sent."""
    kinds = info.container.split(",")
    if "mov" in kinds and info.video is None:
        return ".m4a"
    return next((suffix for kind, suffix in _SUFFIXES.items() if kind in kinds), f".{safe_name(kinds[0])}")
