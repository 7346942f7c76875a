"""What is done with a file from outside: a name of ours, a look into it, a place in the queue."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import threading
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from video_pipeline.core.errors import OptionError, PipelineError
from video_pipeline.core.files import safe_name
from video_pipeline.media.errors import FfmpegTimeout, NoAudio, NotMedia
from video_pipeline.media.probe import MediaInfo, probe
from video_pipeline.options import Options
from video_pipeline.video.base import Goal
from video_pipeline.video.workspace import CHOICE_FILE, STATE_FILE, Workspace
from video_pipeline.web.errors import TooLarge
from video_pipeline.web.jobs import Queue
from video_pipeline.web.receiving import Upload
from video_pipeline.web.requested import RequestedOptions, kept_options, requested_options, requested_overrides
from video_pipeline.web.settings import ServerOptions
from video_pipeline.web.store import DONE, VIDEO, StoredJob
from video_pipeline.web.task import GOALS

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


def admitted(
    upload: Upload,
    request: Mapping[str, Any],
    queue: Queue,
    server: ServerOptions,
    *,
    goals: tuple[Goal, ...] = GOALS,
    transient: bool = False,
) -> tuple[StoredJob, bool]:
    """The job of an upload, and whether its content was known already with these options: then it costs no more than its hash.

    There is one job, with a folder of its own, for each file and options. Known content is processed again only where it went
    wrong before, or where more is to be made of it. `goals`, `transient`: see `StoredJob`.

    Raises:
        OptionError: the options are not possible. NotMedia, NoAudio, TooLarge: the file is not. TooBusy: the queue is full.
    """
    requested = requested_options(request, server)
    known = _known(upload.digest, requested, request, queue, server, exact=transient)
    if known is not None:
        return _wanted(known, queue, goals, transient), True
    name = shown_name(upload.sent_name)
    info = examined(upload.path, name, server)
    with _naming:
        known = _known(upload.digest, requested, request, queue, server, exact=transient)
        if known is not None:  # somebody else sent the same a moment ago
            return _wanted(known, queue, goals, transient), True
        folder, found = _folder(name, upload.digest, queue, server)
        job_id = upload.digest[:_ID_LENGTH] if queue.store.get(upload.digest[:_ID_LENGTH]) is None else secrets.token_hex(8)
        path = server.uploads / job_id / (folder.name + suffix_of(info))
        job = StoredJob(
            id=job_id,
            kind=VIDEO,
            name=name,
            file=path.relative_to(server.out).as_posix(),
            folder=folder.relative_to(server.out).as_posix(),
            digest=upload.digest,
            options={"preset": requested.preset, **requested.overrides},
            media_s=info.duration_s,
            found=found,
            goals=goals,
            transient=transient,
        )
        siblings = queue.store.of_file(upload.digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        _place(upload.path, path, siblings, server)
        seeded = _seed(folder, siblings, server)
        try:
            return queue.add(job), False
        except PipelineError:
            path.unlink()
            path.parent.rmdir()
            if seeded:
                shutil.rmtree(folder, ignore_errors=True)
            raise


def _known(
    digest: str,
    requested: RequestedOptions,
    request: Mapping[str, Any],
    queue: Queue,
    server: ServerOptions,
    *,
    exact: bool,
) -> StoredJob | None:
    """The job of this file and these options. Unless `exact`, one on which the request would change nothing is as good: its
    other options were chosen by a person on the page."""
    jobs, asked = queue.store.of_file(digest), requested.options()
    found = [job for job in jobs if _options_of(job) == asked]
    if not found and not exact:
        found = [job for job in jobs if not job.transient and _fits(job, request, server)]
    return found[0] if found else None


def _options_of(job: StoredJob) -> Options | None:
    try:
        return kept_options(job.options)
    except OptionError:  # its preset is gone
        return None


def _fits(job: StoredJob, request: Mapping[str, Any], server: ServerOptions) -> bool:
    try:
        return kept_options(laid_over(job, request, server)) == kept_options(job.options)
    except OptionError:
        return False


def _wanted(job: StoredJob, queue: Queue, goals: tuple[Goal, ...], transient: bool) -> StoredJob:
    """A known job for one more who asks for it; it runs again where it went wrong, or for what it was not asked for before."""
    with queue.still():
        job = queue.job(job.id)
        both = tuple(goal for goal in GOALS if goal in goals or goal in job.goals)
        facts: dict[str, Any] = {"goals": both, "transient": job.transient and transient}
        if job.over and (both != job.goals or job.state != DONE):
            return queue.again(job.id, **facts)
        return queue.store.change(job.id, **facts) if (both, facts["transient"]) != (job.goals, job.transient) else job


def _place(arrived: Path, path: Path, siblings: Sequence[StoredJob], server: ServerOptions) -> None:
    """Put the video in its place; one that is there already is linked, so that it lies on the disk only once."""
    for sibling in siblings:
        try:
            os.link(server.out / sibling.file, path)
        except OSError:
            continue
        return
    arrived.replace(path)


def _seed(folder: Path, siblings: Sequence[StoredJob], server: ServerOptions) -> bool:
    """Start from what was heard with other options: what is the same under these is not made again. Whether there was any."""
    done = next((job for job in siblings if job.state == DONE), None)
    if done is None or folder.exists():
        return False
    folder.mkdir(parents=True)
    source = server.out / done.folder
    for path in (source / STATE_FILE, *source.glob("*.json"), *source.glob("*.npz")):
        if path.name != CHOICE_FILE and path.is_file() and not path.is_symlink():
            shutil.copyfile(path, folder / path.name)
    return True


def laid_over(job: StoredJob, request: Mapping[str, Any], server: ServerOptions) -> dict[str, Any]:
    """A job's options with those of a request laid over them. Raises an OptionError."""
    requested = requested_options(request, server)
    preset = requested.preset if request.get("preset") else job.options["preset"]
    options = {**job.options, **requested_overrides(request), "preset": preset}
    kept_options(options)
    return options


def _folder(name: str, digest: str, queue: Queue, server: ServerOptions) -> tuple[Path, bool]:
    """Where the results go, and whether they are there already, made by another program: as the video is called, with a tag
    where that folder belongs to another video or to other options, or is a link to somewhere else."""
    first = Workspace.of(Path(f"{stem_of(name)}.x"), digest, server.out).folder
    taken = {job.folder for job in queue.store.all()}
    folder, number = first, 1
    while folder.relative_to(server.out).as_posix() in taken or folder.is_symlink() or (folder != first and folder.exists()):
        tag = digest[:6] if number == 1 else f"{digest[:6]}-{number}"
        folder, number = first.with_name(f"{first.name}-{tag}"), number + 1
    return folder, (folder / STATE_FILE).exists()


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
