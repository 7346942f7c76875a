"""Whether what went wrong with one video would go wrong with all that wait: then a run stops at once, with one error."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from video_pipeline.core.errors import CannotWrite, EngineError, PipelineError, class_named
from video_pipeline.core.extras import MissingPackage
from video_pipeline.library.records import Outcome, VideoJob
from video_pipeline.media.errors import FfmpegMissing, NotEnoughSpace
from video_pipeline.media.targets import require_space

_OF_MACHINE = (MissingPackage, FfmpegMissing)
_OF_DISK = (CannotWrite, NotEnoughSpace)
_PROBE_BYTES = 1 << 20
"""What a disk must take to count as one that can be written."""


class Waiting:
    """How many jobs are not over, by what decides which engine they ask for; a table may give each video its own."""

    def __init__(self, jobs: Iterable[VideoJob]) -> None:
        self._by_engine = Counter(_engine(job) for job in jobs)

    def __len__(self) -> int:
        return self._by_engine.total()

    def over(self, job: VideoJob) -> None:
        engine = _engine(job)
        self._by_engine[engine] -= 1
        if self._by_engine[engine] <= 0:
            del self._by_engine[engine]

    def all_ask_for_engine_of(self, job: VideoJob) -> bool:
        return self._by_engine.keys() <= {_engine(job)}


def concerns_all(outcome: Outcome, waiting: Waiting, out: Path, free_bytes: int) -> bool:
    """Whether a failed outcome says something of every job that waits.

    `free_bytes` is the room that must be left in `out` before a job starts.
    """
    kind = class_named(outcome.error_type) if outcome.error else None
    if kind is None:
        return False
    if issubclass(kind, _OF_DISK):
        return not _has_room(out, free_bytes)
    if issubclass(kind, _OF_MACHINE):
        return True
    return issubclass(kind, EngineError) and waiting.all_ask_for_engine_of(outcome.job)


def _engine(job: VideoJob) -> int:
    speech = sorted((name, repr(value)) for name, value in job.overrides.items() if name.startswith("speech."))
    return hash((job.preset, *speech))


def _has_room(folder: Path, free_bytes: int) -> bool:
    """Found out by writing: quotas and read-only disks do not show in numbers."""
    probe = folder / f".probe.{os.getpid()}.part"
    try:
        require_space(folder, free_bytes)
        with probe.open("wb") as file:
            file.write(bytes(_PROBE_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except (OSError, PipelineError):
        return False
    finally:
        with suppress(OSError):
            probe.unlink(missing_ok=True)
    return True
