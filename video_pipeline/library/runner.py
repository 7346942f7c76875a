"""A run over a library: what is done already is skipped, what fails is written down, and the run goes on."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from video_pipeline.library import EXECUTORS
from video_pipeline.library.base import Executor, Job, Outcome
from video_pipeline.library.catalogue import Catalogue
from video_pipeline.library.find import find_videos
from video_pipeline.workspace import key_of, safe_name


@dataclass(frozen=True, slots=True)
class LibraryOptions:
    """How many videos are run: `executor` is a name in `EXECUTORS`; `workers` 0 takes one per usable core."""

    executor: str = "inline"
    workers: int = 0
    goals: tuple[str, ...] = ("subtitles", "highlights", "clips", "report")
    preset: str = "default"
    said: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        EXECUTORS.require(self.executor)


def plan(sources: Sequence[str], out: Path, options: LibraryOptions) -> list[Job]:
    """A job per video; results are laid out in `out` as the videos are in their folders."""
    found = find_videos(sources)
    homes = Counter(_home(video, below) for video, below in found)
    return [
        Job(video, out / below if homes[_home(video, below)] == 1 else out / below / _own(video), *_asked(options))
        for video, below in found
    ]


def _home(video: Path, below: Path) -> tuple[Path, str]:
    """Where a video's results would go; compared without case, as some file systems do."""
    return below, safe_name(video.stem).casefold()


def _own(video: Path) -> str:
    """A folder for one of several videos of one name, the same in every run and whichever is worked on first."""
    return f"{safe_name(video.name)}-{key_of(str(video.absolute()))[:6]}"


def _asked(options: LibraryOptions) -> tuple[tuple[str, ...], str, Mapping[str, Any]]:
    return options.goals, options.preset, options.said


def run(jobs: Sequence[Job], record: Catalogue, options: LibraryOptions) -> Iterator[Outcome]:
    """The outcome of each job, recorded before it is given. The caller leaves out what `record.is_done`."""
    executor: Executor = EXECUTORS.load(options.executor)()
    for outcome in executor.run(jobs, options.workers or usable_cores()):
        record.record(outcome)
        yield outcome


def usable_cores() -> int:
    """Cores this process may use, which a container or `taskset` may have made fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
