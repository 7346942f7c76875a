"""Engines on folders that are there: what they were made from is read from the folder itself."""

from __future__ import annotations

from pathlib import Path

import msgspec

from video_pipeline.core.errors import NoSuchFile
from video_pipeline.core.printable import path_stored
from video_pipeline.core.progress import Progress, Silent
from video_pipeline.core.transcript import Transcript
from video_pipeline.media.probe import MediaInfo, probe
from video_pipeline.options import Options, restored
from video_pipeline.video.engine import Engine, Mode
from video_pipeline.video.errors import NotFinished
from video_pipeline.video.stages.identify import Identify, Source
from video_pipeline.video.stages.listen import TRANSCRIPT_FILE, Listen
from video_pipeline.video.workspace import Workspace

READING = Mode(saves=False, listens=False)
"""Of a folder that stays as it is."""
WRITING = Mode(listens=False)
"""Of a folder whose files are made again from what was heard."""


def engine_at(folder: Path, video: Path | None, options: Options | None) -> Engine:
    """An engine that reads a folder. Raises NoSuchFile, NotFinished, BadRecord."""
    if not folder.is_dir():
        raise NoSuchFile(folder)
    space = Workspace.at(folder)
    if space.record(Listen.name) is None:
        raise NotFinished(folder, Listen.name)
    source = Source(_info(space, video), space.source_digest)
    path = source.info.path
    return engine_on(path, options or restored(space.options), space, source)


def engine_on(
    video: Path, options: Options, space: Workspace, source: Source, progress: Progress | None = None, mode: Mode = READING
) -> Engine:
    """An engine that never listens, on a folder whose video is known."""
    engine = Engine(video, options, lambda _: space, progress or Silent(), mode)
    engine.put(Identify.name, source, source.digest)
    return engine


def _name(space: Workspace) -> str:
    """What the video was called, in a folder that does not say where it lay."""
    return space.read_json(space.path(TRANSCRIPT_FILE), Transcript).media.name


def _info(space: Workspace, video: Path | None) -> MediaInfo:
    """What the video's file holds, as it was found when it was processed; of a folder without that, as the file is now.

    A video that was fetched from an address is looked for beside the page, unless `video` says where a copy lies.
    """
    stored = space.media.get("info")
    path = video if video is not None else path_stored(space.media.get("path") or _name(space))
    if stored is None:
        return probe(path) if path.is_file() else MediaInfo(path=path, container="", duration_s=None, video=None, audio=())
    if video is not None:
        stored = {**stored, "address": ""}
    elif stored.get("address"):
        path = space.folder / path
    return msgspec.convert({**stored, "path": str(path)}, MediaInfo, dec_hook=lambda kind, value: kind(value))
