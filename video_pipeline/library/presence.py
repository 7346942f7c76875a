"""Disks that go away while a library runs: their videos wait for the next run, instead of failing one by one."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from video_pipeline.library.errors import SourceGone
from video_pipeline.library.records import VideoJob


class Presence:
    """Counts the jobs whose folder is no longer there. One file that is missing from a folder with others is none of them."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._count = 0

    def present(self, jobs: Iterable[VideoJob]) -> Iterator[VideoJob]:
        """The jobs that may be begun."""
        return (job for job in jobs if not self.is_lost(job))

    def is_lost(self, job: VideoJob) -> bool:
        """Whether a job's video went away with its folder since it was planned; then it counts."""
        folder = _gone(job)
        if folder is not None:
            self._folder = self._folder or folder
            self._count += 1
        return folder is not None

    def check(self) -> None:
        """Raises SourceGone where there were any."""
        if self._folder is not None:
            raise SourceGone(self._folder, self._count)


def _gone(job: VideoJob) -> Path | None:
    """The highest folder that is missing, or the empty place where a disk was mounted."""
    if job.url or not job.bytes or os.path.lexists(job.video):  # of no bytes is what was not there when it was planned
        return None
    folder = job.video.parent
    if folder.is_dir():
        return folder if next(folder.iterdir(), None) is None else None
    while not folder.parent.is_dir():
        folder = folder.parent
    return folder
