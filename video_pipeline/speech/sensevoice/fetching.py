"""Fetches the SenseVoiceSmall checkpoint once: one process at a time, resumable, and checked before it is used."""

from __future__ import annotations

import contextlib
import json
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from video_pipeline.core import hub_cache
from video_pipeline.core.checksums import CHECKSUMS, sha256
from video_pipeline.core.download import DownloadFailed, download
from video_pipeline.core.files import reason as disk_reason
from video_pipeline.core.heartbeat import beat
from video_pipeline.speech.errors import FetchFailed
from video_pipeline.speech.sensevoice import hubs, weights
from video_pipeline.speech.sensevoice.hubs import Hub

SPARE_BYTES = 200_000_000
"""Space left on the disk after a download, so that results still fit."""
_REPORT_EVERY_S = 0.2

OnProgress = Callable[[int, int], None]
"""`on_progress(done_bytes, total_bytes)`: first when a hub has answered, then a few times a second, and at the end."""


def total_bytes() -> int:
    """Of all files together."""
    return sum(hubs.PUBLISHED_BYTES.values())


def fetch(
    folder: Path | None = None,
    sources: Sequence[Hub] = hubs.HUBS,
    *,
    revision: str | None = None,
    again: bool = False,
    offline: bool = False,
    on_progress: OnProgress | None = None,
) -> Path:
    """Download the five files into `folder` (the default one if None) and return it.

    They are collected in a sibling `NAME.part`, which is renamed once all are complete and checked, so that a partial download is
    never used. What a broken one left is resumed, from whichever hub answers; the files are the same on all. If another process
    is fetching, this one waits for it, and takes over if it ends early. The SHA-256 of each file is stored in `checksums.json`.

    Args:
        sources: the one that answers first is used, then the others.
        revision: another commit than the pinned one; its files are not checked, nor resumed by a later call.
        again: download even if a complete folder exists.
        offline: never ask the network.

    Raises:
        FetchFailed: offline, no space on the disk, or no source succeeded; the reason says which.
    """
    target = folder or weights.default_folder()
    part, meter = part_of(target), _Meter(on_progress or _ignore)
    if weights.is_complete(target) and not again:
        _remove_leftovers(target)
        return target
    if reason := hub_cache.offline_reason(offline):
        raise _failed(target, reason)
    chosen = [hub if revision is None else replace(hub, revision=revision) for hub in sources]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _locked(target, part, meter):
            if again or not weights.is_complete(target):
                _prepare(target, part, keep=revision is None, use_others=not again)
                hub = _gather(chosen, part, meter, pinned=revision is None)
                _record(part, hub, pinned=revision is None)
                _put_in_place(part, target)
    except DownloadFailed as failure:
        raise _failed(target, failure.reason) from None
    except OSError as error:
        raise _failed(target, f"{error.filename or target}: {disk_reason(error)}") from None
    return target


def part_of(folder: Path) -> Path:
    """Where the files of a download that is not complete are."""
    return folder.with_name(f"{folder.name}.part")


def partial_bytes(folder: Path | None = None) -> int:
    """What a broken download left; the next one resumes there."""
    return _size_of(part_of(folder or weights.default_folder()))


def _failed(target: Path, reason: str) -> FetchFailed:
    return FetchFailed(hubs.MODEL, target, hubs.FILES, reason)


@contextlib.contextmanager
def _locked(target: Path, part: Path, meter: _Meter) -> Iterator[None]:
    """Wait for the process that is fetching, if one is, and report how far it is."""
    lock = _lock_of(target)
    while True:
        try:
            lock.acquire(timeout=_REPORT_EVERY_S)
        except Timeout:
            meter.report(_size_of(part))
            beat()
            continue
        break
    try:
        yield
    finally:
        lock.release()


def _lock_of(target: Path) -> FileLock:
    return FileLock(target.with_name(f".{target.name}.lock"))


def _prepare(target: Path, part: Path, *, keep: bool, use_others: bool) -> None:
    """Make `part` ready: with what an earlier download left of the pinned files and what else of them is on this machine."""
    if not keep:
        shutil.rmtree(part, ignore_errors=True)
    part.mkdir(exist_ok=True)
    for leftover in part.iterdir():
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)
        elif leftover.name not in hubs.FILES:
            leftover.unlink()
    if keep and use_others:
        _use_files_of(target, *hubs.cached_folders(), part=part)
    if reason := _no_room_reason(part):
        raise DownloadFailed(reason, is_local=True)


def _use_files_of(*folders: Path, part: Path) -> None:
    """Copy files that are published ones from incomplete folders."""
    for name in hubs.FILES:
        if not _is_published(part / name):
            found = next((folder / name for folder in folders if _is_published(folder / name)), None)
            if found is not None:
                (part / name).unlink(missing_ok=True)
                shutil.copyfile(found, part / name)


