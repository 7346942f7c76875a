"""Fetches a model from Hugging Face: one process at a time, resumable, and checked against the hub's own hashes.

The hub says which files a model has, how large they are, its commit, and the SHA-256 of its weights; commit and hashes
are recorded beside them. What a broken download left is resumed.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec
from filelock import FileLock

from video_pipeline.core.checksums import CHECKSUMS, sha256
from video_pipeline.core.download import DownloadFailed, download, text_of
from video_pipeline.core.files import reason as disk_reason
from video_pipeline.core.hub_cache import offline_reason

_HOST = "https://huggingface.co"
_MIRROR = "HF_ENDPOINT"
"""Environment variable with another host."""
_SPARE_BYTES = 200_000_000
"""Space left on the disk after a download, so that results still fit."""

OnProgress = Callable[[int, int], None]
"""`on_progress(done_bytes, total_bytes)`: first when the hub has answered."""


@dataclass(frozen=True, slots=True)
class HubModel:
    """A model on the hub, as far as it is wanted."""

    repository: str
    """`owner/name`."""
    small_files: tuple[str, ...]
    """Fetched where it has them."""
    weights: str
    """The one file that it must have."""


class _Stored(msgspec.Struct):
    """How the hub stores a large file."""

    sha256: str = ""


class _File(msgspec.Struct):
    rfilename: str
    size: int | None = None
    lfs: _Stored | None = None


class _Answer(msgspec.Struct):
    """What the hub says of a model, as far as it matters here."""

    siblings: tuple[_File, ...]
    sha: str = "main"
    """The commit."""


def fetch(model: HubModel, target: Path, *, offline: bool = False, again: bool = False, on_progress: OnProgress) -> None:
    """Download a model into the folder `target`, small files first. Nothing is done if that is there, unless `again`.

    Raises:
        DownloadFailed: offline, no space on the disk, or the hub cannot be reached; the reason says which.
    """
    if target.is_dir() and not again:
        return
    if reason := offline_reason(offline):
        raise DownloadFailed(reason, is_local=True)
    part = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.with_name(f".{target.name}.lock")):
            if again or not target.is_dir():
                _gather(model, part, on_progress)
                _put_in_place(part, target)
    except OSError as error:
        raise DownloadFailed(f"{error.filename or target}: {disk_reason(error)}", is_local=True) from None


def _gather(model: HubModel, part: Path, on_progress: OnProgress) -> None:
    host = (os.environ.get(_MIRROR) or _HOST).rstrip("/")
    answer = _described(host, model.repository)
    names = (*model.small_files, model.weights)
    wanted = sorted((one for one in answer.siblings if one.rfilename in names), key=lambda one: one.size or 0)
    if not any(one.rfilename == model.weights for one in wanted):
        raise DownloadFailed(f"{model.repository} has no {model.weights}")
    total = sum(one.size or 0 for one in wanted)
    part.mkdir(exist_ok=True)
    _make_room(part, total, names)
    on_progress(_size_of(part, names), total)
    for one in wanted:
        url = f"{host}/{model.repository}/resolve/{answer.sha}/{one.rfilename}"
        _bring(url, part / one.rfilename, one, lambda _: on_progress(min(total, _size_of(part, names)), total))
    sums = {one.rfilename: sha256(part / one.rfilename) for one in wanted}
    record = {"source": f"Hugging Face {model.repository}", "revision": answer.sha, "sha256": sums}
    (part / CHECKSUMS).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    on_progress(total, total)


def _described(host: str, repository: str) -> _Answer:
    text = text_of(f"{host}/api/models/{repository}?blobs=true")
    try:
        return msgspec.json.decode(text, type=_Answer)
    except (msgspec.DecodeError, ValueError):
        raise DownloadFailed(f"{host} does not answer like Hugging Face") from None


def _bring(url: str, path: Path, file: _File, on_bytes: Callable[[int], None]) -> None:
    """Download one file, and once more from its start if what was there before was of another one."""
    if path.exists() and file.size is not None and path.stat().st_size > file.size:
        path.unlink()
    was_resumed = path.exists() and path.stat().st_size > 0
    try:
        download(url, path, file.size, on_bytes)
    except DownloadFailed as failure:
        raise DownloadFailed(f"{path.name}: {failure.reason}", is_local=failure.is_local) from None
    if file.lfs is None or not file.lfs.sha256 or sha256(path) == file.lfs.sha256:
        return
    path.unlink()
    if not was_resumed:
        raise DownloadFailed(f"{path.name} is not the published file: its SHA-256 is wrong")
    _bring(url, path, file, on_bytes)


def _make_room(part: Path, total_bytes: int, names: tuple[str, ...]) -> None:
    needed, free = total_bytes - _size_of(part, names) + _SPARE_BYTES, shutil.disk_usage(part).free
    if free < needed:
        reason = f"no room: {part.parent} has {free / 1e9:.1f} GB free and {needed / 1e9:.1f} GB are needed"
        raise DownloadFailed(reason, is_local=True)


def _put_in_place(part: Path, target: Path) -> None:
    """Rename `part` to `target`; an old folder is removed only after that."""
    old = target.with_name(f"{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    part.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _size_of(folder: Path, names: tuple[str, ...]) -> int:
    total = 0
    for name in names:
        with suppress(OSError):
            total += (folder / name).stat().st_size
    return total
