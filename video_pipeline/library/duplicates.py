"""Videos of one content are worked on once. They are suspected by a few blocks of their bytes, and compared by all of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from video_pipeline.core.errors import PipelineError
from video_pipeline.core.files import block_digest, file_digest, key_of
from video_pipeline.library.catalogue import Catalogue
from video_pipeline.library.jobs import Job, Outcome
from video_pipeline.library.rows import Row
from video_pipeline.library.work import copied


@dataclass(slots=True)
class Duplicates:
    """Knows what is being worked on, and which jobs wait for it since they may be the same."""

    record: Catalogue
    _running: dict[str, str] = field(default_factory=dict)
    _waiting: dict[str, list[Job]] = field(default_factory=dict)

    def likeness(self, job: Job) -> str:
        """Equal for two jobs that may come to the same; empty for one of which that cannot be known."""
        try:
            blocks = block_digest(job.video) if not job.url else job.etag and f"{job.bytes} {job.etag}"
        except OSError:
            return ""  # it is not there, as the work will find
        return blocks and key_of(blocks, bool(job.url), self.record.asked(job))

    def put_off(self, job: Job, likeness: str) -> bool:
        """Whether a job has to wait for one that is being worked on and looks the same. If not, it counts as begun."""
        if likeness in self._running:
            self._waiting.setdefault(likeness, []).append(job)
        elif likeness:
            self._running[likeness] = job.source
            return False
        return bool(likeness)

    def over(self, job: Job) -> list[Job]:
        """To be told of every job that is over. Gives those that waited for it."""
        found = next((likeness for likeness, source in self._running.items() if source == job.source), "")
        self._running.pop(found, None)
        return self._waiting.pop(found, [])

    def done_as(self, job: Job, likeness: str) -> Outcome | None:
        """The outcome of the item done that has the same content, for this job too."""
        return next((_copy(job, row) for row in self.record.twins(likeness) if likeness and _is_same(job, row)), None)

    @property
    def are_waiting(self) -> bool:
        return bool(self._waiting)


def _is_same(job: Job, row: Row) -> bool:
    """By all of its bytes; what is remote was told by its etag."""
    if row.source == job.source:
        return False
    try:
        return bool(job.url) or file_digest(job.video) == row.digest
    except OSError:
        return False


def _copy(job: Job, row: Row) -> Outcome:
    try:
        outputs = copied(job, row.folder)
    except PipelineError as error:
        return Outcome.failed(job, error)
    return Outcome(
        job, 0.0, row.media_s, row.folder, row.clips, engine=row.engine, digest=row.digest, outputs=outputs, same_as=row.source
    )
