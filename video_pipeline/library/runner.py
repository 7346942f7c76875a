"""A run over a library: what is done is skipped, what fails is recorded, and the run goes on."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from video_pipeline.core.errors import BadValue, PipelineError
from video_pipeline.jobs import EXECUTORS
from video_pipeline.jobs.base import Executor
from video_pipeline.jobs.limits import Pool
from video_pipeline.jobs.messages import Job, OnUpdate, Task, ignore
from video_pipeline.library.catalogue import Catalogue
from video_pipeline.library.duplicates import Duplicates
from video_pipeline.library.records import ALL_GOALS, Outcome, VideoJob
from video_pipeline.library.remote import is_remote
from video_pipeline.library.staging import Staging, staged_work
from video_pipeline.library.work import job_of, outcome_of, work


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryOptions:
    """How a library is run."""

    executor: str = "inline"
    """A name in `EXECUTORS`."""
    workers: int = 0
    """At once; 0 takes the number of the pool."""
    goals: tuple[str, ...] = ALL_GOALS
    preset: str = "default"
    overrides: Mapping[str, Any] = field(default_factory=dict)
    """Options over the preset, by dotted keys."""
    pool: Pool = field(default_factory=Pool)
    sidecars: bool = False
    """Also put the subtitles beside each video."""
    sidecar_name: str = ""
    """Template of their names, see `SidecarNames`; empty for the video's own name."""
    upload: str = ""
    """An address that the results are also put to; empty for none."""
    staging: str = ""
    """An address that this machine and all workers reach, through which results travel; empty where they share the folder."""
    catalogue: str = field(default="", repr=False)
    """Address of the data base that keeps the catalogue, which may hold a password; empty for what `address_of` finds."""
    task: Task = work
    """What is done with each `VideoJob`; the value of its `Done` is an `Outcome`."""

    def __post_init__(self) -> None:
        EXECUTORS.require(self.executor)
        if self.staging and not is_remote(self.staging):
            raise BadValue("--staging", f"{self.staging} is no address such as s3://bucket/folder")


def run(jobs: Iterable[VideoJob], record: Catalogue, options: LibraryOptions, on_update: OnUpdate = ignore) -> Generator[Outcome]:
    """The outcome of each job, recorded before it is given. The caller leaves out what is done: `record.undone(jobs)`.

    Jobs are drawn as workers get free. One that another run has taken meanwhile is left to it, without an outcome here.
    """
    executor: Executor = EXECUTORS.load(options.executor)()
    pool = dataclasses.replace(options.pool, workers=options.workers or options.pool.workers)
    queue = _Queue(jobs, record, options)
    with closing(executor.run(queue, pool, on_update)) as results:
        for result in results:
            outcome = queue.received(outcome_of(result))
            if queue.over(outcome):
                yield outcome
            yield from queue.copies()
    yield from queue.copies()


class _Queue:
    """Jobs that this run has claimed, one at a time. A job with a finished twin is done at once, and not among them."""

    def __init__(self, jobs: Iterable[VideoJob], record: Catalogue, options: LibraryOptions) -> None:
        self._jobs, self._record, self._task = iter(jobs), record, options.task
        if options.staging and options.task is work:
            self._task = staged_work
        self._staging = Staging(record.folder, options.staging)
        self._twins = Duplicates(record)
        self._again: deque[VideoJob] = deque()
        self._copies: deque[Outcome] = deque()

    def __iter__(self) -> Iterator[Job | None]:
        while True:
            job = self._again.popleft() if self._again else next(self._jobs, None)
            if job is None:
                if not self._twins.are_waiting:
                    return
                yield None
            elif self._is_to_do(job):
                yield job_of(self._staging.sent(self._record.claimed(job.anywhere())), self._task)

    def _is_to_do(self, job: VideoJob) -> bool:
        """Claims a job, unless it has to wait. False where that, or a twin, leaves nothing to do for now."""
        likeness = self._twins.likeness(job)
        if self._twins.put_off(job, likeness):
            return False
        if not self._record.claim(job, likeness):
            self._again += self._twins.over(job)
            return False
        copy = self._twins.done_as(job, likeness)
        if copy is not None:
            self.over(copy)
            self._copies.append(copy)
        return copy is None

    def received(self, outcome: Outcome) -> Outcome:
        """An outcome whose results are in the library."""
        try:
            return self._staging.received(outcome)
        except PipelineError as error:
            return dataclasses.replace(Outcome.failed(outcome.job, error, outcome.took_s), worker=outcome.worker)

    def over(self, outcome: Outcome) -> bool:
        """Record an outcome. False if another run has taken the item meanwhile, because this one seemed dead to it."""
        self._again += self._twins.over(outcome.job)
        return self._record.record(outcome)

    def copies(self) -> Iterator[Outcome]:
        while self._copies:
            yield self._copies.popleft()
