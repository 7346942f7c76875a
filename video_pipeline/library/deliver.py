"""Results where people look for them: subtitles beside the video, whole folders in a bucket."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from video_pipeline.core.errors import CannotWrite
from video_pipeline.core.files import atomic_write, file_digest, reason
from video_pipeline.core.printable import path_stored, stored_path
from video_pipeline.library.item_file import ITEM_FILE
from video_pipeline.library.records import VideoJob
from video_pipeline.library.remote import bytes_at, is_remote, put
from video_pipeline.library.sidecars import SidecarNames
from video_pipeline.video.records import Result

_MEMORY = ".sidecars.json"
_MARKER = ".stages.json"
_OTHER = "pipeline"
"""Between name and suffix of a sidecar whose own name is taken by a file that is not ours."""


def deliver(job: VideoJob, result: Result, names: SidecarNames) -> list[Path]:
    """Put the subtitles beside the video and the results where `job` says; gives the files written on this machine.

    Raises:
        CannotWrite, CannotPut: it is refused there; the results themselves are whole in their folder.
    """
    made = put_beside(job.url or stored_path(job.video), result, names) if job.sidecars else []
    if job.upload:
        upload(result.folder, f"{job.upload.rstrip('/')}/{result.folder.name}")
    return made


def put_beside(source: str, result: Result, names: SidecarNames) -> list[Path]:
    """Put the subtitles beside a video; gives the files written on this machine. Raises CannotWrite, CannotPut."""
    if is_remote(source):
        _beside_url(source, result, names)
        return []
    return _beside_file(path_stored(source), result, names)


def subtitles_of(result: Result) -> Iterator[tuple[Path, str]]:
    """Each subtitle file with the end of its name: `srt`, `sdh.srt`."""
    for path in (*result.files.get("subtitles", ()), *result.files.get("translated_files", ())):
        if path.suffix != ".json":  # those are reports, or for programs
            yield path, path.name.removeprefix(result.folder.name + ".")


def _beside_file(video: Path, result: Result, names: SidecarNames) -> list[Path]:
    """A file of that name that we did not put there, or that was edited since, stays; ours then gets another name."""
    ours = _remembered(result.folder)
    made: list[Path] = []
    for path, end in subtitles_of(result):
        content, target = path.read_bytes(), video.with_name(names.name(video.stem, end)).absolute()
        if target.is_file() and file_digest(target) != ours.get(stored_path(target)) and target.read_bytes() != content:
            target = _beside_another(target)
        try:
            atomic_write(target, content)
        except OSError as error:
            raise CannotWrite(target, reason(error)) from None
        ours[stored_path(target)] = file_digest(target)
        made.append(target)
    _remember(result.folder, ours)
    return made


def _beside_url(url: str, result: Result, names: SidecarNames) -> None:
    """As beside a file; ours is what equals what was put there last."""
    ours, base = _remembered(result.folder), os.path.splitext(url)[0]  # noqa: PTH122 - an address is no path
    folder, _, stem = base.rpartition("/")
    for path, end in subtitles_of(result):
        target = f"{folder}/{names.name(stem, end)}"
        there = bytes_at(target)
        if there is not None and _digest(there) != ours.get(target) and there != path.read_bytes():
            target = f"{folder}/{_beside_another(Path(target)).name}"
        put(path, target)
        ours[target] = file_digest(path)
    _remember(result.folder, ours)


def _beside_another(path: Path) -> Path:
    """The place where a subtitle file goes whose own name is taken."""
    return path.with_name(f"{path.stem}.{_OTHER}{path.suffix}")


def upload(folder: Path, url: str) -> None:
    """Every file of a result's folder; the one that says that all is whole comes last. Raises CannotPut."""
    own = {ITEM_FILE}  # of this library, with paths of this machine
    files = sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.endswith(".part") and p.name not in own)
    for path in sorted(files, key=lambda path: path.name == _MARKER):
        put(path, f"{url}/{path.relative_to(folder).as_posix()}")


def _remembered(folder: Path) -> dict[str, str]:
    """Digests of what was put elsewhere, by place."""
    try:
        return msgspec.json.decode((folder / _MEMORY).read_bytes(), type=dict[str, str])
    except (OSError, ValueError):
        return {}


def _remember(folder: Path, ours: dict[str, str]) -> None:
    atomic_write(folder / _MEMORY, msgspec.json.encode(ours))


def _digest(content: bytes) -> str:
    from blake3 import blake3

    return blake3(content).hexdigest()
