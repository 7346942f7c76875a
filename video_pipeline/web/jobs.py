"""The queue: jobs run in their order in a fixed number of workers, report progress, can be cancelled, and survive a restart."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

from video_pipeline.core.files import remove_parts
from video_pipeline.jobs import EXECUTORS
from video_pipeline.jobs.base import Executor
from video_pipeline.jobs.control import Control
from video_pipeline.jobs.errors import Cancelled
from video_pipeline.jobs.messages import Job, JobResult, JobUpdate, Task
from video_pipeline.web.errors import NotNow, NotThere, TooBusy
from video_pipeline.web.journal import Journal
from video_pipeline.web.metrics import Metrics
from video_pipeline.web.removal import preview_of, remove_made
from video_pipeline.web.settings import ServerOptions
from video_pipeline.web.store import CANCELLED, DONE, EXPORT, FAILED, QUEUED, RUNNING, VIDEO, Store, StoredJob, now
from video_pipeline.web.task import Work
from video_pipeline.web.work import sentence, work

_MOST_ATTEMPTS = 3
"""A job that was running this often when the server stopped is set aside."""
_STOP_S = 20.0
"""How long a request waits for a worker that was told to stop."""
_RECOVER_S = 1.0
"""Before a queue with a defect is started again, so that it does not spin."""
_TAKES_DOWN = (
    "the server stopped several times while it processed this video; it was set aside: retry it when nothing else is running"
)
_DEFECT = "this is a defect of video-pipeline; see the server's log"
_log = logging.getLogger(__name__)


class Queue:
    """All jobs, and the thread that hands them to workers. Every method may be called from any thread."""

    def __init__(
        self,
        store: Store,
        server: ServerOptions,
        metrics: Metrics,
        task: Task = work,
        journal: Journal | None = None,
        on_over: Callable[[StoredJob], object] = lambda job: None,
    ) -> None:
        """`task` is what workers do with a `Work`; `on_over` is called within the change that says how a job ended."""
        self.store = store
        self._server, self._metrics, self._task = server, metrics, task
        self._journal, self._on_over = journal or Journal(), on_over
        self._executor: Executor = EXECUTORS.load("processes")()
        self._control = Control()
        self._changed = threading.Condition(threading.RLock())
        self._running: dict[str, JobUpdate] = {}
        """The last progress of every job that a worker has."""
        self._cancelled: set[str] = set()
        """Jobs that a person gave up; the end of the server gives up all others."""
        self._stopping = False
        self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)

    def start(self) -> None:
        """Start to work. What was running when the server last stopped waits again, in its old place."""
        for job in self.store.all(RUNNING):
            sweep(self._server.out / job.folder)
            if job.attempts >= _MOST_ATTEMPTS:
                self._close(job, state=FAILED, error=_TAKES_DOWN, error_type="WorkerDied")
            else:
                self.store.change(job.id, state=QUEUED)
        self._thread.start()

    def stop(self) -> None:
        """End all work at once; what is running will run again after a restart."""
        with self._changed:
            self._stopping = True
            for job_id in self._running:
                self._forgive(job_id)
                self._control.cancel(job_id)
        self._control.wake()
        if self._thread.is_alive():
            self._thread.join(_STOP_S)

    def job(self, job_id: str) -> StoredJob:
        """Raises NotThere."""
        job = self.store.get(job_id)
        if job is None:
            raise NotThere("such job")
        return job

    def video(self, job_id: str) -> StoredJob:
        """A job that is a video, not an export. Raises NotThere."""
        job = self.job(job_id)
        if job.kind != VIDEO:
            raise NotThere("such video")
        return job

    def add(self, job: StoredJob) -> StoredJob:
        """Raises TooBusy when too many wait already, KeyError when the job is known."""
        with self._changed:
            self._require_room()
            job = self.store.add(job)
        self._control.wake()
        return job

    def again(self, job_id: str, **facts: Any) -> StoredJob:
        """Run a job again that is over. Raises NotThere, NotNow, TooBusy."""
        with self._changed:
            job = self.job(job_id)
            if not job.over:
                raise NotNow(f"{job.name} is still {job.state}")
            self._require_room()
            job = self.store.queue_again(job_id, **facts)
        self._control.wake()
        return job

    def still(self) -> AbstractContextManager[object]:
        """No job starts or ends inside the block."""
        return self._changed

    def cancel(self, job_id: str) -> StoredJob:
        """Stop a job, wherever it is. One that is over already stays as it is. Returns when its worker has let go of it."""
        with self._changed:
            job = self.job(job_id)
            if job.state == QUEUED:
                return self._close(job, state=CANCELLED)
            if job_id in self._running:
                self._cancelled.add(job_id)
                self._control.cancel(job_id)
                self._changed.wait_for(lambda: job_id not in self._running, _STOP_S)
        return self.job(job_id)

    def remove(self, job_id: str) -> None:
        """Cancel a job and remove all that the server made for it, exports too."""
        job = self.cancel(job_id)
        if not job.over:
            raise NotNow(f"{job.name} cannot be stopped just now")
        if job.kind == VIDEO:
            for export in self.store.exports(job_id):
                self.remove(export.id)
        self.store.remove(job_id)
        remove_made(job, self._server)

    def progress(self, job_id: str) -> JobUpdate:
        """The stage that a running job is in, and how far it is; an empty stage when it does not run."""
        return self._running.get(job_id, JobUpdate(kind="stage", job_id=job_id))

    def _forgive(self, job_id: str) -> None:
        """A stop of the server is no attempt of the job that it ends."""
        job = self.store.get(job_id)
        if job is not None:
            self.store.change(job_id, attempts=max(0, job.attempts - 1))

    def _require_room(self) -> None:
        if self.store.count(QUEUED) >= self._server.queue_limit:
            raise TooBusy(f"{self._server.queue_limit} videos wait already")

    def _work(self) -> None:
        """What the thread does until the server stops. A defect in it fails the jobs in hand, and the queue goes on."""
        while not self._stopping:
            try:
                self._fail_lost()
                run = self._executor.run(self._waiting(), self._server.pool, self._update, self._control)
                with closing(run) as results:
                    for result in results:
                        self._over(result)
            except Exception:  # noqa: BLE001 - a thread that ends would leave a queue that nobody works on
                _log.exception("the queue has lost its workers and starts others")
                time.sleep(_RECOVER_S)

    def _fail_lost(self) -> None:
        """Jobs whose workers were lost by a defect here."""
        for job_id in tuple(self._running):
            self._end(job_id, state=FAILED, error=_DEFECT, error_type="Defect")

    def _waiting(self) -> Iterator[Job | None]:
        """The jobs in their order, each when a worker is free for it; None while none waits. Ends with the server."""
        while not self._stopping:
            with self._changed:
                job = None if self._stopping else self.store.take()
                if job is not None:
                    self._running[job.id] = JobUpdate(kind="stage", job_id=job.id)
            try:
                yield self._job_of(job) if job is not None else None
            except NotThere:  # the video of an export was removed meanwhile
                assert job is not None
                self._end(job.id, state=CANCELLED)

    def _update(self, update: JobUpdate) -> None:
        if update.kind in ("stage", "advance") and update.job_id in self._running:
            self._running[update.job_id] = update
        elif update.kind == "notice" and (job := self.store.get(update.job_id)) is not None:
            self.store.change(job.id, notices=(*job.notices, update.text))
        elif update.kind == "worker":
            _log.info("%s: %s", update.worker, update.text)

    def _over(self, result: JobResult) -> None:
        """Record how a job ended. One that the end of the server gave up stays marked as running, and runs again."""
        job, task = result.job, result.job.payload
        if result.error:
            sweep(task.folder)
        if result.error_type == Cancelled.__name__:
            given_up: dict[str, Any] = {"state": CANCELLED} if job.id in self._cancelled else {}
            self._end(job.id, **given_up)
        elif result.error:
            self._end(job.id, result, state=FAILED, error=sentence(result), error_type=result.error_type)
        else:
            self._made(result)

    def _made(self, result: JobResult) -> None:
        """A job is done, or goes on where somebody asked for more of it meanwhile."""
        job, made = result.job, result.value
        with self.still():
            stored = self.store.get(job.id)
            if stored is not None and not set(stored.goals).issubset(job.payload.goals):
                self._end(job.id)
                self.store.queue_again(job.id, turn=stored.turn)
                self._control.wake()
                return
            facts = {"media_s": result.media_s} if result.media_s else {}
            self._end(job.id, result, state=DONE, made=made.file, **facts)

    def _end(self, job_id: str, result: JobResult | None = None, **facts: Any) -> None:
        """A job has left its worker; `facts` are what changes of it in the store."""
        with self._changed:
            job = self.store.get(job_id)
            if facts and job is not None:
                self._note_end(self._close(job, **facts), result)
            self._running.pop(job_id, None)
            self._cancelled.discard(job_id)
            self._control.forget(job_id)
            self._changed.notify_all()

    def _close(self, job: StoredJob, *, state: str, **facts: Any) -> StoredJob:
        """The change that says how a job ended, and who is told of it, in one."""
        with self.store.together():
            job = self.store.change(job.id, state=state, ended=now(), **_as_before(job, state), **facts)
            self._on_over(job)
        return job

    def _note_end(self, job: StoredJob, result: JobResult | None) -> None:
        self._metrics.job_over(job.state, *((result.took_s, result.media_s) if result else ()))
        took_s = round(result.took_s, 3) if result else None
        self._journal.note("job", job=job.id, kind=job.kind, state=job.state, error_type=job.error_type, took_s=took_s)

    def _job_of(self, stored: StoredJob) -> Job:
        """A stored job as workers take it. Raises NotThere where the video of an export is gone."""
        server, video = self._server, stored if stored.kind == VIDEO else self.job(stored.parent)
        overrides = dict(video.options)
        preset = overrides.pop("preset")
        task = Work(
            video=server.out / video.file,
            digest=video.digest,
            folder=server.out / video.folder,
            name=video.name,
            preset=preset,
            overrides=overrides,
            preview=preview_of(video, server),
            limit_s=server.upload_s,
            goals=stored.goals,
            export=stored.options if stored.kind == EXPORT else None,
        )
        return Job(
            id=stored.id,
            name=video.name,
            out=server.out,
            task=self._task,
            payload=task,
            preset=preset,
            overrides=overrides,
        )


def _as_before(job: StoredJob, state: str) -> dict[str, Any]:
    """What else changes when a job ends: a run that came to nothing leaves the results of the run before, with their options."""
    if state == DONE:
        return {"results": None}
    return {} if job.results is None else {"options": job.results}


def sweep(folder: Path) -> None:
    """Remove what a worker that was ended left half-written, and the folder itself when nothing else is in it."""
    if folder.is_dir():
        remove_parts(folder)
        if not any(folder.iterdir()):
            folder.rmdir()
