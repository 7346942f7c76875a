"""One video after the other in this process: the simplest, and the one for finding a fault."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from video_pipeline.library.base import Job, Outcome, work


class InlineExecutor:
    def run(self, jobs: Sequence[Job], workers: int) -> Iterator[Outcome]:
        for job in jobs:
            yield work(job)
