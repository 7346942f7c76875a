"""Finds the SenseVoiceSmall checkpoint on this machine, downloads it once, and verifies it.

Order of search: the folder named in the options (`demo`: the one in this package); `VIDEO_PIPELINE_SENSEVOICE`; the project's
data folder; ModelScope's cache; Hugging Face's cache. If a folder is named, only that one is searched: using other weights
would be worse than an error. Nothing here imports torch, or a hub's library before a download starts.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import platformdirs
from blake3 import blake3
from filelock import FileLock

from video_pipeline.speech.base import SpeechOptions
from video_pipeline.speech.errors import WeightsDamaged, WeightsMissing
from video_pipeline.speech.sensevoice import hubs
from video_pipeline.speech.sensevoice.hubs import Download, Hub

ENVIRONMENT = "VIDEO_PIPELINE_SENSEVOICE"
CHECKSUMS = "checksums.json"
DEMO = "demo"
"""Name of the small model for demonstrations and tests that comes with the package."""
SPARE_BYTES = 200_000_000
"""Space left on the disk after a download, so that results still fit."""

_NEEDED = (hubs.CONFIG, hubs.CMVN, hubs.TOKENIZER, hubs.WEIGHTS)
_MEGABYTE = 1 << 20

Progress = Callable[[int, int], None]
"""`progress(done_bytes, total_bytes)`, called from another thread on progress, at most twice a second, and at the end."""


def default_folder() -> Path:
    """Where `fetch` puts the checkpoint."""
    return Path(platformdirs.user_data_dir("video-pipeline")) / "models" / hubs.MODEL


def demo_folder() -> Path:
    """A checkpoint in SenseVoice's format that recognises only the synthesised voices of the demo video."""
    return Path(__file__).with_name(DEMO)


def locate(options: SpeechOptions) -> Path | None:
    """The checkpoint's folder, None if there is none. Checks names and sizes only, so it takes milliseconds.

    In the known places a folder needs all files. A named folder needs only the weights, so that the loader reports what else is
    missing, instead of "not found".
    """
    named = _named_folder(options)
    if named is not None:
        return named if _filled(named / hubs.WEIGHTS) else None
    return next((folder for folder in _known_folders() if is_complete(folder)), None)


def absence(options: SpeechOptions) -> str:
    """Why `locate` finds nothing, in a few words."""
    named = _named_folder(options)
    return f"there is no {hubs.WEIGHTS} in {named}" if named else "its weights are not on this machine"


def missing(options: SpeechOptions) -> WeightsMissing:
    """The error to raise if `locate` finds nothing, with the places it searched."""
    named = _named_folder(options)
    if named is None:
        reason = hubs.offline_reason()
        return WeightsMissing(hubs.MODEL, tuple(str(folder) for folder in _known_folders()), reason)
    reason = f"the folder has no {hubs.WEIGHTS}" if named.is_dir() else "there is no such folder"
    return WeightsMissing(hubs.MODEL, (str(named),), reason)


def is_complete(folder: Path) -> bool:
    """Whether all files that loading needs exist and are not empty."""
    return all(_filled(folder / name) for name in _NEEDED)


def revision(folder: Path) -> str:
    """12 hex digits that identify the content of `folder`, independent of its place and dates.

    BLAKE3 over the small files and over the size and the first and last megabyte of `model.pt`. This file is a zip with the
    CRC-32 of every tensor in the directory at its end, so any change shows. Takes milliseconds, and is the same for a downloaded
    and a hand-made folder, unlike `checksums.json`.
    """
    digest = blake3()
    for name in (hubs.CONFIG, hubs.CMVN, hubs.TOKENIZER):
        digest.update((folder / name).read_bytes() if (folder / name).is_file() else b"")
    with (folder / hubs.WEIGHTS).open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        digest.update(size.to_bytes(8, "little"))
        digest.update(file.read(_MEGABYTE))
        file.seek(max(0, size - _MEGABYTE))
        digest.update(file.read(_MEGABYTE))
    return digest.hexdigest()[:12]


def model_name(folder: Path) -> str:
    """The hub's name for a model in a hub's cache, else the folder's name."""
    if folder.parent.name == "snapshots":
        return folder.parent.parent.name.removeprefix("models--").replace("--", "/")
    return folder.name


def fetch(
    folder: Path | None = None,
    sources: Sequence[Hub] = hubs.HUBS,
    *,
    revision: str | None = None,
    again: bool = False,
    progress: Progress | None = None,
    download: Download = hubs.download_file,
) -> Path:
    """Download the five files into `folder` (the default one if None) and return it.

    They are collected in a sibling `NAME.part`, which is renamed once all are complete and checked, so that a partial download is
    never used; an interrupted one is resumed the next time. The SHA-256 of each file is stored in `checksums.json`.

    Args:
        sources: tried in this order until one succeeds.
        revision: another commit than the pinned one; its files are not checked.
        again: download even if a complete folder exists.

    Raises:
        WeightsMissing: offline, no space on the disk, or no source succeeded; the reason says which.
    """
    target = folder or default_folder()
    if is_complete(target) and not again:
        return target
    part = target.with_name(f"{target.name}.part")
    if reason := hubs.offline_reason():
        raise WeightsMissing(hubs.MODEL, (str(target),), reason)
    target.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(target.with_name(f".{target.name}.lock")):  # a second process waits and finds a complete folder
        if again or not is_complete(target):
            if reason := _no_room_reason(part):
                raise WeightsMissing(hubs.MODEL, (str(target),), reason)
            part.mkdir(exist_ok=True)
            with _watched(part, progress):
                _gather_from_any(sources, revision, part, download)
            _put_in_place(part, target)
    return target


