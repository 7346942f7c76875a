"""What is removed with a job: what the server made for it, and nothing else that lies in the same folder."""

from __future__ import annotations

import shutil
from pathlib import Path

from video_pipeline.core.files import file_digest, remove_parts
from video_pipeline.video.edit_log import LOG_FILE
from video_pipeline.video.stages.listen import JOURNAL_FILE
from video_pipeline.video.workspace import CHOICE_FILE, CORRECTIONS_FILE, STATE_FILE, read_state
from video_pipeline.web.export import FOLDER as EXPORTS
from video_pipeline.web.settings import ServerOptions
from video_pipeline.web.store import VIDEO, StoredJob

_EDITS = (CORRECTIONS_FILE, LOG_FILE, CHOICE_FILE, "heard.json")
"""Made by people through the page, so they go with the video."""


def preview_of(video: StoredJob, server: ServerOptions) -> Path:
    """Where the copy of a video for browsers lies, if there is one."""
    return server.previews / f"{video.id}.mp4"


def remove_made(job: StoredJob, server: ServerOptions) -> None:
    """Remove a job's files: of an export its zip, of a video the upload, its pictures, and the results.

    Results in a folder that was there before the video came stay, and so does every file that a person put into the folder or
    edited since it was written.
    """
    folder = server.out / job.folder
    if server.out not in folder.parents:
        return
    if job.kind != VIDEO:
        if job.made:
            (folder / job.made).unlink(missing_ok=True)
    else:
        for own in ((server.out / job.file).parent, server.frames / job.id):
            if server.kept in own.parents:
                shutil.rmtree(own, ignore_errors=True)
        preview_of(job, server).unlink(missing_ok=True)
        if not job.found and not folder.is_symlink():
            _remove_results(folder)
    _remove_empty(folder / EXPORTS)
    _remove_empty(folder)


def _remove_results(folder: Path) -> None:
    state = read_state(folder)
    for record in state.stages.values():
        for name, digest in record.outputs.items():
            path = folder / name
            if path.is_symlink() or (path.is_file() and file_digest(path) == digest):
                path.unlink()
    for name in (STATE_FILE, JOURNAL_FILE, *_EDITS):
        (folder / name).unlink(missing_ok=True)
    remove_parts(folder)
    for inner in sorted((path for path in folder.rglob("*") if path.is_dir() and not path.is_symlink()), reverse=True):
        _remove_empty(inner)


def _remove_empty(folder: Path) -> None:
    if folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir()):
        folder.rmdir()
