"""The queue: jobs are done in their order by a fixed number of workers, told about, cancelled, and go on after a restart."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from pathlib import Path
from typing import Any

from video_pipeline.web.crew import Member, WorkerDied, sweep
from video_pipeline.web.errors import NotNow, NotThere, TooBusy
from video_pipeline.web.messages import Told, Work
from video_pipeline.web.metrics import Metrics
from video_pipeline.web.settings import ServerOptions
from video_pipeline.web.store import CANCELLED, DONE, EXPORT, FAILED, QUEUED, RUNNING, VIDEO, Job, Store

_MOST_ATTEMPTS = 3
_STOP_S = 20.0
_DIED = "the worker process died in the middle of this video (killed, or out of memory); try again, or with fewer at once"
_TAKES_DOWN = "the server stopped several times while it worked on this video; it is left alone now, retry it when it is alone"
_log = logging.getLogger(__name__)


class Queue:
    """All jobs, and the threads that hand them to workers. Every method may be called from any thread."""

    def __init__(self, store: Store, server: ServerOptions, metrics: Metrics) -> None:
        self.store = store
        self._server = server
        self._metrics = metrics
        self._told: dict[str, Told] = {}
        self._crew = [Member() for _ in range(server.concurrency)]
        self._at: dict[str, Member] = {}
        self._cancelled: set[str] = set()
        self._woken = threading.Condition()
        self._stopping = False
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin to work. What was running when the server last stopped waits again, in its old place."""
        for job in self.store.all(RUNNING):
            sweep(self._server.out / job.folder)
            if job.attempts >= _MOST_ATTEMPTS:
                self.store.change(job.id, state=FAILED, error=_TAKES_DOWN, error_type="WorkerDied")
            else:
                self.store.change(job.id, state=QUEUED)
        self._threads = [threading.Thread(target=self._work, args=(member,), daemon=True) for member in self._crew]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End all work at once; what is running will be done again after a restart."""
        with self._woken:
            self._stopping = True
            self._woken.notify_all()
        for member in self._crew:
            member.interrupt()
        for thread in self._threads:
            thread.join(_STOP_S)
        for member in self._crew:
            member.stop()

    def job(self, job_id: str) -> Job:
        """Raises NotThere."""
        job = self.store.get(job_id)
        if job is None:
            raise NotThere("such job")
        return job

    def add(self, job: Job) -> Job:
        """Raises TooBusy where too many wait already, KeyError where the job is known."""
        with self._woken:
            self._require_room()
            job = self.store.add(job)
            self._woken.notify()
        return job

    def again(self, job_id: str, **facts: Any) -> Job:
        """Do a job again that is over. Raises NotThere, NotNow, TooBusy."""
        with self._woken:
            job = self.job(job_id)
            if not job.over:
                raise NotNow(f"{job.name} is still {job.state}")
            self._require_room()
            job = self.store.queue_again(job_id, **facts)
            self._woken.notify()
        return job

    def cancel(self, job_id: str) -> Job:
        """Stop a job, wherever it is. One that is over already stays as it is. Returns when its worker has let go of it."""
        with self._woken:
            job = self.job(job_id)
            if job.state == QUEUED:
                return self.store.change(job_id, state=CANCELLED)
            if job.state == RUNNING:
                self._cancelled.add(job_id)
        give_up_s = time.monotonic() + _STOP_S
        while (member := self._at.get(job_id)) is not None and time.monotonic() < give_up_s:
            member.interrupt(job_id)
            time.sleep(0.02)
        return self.job(job_id)

    def remove(self, job_id: str) -> None:
        """Cancel a job and remove all that belongs to it, exports too."""
        job = self.cancel(job_id)
        if not job.over:
            raise NotNow(f"{job.name} cannot be stopped just now")
        for export in self.store.all():
            if export.parent == job_id:
                self.cancel(export.id)
                self.store.remove(export.id)
        self.store.remove(job_id)
        if job.kind == VIDEO:
            self._remove_files(job)
        elif job.made:
            (self._server.out / job.folder / job.made).unlink(missing_ok=True)
        self._told.pop(job_id, None)

    def told(self, job_id: str) -> Told:
        return self._told.get(job_id, Told())

    def _remove_files(self, job: Job) -> None:
        server = self._server
        for folder in (server.out / job.folder, (server.out / job.file).parent, server.frames / job.id):
            if server.out in folder.parents:
                shutil.rmtree(folder, ignore_errors=True)
        self._preview(job).unlink(missing_ok=True)

    def _preview(self, job: Job) -> Path:
        return self._server.previews / f"{job.parent or job.id}.mp4"

    def _require_room(self) -> None:
        if self.store.count(QUEUED) >= self._server.queue_limit:
            raise TooBusy(f"{self._server.queue_limit} videos wait already")

    def _work(self, member: Member) -> None:
        """What the thread of one worker does, until the server stops."""
        while True:
            with self._woken:
                while not self._stopping and (job := self.store.take()) is None:
                    self._woken.wait()
                if self._stopping:
                    return
                assert job is not None
                self._at[job.id] = member
                self._told[job.id] = Told()
            try:
                self._do(job, member)
            except Exception:  # noqa: BLE001 - a thread that ends would leave a queue that nobody works on
                _log.exception("job %s could not be done", job.id)
                self.store.change(job.id, state=FAILED, error="this is a defect of video-pipeline; see the server's log")
            finally:
                self._at.pop(job.id, None)
                self._told.pop(job.id, None)

    def _do(self, job: Job, member: Member) -> None:
        began_s = time.monotonic()
        notices: list[str] = []

        def hear(told: Told) -> None:
            if told.notice:
                notices.append(told.notice)
                self.store.change(job.id, notices=tuple(notices))
            else:
                self._told[job.id] = told

        try:
            if job.id in self._cancelled:
                raise WorkerDied
            ended = member.do(job.id, self._task(job), hear)
        except WorkerDied:
            self._interrupted(job)
            return
        self._cancelled.discard(job.id)
        took_s = time.monotonic() - began_s
        self._metrics.job_over(FAILED if ended.error else DONE, took_s, ended.media_s or 0.0)
        if ended.error:
            self.store.change(job.id, state=FAILED, error=ended.error, error_type=ended.error_type)
        else:
            self.store.change(job.id, state=DONE, made=ended.made, media_s=ended.media_s or job.media_s)

    def _interrupted(self, job: Job) -> None:
        sweep(self._server.out / job.folder)
        if job.id in self._cancelled:
            self._cancelled.discard(job.id)
            self._metrics.job_over(CANCELLED)
            self.store.change(job.id, state=CANCELLED)
        elif not self._stopping:
            self._metrics.job_over(FAILED)
            self.store.change(job.id, state=FAILED, error=_DIED, error_type="WorkerDied")

    def _task(self, job: Job) -> Work:
        server, video = self._server, job
        if job.kind == EXPORT:
            video = self.job(job.parent)
        said = dict(video.options)
        preset = said.pop("preset")
        asked = job.options if job.kind == EXPORT else None
        return Work(
            *(server.out / video.file, video.digest, server.out / video.folder, video.name, preset, said),
            *(self._preview(job), server.upload_s, asked),
        )