def verify(folder: Path) -> None:
    """Compare every file of `folder` with its `checksums.json`; reads all files, so it takes seconds.

    Raises:
        WeightsDamaged: a file is missing or changed (the reason names the first), or there is no `checksums.json`.
    """
    try:
        recorded: dict[str, str] = json.loads((folder / CHECKSUMS).read_text(encoding="utf-8"))["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsDamaged(folder, f"it has no readable {CHECKSUMS}: {_first_line(error)}") from None
    for name, expected in recorded.items():
        if not (folder / name).is_file():
            raise WeightsDamaged(folder, f"{name} is missing")
        if sha256(folder / name) != expected:
            raise WeightsDamaged(folder, f"{name} is not what was downloaded (its SHA-256 has changed)")


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _named_folder(options: SpeechOptions) -> Path | None:
    named = options.model or os.environ.get(ENVIRONMENT, "")
    if named == DEMO:
        return demo_folder()
    return Path(named).expanduser() if named else None


def _known_folders() -> list[Path]:
    return [default_folder(), *hubs.cached_folders()]


def _filled(path: Path) -> bool:
    try:
        return path.is_file() and path.stat().st_size > 0
    except OSError:
        return False


def _gather_from_any(sources: Sequence[Hub], revision: str | None, part: Path, download: Download) -> None:
    """Download all files into `part` from the first of `sources` that succeeds."""
    failures = []
    for hub in sources:
        chosen = hub if revision is None else replace(hub, revision=revision)
        try:
            _gather(chosen, part, download, published=chosen.revision == hub.revision)
            return
        except Exception as error:  # noqa: BLE001 - a client may raise errors of any type; all mean that it failed
            failures.append(f"{hub.name}: {_first_line(error)}")
    raise WeightsMissing(hubs.MODEL, (str(part.with_suffix("")), *(hub.name for hub in sources)), "; ".join(failures))


def _gather(hub: Hub, part: Path, download: Download, published: bool) -> None:
    """Download all files into `part` and record them, except those that are there and correct."""
    sums = {}
    for name in hubs.FILES:
        expected = hubs.PUBLISHED_SHA256[name] if published else None
        if expected is None:
            download(hub, name, part)  # the client checks whether an existing file is of this revision
        elif not _filled(part / name) or sha256(part / name) != expected:
            (part / name).unlink(missing_ok=True)
            download(hub, name, part)
        if not _filled(part / name):
            raise OSError(f"{name} did not arrive")
        sums[name] = sha256(part / name)
        if expected is not None and sums[name] != expected:
            (part / name).unlink()  # otherwise the next attempt would resume from a wrong file
            raise OSError(f"{name} is not the published file: its SHA-256 is {sums[name]}")
    record = {"source": f"{hub.name} {hub.repo}", "revision": hub.revision, "sha256": sums}
    (part / CHECKSUMS).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def _put_in_place(part: Path, target: Path) -> None:
    """Rename `part` to `target`. An old folder is removed only after that."""
    for leftover in part.iterdir():  # the clients' records of downloads in progress
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)
        elif leftover.name not in (*hubs.FILES, CHECKSUMS):
            leftover.unlink()
    old = target.with_name(f"{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    part.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _no_room_reason(part: Path) -> str:
    place = next(folder for folder in part.parents if folder.exists())
    needed = hubs.TOTAL_BYTES - _size_of(part) + SPARE_BYTES
    free = shutil.disk_usage(place).free
    return "" if free >= needed else f"no room: {place} has {free / 1e9:.1f} GB free and {needed / 1e9:.1f} GB are needed"


def _size_of(folder: Path) -> int:
    """Bytes of all files below `folder`; those that are deleted meanwhile count 0."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += Path(place, name).lstat().st_size
            except OSError:
                continue
    return total


@contextmanager
def _watched(part: Path, progress: Progress | None) -> Iterator[None]:
    """Report the growth of `part` in the meantime: works for every client and version, with finished and partial files."""
    if progress is None:
        yield
        return
    done = threading.Event()

    def watch() -> None:
        reported = -1
        while True:
            last = done.wait(0.5)
            size = min(_size_of(part), hubs.TOTAL_BYTES)
            if size != reported or last:
                progress(size, hubs.TOTAL_BYTES)
            reported = size
            if last:
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
