"""Files that appear whole or not at all, and what the disk says against them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from video_pipeline.core.errors import CannotWrite
from video_pipeline.media.errors import FfmpegFailed, NotEnoughSpace

_FULL_DISK = ("No space left on device", "Permission denied", "Read-only file system")


@contextmanager
def refusals(part: Path) -> Iterator[None]:
    """Where FFmpeg failed since the disk refused `part`, that is said."""
    try:
        yield
    except FfmpegFailed as error:
        reason = next((words for words in _FULL_DISK if words in error.tail), None)
        if reason:
            raise CannotWrite(part.parent, reason.lower()) from None
        raise


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """A file to write in a folder beside `target`; it takes its place when the block ends well and vanishes else."""
    folder = target.with_name(f".{target.name}.part")
    shutil.rmtree(folder, ignore_errors=True)  # of a run that was killed; what that had started may still write into it
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(target, error.strerror or str(error)) from None
    part = folder / f"part{target.suffix}"
    try:
        yield part
        part.replace(target)
    except OSError as error:
        raise CannotWrite(target, error.strerror or str(error)) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def require_space(folder: Path, needed_bytes: int) -> None:
    """Raises NotEnoughSpace where the disk of `folder`, which need not exist yet, has less left than `needed_bytes`."""
    there = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())
    free_bytes = shutil.disk_usage(there).free
    if free_bytes < needed_bytes:
        raise NotEnoughSpace(folder, needed_bytes, free_bytes)
