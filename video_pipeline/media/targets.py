"""Files that are written completely or not at all, and errors of the disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from video_pipeline.core.errors import CannotWrite
from video_pipeline.core.files import check_fence
from video_pipeline.core.refusals import DISK_FULL, NOT_OURS, reason
from video_pipeline.media.errors import FfmpegFailed, NotEnoughSpace

_REFUSALS = {"No space left on device": DISK_FULL, "Permission denied": NOT_OURS, "Read-only file system": NOT_OURS}


@contextmanager
def refusals(part: Path) -> Iterator[None]:
    """Raise CannotWrite if FFmpeg failed because the disk refused `part`."""
    try:
        yield
    except FfmpegFailed as error:
        words = next((told for words, told in _REFUSALS.items() if words in error.tail), None)
        if words:
            raise CannotWrite(part.parent, words) from None
        raise


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """A file to write in a folder beside `target`: it replaces `target` if the block succeeds, and is deleted if not."""
    folder = target.with_name(f".{target.name}.part")
    shutil.rmtree(folder, ignore_errors=True)  # left by a killed run, whose FFmpeg may still write into it
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(target, reason(error)) from None
    part = folder / f"part{target.suffix}"
    try:
        yield part
        check_fence()
        part.replace(target)
    except OSError as error:
        raise CannotWrite(target, reason(error)) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def require_space(folder: Path, needed_bytes: int) -> None:
    """Raise NotEnoughSpace if the disk of `folder`, which need not exist yet, has less than `needed_bytes` left."""
    nearest = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())
    free_bytes = shutil.disk_usage(nearest).free
    if free_bytes < needed_bytes:
        raise NotEnoughSpace(folder, needed_bytes, free_bytes)
