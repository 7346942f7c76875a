"""Atomic writes by processes that still may, file names for every system, and digests of content."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec
from blake3 import blake3

from video_pipeline.core.heartbeat import beat
from video_pipeline.core.printable import printable
from video_pipeline.core.refusals import reason as reason

_BLOCK_BYTES = 16 << 20
"""Read at once for a full digest: enough for all cores."""
_SHORT_BYTES = 64 << 10
"""Read per block for a quick digest."""
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_checks: list[Callable[[], None]] = []
"""Whether this process may still write: a worker that was paused while another took its place over must not."""


def safe_name(name: str) -> str:
    """A file name that is valid on every system, as close to `name` as possible."""
    cleaned = _FORBIDDEN.sub("_", printable(name)).strip(". ")
    while len(cleaned.encode()) > 120:
        cleaned = cleaned[:-1]
    return cleaned or "video"


def atomic_write(path: Path, content: bytes) -> None:
    """Write to a file beside the target, flush it to the disk, then replace the target."""
    with atomic_file(path) as file:
        file.write(content)


@contextmanager
def atomic_file(path: Path) -> Iterator[BinaryIO]:
    """What is written to this file takes the place of `path` when the block ends; where it fails nothing changes."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")  # by chance: threads and machines may write at once
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        check_fence()
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def check_fence() -> None:
    """Call right before a file is put in place. Raises what the owner of the work raises where it was taken over."""
    for check in tuple(_checks):
        check()


@contextmanager
def fenced(check: Callable[[], None]) -> Iterator[None]:
    """Inside the block every file that is put in place by this process is preceded by `check`."""
    _checks.append(check)
    try:
        yield
    finally:
        _checks.remove(check)


def remove_parts(folder: Path) -> None:
    """Remove what a killed process left half-written anywhere below a folder."""
    for part in folder.rglob(".*.part"):
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        else:
            part.unlink(missing_ok=True)


def file_digest(path: Path) -> str:
    """BLAKE3 of a file's bytes, on all cores; about as fast as reading it. Reports a heartbeat per block.

    The file is not memory-mapped: mapped pages count as memory of the process, however large the video is.
    """
    digest = blake3(max_threads=blake3.AUTO)
    with path.open("rb", buffering=0) as file:
        block = bytearray(min(_BLOCK_BYTES, max(1, os.fstat(file.fileno()).st_size)))  # a large one takes milliseconds to clear
        while count := file.readinto(block):
            digest.update(memoryview(block)[:count])
            beat()
    return digest.hexdigest()


def block_digest(path: Path) -> str:
    """A quick digest of size and of the first, middle and last block. It differs for nearly all different files."""
    size, digest = path.stat().st_size, blake3()
    with path.open("rb", buffering=0) as file:
        for start in sorted({0, max(0, size // 2 - _SHORT_BYTES // 2), max(0, size - _SHORT_BYTES)}):
            file.seek(start)
            digest.update(file.read(_SHORT_BYTES))
    return f"{size} {digest.hexdigest()}"


def key_of(*parts: object) -> str:
    """The digest of everything that a stage depends on: options, identities and other keys."""
    return blake3(msgspec.json.encode(parts, order="deterministic")).hexdigest()