def _is_published(path: Path) -> bool:
    try:
        return path.stat().st_size == hubs.PUBLISHED_BYTES[path.name] and _has_published_sum(path)
    except OSError:
        return False


def _has_published_sum(path: Path) -> bool:
    return sha256(path) == hubs.PUBLISHED_SHA256[path.name]


def _gather(sources: Sequence[Hub], part: Path, meter: _Meter, *, pinned: bool) -> Hub | None:
    """Bring all files into `part`, from one source after the other until one succeeds; None if all were on this machine.

    Raises:
        DownloadFailed: with the reason of each source, or the one on this machine.
    """
    lacking = [name for name in hubs.FILES if not (pinned and _is_published(part / name))]
    if not lacking:
        return None
    order, failures = hubs.fastest_first(sources)
    for hub in order:
        try:
            for name in lacking:
                _bring(hub, part / name, lambda: meter.report(_size_of(part)), pinned=pinned)
        except DownloadFailed as failure:
            if failure.is_local:
                raise
            failures[hub.name] = failure.reason
            lacking = [name for name in lacking if not (pinned and _is_published(part / name))]
            if not pinned:
                shutil.rmtree(part)
                part.mkdir()
            continue
        meter.report(total_bytes(), at_once=True)
        return hub
    raise DownloadFailed("; ".join(f"{name}: {reason}" for name, reason in failures.items()))


def _bring(hub: Hub, path: Path, report: Callable[[], None], *, pinned: bool) -> None:
    """Download one file, and once more from its start if what was there before was wrong."""
    size_bytes = hubs.PUBLISHED_BYTES[path.name] if pinned else None
    if size_bytes is not None and path.exists() and path.stat().st_size > size_bytes:
        path.unlink()
    was_resumed = path.exists() and path.stat().st_size > 0
    report()
    try:
        download(hub.url(path.name), path, size_bytes, lambda _: report())
    except DownloadFailed as failure:
        raise DownloadFailed(f"{path.name}: {failure.reason}", is_local=failure.is_local) from None
    if not pinned or _has_published_sum(path):
        return
    path.unlink()  # otherwise the next attempt would resume from a wrong file
    if not was_resumed:
        raise DownloadFailed(f"{path.name} is not the published file: its SHA-256 is wrong")
    _bring(hub, path, report, pinned=pinned)


def _record(part: Path, hub: Hub | None, *, pinned: bool) -> None:
    sums = hubs.PUBLISHED_SHA256 if pinned else {name: sha256(part / name) for name in hubs.FILES}
    source = f"{hub.name} {hub.repo}" if hub else "this machine"
    record = {"source": source, "revision": hub.revision if hub else "", "sha256": sums}
    (part / CHECKSUMS).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def _put_in_place(part: Path, target: Path) -> None:
    """Rename `part` to `target`. An old folder is removed only after that."""
    old = _old_of(target)
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    part.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _old_of(target: Path) -> Path:
    return target.with_name(f"{target.name}.old")


def _remove_leftovers(target: Path) -> None:
    """Of downloads that are not needed any more, unless another process is at work there."""
    leftovers = [folder for folder in (part_of(target), _old_of(target)) if folder.exists()]
    if leftovers:
        with contextlib.suppress(Timeout, OSError), _lock_of(target).acquire(timeout=0):
            for folder in leftovers:
                shutil.rmtree(folder, ignore_errors=True)


def _no_room_reason(part: Path) -> str:
    needed = total_bytes() - _size_of(part) + SPARE_BYTES
    free = shutil.disk_usage(part).free
    return "" if free >= needed else f"no room: {part.parent} has {free / 1e9:.1f} GB free and {needed / 1e9:.1f} GB are needed"


def _size_of(folder: Path) -> int:
    """Bytes of the files in `folder`; those that are deleted meanwhile count 0."""
    total = 0
    for name in hubs.FILES:
        with contextlib.suppress(OSError):
            total += (folder / name).stat().st_size
    return total


class _Meter:
    """Passes progress on a few times a second."""

    def __init__(self, on_progress: OnProgress) -> None:
        self._on_progress = on_progress
        self._last_s = 0.0

    def report(self, done_bytes: int, *, at_once: bool = False) -> None:
        now_s = time.monotonic()
        if at_once or now_s - self._last_s >= _REPORT_EVERY_S:
            self._last_s = now_s
            self._on_progress(min(done_bytes, total_bytes()), total_bytes())


def _ignore(done_bytes: int, total_bytes: int) -> None:
    """For a download that nobody follows."""
