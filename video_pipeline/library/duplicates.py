"""Videos with the same content are processed once: a few blocks of their bytes raise the suspicion, all of them decide."""

from __future__ import annotations

from dataclasses import dataclass, field

from video_pipeline.core.errors import PipelineError
from video_pipeline.core.files import block_digest, file_digest, key_of
from video_pipeline.library.catalogue import Catalogue
from video_pipeline.library.records import Outcome, VideoJob
from video_pipeline.library.rows import Row
from video_pipeline.library.web import is_web
from video_pipeline.library.work import copied


@dataclass(slots=True)
class Duplicates:
    """Knows what is being processed, and which jobs wait for it because they may be the same."""

    record: Catalogue
    _running: dict[str, str] = field(default_factory=dict)
    _waiting: dict[str, list[VideoJob]] = field(default_factory=dict)

    def likeness(self, job: VideoJob) -> str:
        """Fingerprint shared by jobs that may give identical results; empty if unknown."""
        try:
            blocks = block_digest(job.video) if not job.url else _listed_likeness(job)
        except OSError:
            return ""  # it does not exist, as the work will find
        return blocks and key_of(blocks, bool(job.url), self.record.options_key(job))

    def put_off(self, job: VideoJob, likeness: str) -> bool:
        """Whether a job has to wait for one that is being processed and looks the same. If not, it counts as started."""
        if likeness in self._running:
            self._waiting.setdefault(likeness, []).append(job)
        elif likeness:
            self._running[likeness] = job.source
            return False
        return bool(likeness)

    def over(self, job: VideoJob) -> list[VideoJob]:
        """Call for every job that is over. Returns the jobs that waited for it."""
        found = next((likeness for likeness, source in self._running.items() if source == job.source), "")
        self._running.pop(found, None)
        return self._waiting.pop(found, [])

    def done_as(self, job: VideoJob, likeness: str) -> Outcome | None:
        """The outcome of a finished item with the same content, for this job too."""
        return next((_copy(job, row) for row in self.record.twins(likeness) if likeness and _is_same(job, row)), None)

    @property
    def are_waiting(self) -> bool:
        return bool(self._waiting)


def _listed_likeness(job: VideoJob) -> str:
    """Of a file in a bucket by its listing. What web servers call a tag means nothing on another server."""
    return f"{job.bytes} {job.etag}" if job.etag and not is_web(job.url) else ""


def _is_same(job: VideoJob, row: Row) -> bool:
    """Decided by all bytes; for a remote video its etag was enough."""
    if row.source == job.source:
        return False
    try:
        return bool(job.url) or file_digest(job.video) == row.digest
    except OSError:
        return False


def _copy(job: VideoJob, row: Row) -> Outcome:
    try:
        outputs = copied(job, row.folder)
    except PipelineError as error:
        return Outcome.failed(job, error)
    return Outcome(
        job=job,
        media_s=row.media_s,
        folder=row.folder,
        clips=row.clips,
        engine=row.engine,
        digest=row.digest,
        outputs=outputs,
        same_as=row.source,
    )
