"""The parts of one server, put together."""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import logging
import shutil
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from filelock import FileLock, Timeout

from video_pipeline.core.errors import CannotWrite, PipelineError
from video_pipeline.core.files import reason
from video_pipeline.video.base import Goal
from video_pipeline.web.editing import EditSession
from video_pipeline.web.errors import NotNow
from video_pipeline.web.housekeeping import Housekeeping
from video_pipeline.web.jobs import Queue
from video_pipeline.web.journal import Journal
from video_pipeline.web.metrics import Metrics
from video_pipeline.web.montage import Montage
from video_pipeline.web.partial import Partials
from video_pipeline.web.receiving import Intake, Upload
from video_pipeline.web.replacing import Replacing
from video_pipeline.web.requested import remove_preset, require_webhook
from video_pipeline.web.settings import ServerOptions
from video_pipeline.web.store import VIDEO, Store, StoredJob
from video_pipeline.web.task import GOALS
from video_pipeline.web.turns import Turns
from video_pipeline.web.uploads import admitted, laid_over
from video_pipeline.web.users import CURRENT
from video_pipeline.web.waiting import Waiters
from video_pipeline.web.webhooks import Webhooks

T = TypeVar("T")
_IDLE_S = 30.0
"""After the last change of a video, until its files are written without being asked for."""
_MOST_WEBHOOKS = 8
"""Of one job; later ones take the place of earlier ones."""
_log = logging.getLogger(__name__)


class Services:
    """Everything a request may need. `open` and `close` go around the time in which the server answers."""

    def __init__(self, server: ServerOptions) -> None:
        """Raises CannotWrite where the work folder is not usable, BadRecord where its list of jobs is damaged."""
        self.server = dataclasses.replace(server, out=server.out.absolute())
        try:
            self.server.kept.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CannotWrite(self.server.out, reason(error)) from None
        self._lock = _locked(self.server)
        self.metrics, self.journal = Metrics(), Journal(self.server.journal)
        self.store = Store(self.server.kept / "jobs.sqlite")
        self.webhooks = Webhooks(self.store, self.server, self.journal)
        self.queue = Queue(self.store, self.server, self.metrics, journal=self.journal, on_over=self.webhooks.tell)
        self.housekeeping = Housekeeping(self.store, self.server, self._age_out)
        self.partials = Partials(self.server, self.housekeeping)
        self.housekeeping.others.append(self.partials.sweep)
        self.intake = Intake(self.server, self.housekeeping)
        self.edits = EditSession(self.queue, self.server)
        self.montage = Montage(self.edits)
        self.replacing = Replacing(self.queue, self.edits)
        self.waiters, self.turns = Waiters(self.queue.job, self._given_up), Turns()
        self._later: dict[str, asyncio.TimerHandle] = {}
        """Videos whose files are to be written soon."""
        self._tasks: set[asyncio.Task[None]] = set()

    def open(self) -> None:
        shutil.rmtree(self.server.incoming, ignore_errors=True)
        self.journal.note("start")
        self.webhooks.start()
        self.queue.start()
        self.housekeeping.start()
        for job in self.edits.unwritten():  # changed just before the last end of the server
            self._settle(job.id)

    def close(self) -> None:
        for waiting in self._later.values():
            waiting.cancel()
        self.housekeeping.stop()
        self.queue.stop()
        self.webhooks.stop()
        self.edits.close()
        self.store.close()
        self.journal.note("stop")
        self.journal.close()
        self._lock.release()

    def remove(self, job_id: str, why: str = "asked") -> None:
        """A job with all that the server made for it, when nobody changes it any more. Raises NotThere, NotNow."""
        with self.edits.alone(self.queue.job(job_id)):
            self.queue.remove(job_id)
        self.housekeeping.forget_measure()
        self.journal.note("removed", job=job_id, why=why)

    async def _given_up(self, job_id: str) -> None:
        """Nobody waits for a job any more: one that was only made for those who waited goes."""

        def leave() -> None:
            if self.queue.job(job_id).transient:
                self.remove(job_id, "hung up")

        await self.turns.take(job_id, functools.partial(self.quietly, leave), elsewhere=True)

    def _age_out(self, job: StoredJob) -> None:
        self.quietly(self.remove, job.id, "old")

    def admit(
        self, upload: Upload, request: Mapping[str, Any], *, goals: tuple[Goal, ...] = GOALS, transient: bool = False
    ) -> tuple[StoredJob, bool]:
        """See `uploads.admitted`; counted."""
        require_webhook(upload.value("webhook"), self.server)
        try:
            job, same = admitted(upload, request, self.queue, self.server, goals=goals, transient=transient)
        except PipelineError as error:
            self.metrics.upload(type(error).__name__)
            raise
        self.metrics.upload("known" if same else "accepted", 0 if same else upload.size_bytes)
        return self._with_webhook(job, upload.value("webhook")), same

    def _with_webhook(self, job: StoredJob, url: str) -> StoredJob:
        """One more address to be told of a job; at once where there is nothing to wait for."""
        if not url:
            return job
        with self.store.together():
            known = self.store.get(job.id) or job
            job = self.store.change(job.id, webhooks=tuple(dict.fromkeys((*known.webhooks, url)))[-_MOST_WEBHOOKS:])
            if job.over:
                self.webhooks.tell(job)
        return job

    def options_over(self, job: StoredJob, request: Mapping[str, Any]) -> dict[str, Any]:
        """A video's options with those of a request laid over them. Raises an OptionError."""
        return laid_over(job, request, self.server)

    def forget_preset(self, name: str) -> None:
        """Raises NotNow where videos need it, an OptionError where there is none."""
        path = str(self.server.presets / f"{name}.toml")
        users = [job.name for job in self.store.all() if path in _presets(job)]
        if users:
            raise NotNow(f"{len(users)} videos are kept with the preset {name}, for instance {users[0]}")
        remove_preset(name, self.server)

    def library(self, row: Callable[[StoredJob, Services], dict[str, Any]]) -> list[dict[str, Any]]:
        """All that is processed below the work folder; what was not uploaded here has no `id`, and no video to play."""
        jobs = [job for job in self.store.all() if job.kind == VIDEO]
        known = {job.folder for job in jobs}
        found = [row(job, self) | {"folder": job.folder} for job in jobs]
        for path in sorted(self.server.out.glob("*/transcript.json")):
            name = path.parent.name
            if name not in known and not path.parent.is_symlink():
                found.append({"id": None, "name": name, "state": "done", "folder": name})
        return found

    def changed(self, job_id: str, what: str, answer: T) -> T:
        """After a change: a line in the journal, and the files are written again when nothing was changed for a while."""
        self.journal.note("change", user=CURRENT.get(), job=job_id, what=what)
        loop = asyncio.get_running_loop()
        if waiting := self._later.pop(job_id, None):
            waiting.cancel()
        self._later[job_id] = loop.call_later(_IDLE_S, self._settle, job_id)
        return answer

    def _settle(self, job_id: str) -> None:
        work = functools.partial(self.quietly, lambda: self.edits.settle(self.queue.job(job_id), "subtitles"))
        task = asyncio.create_task(self.turns.take(job_id, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def quietly(self, work: Callable[..., object], *arguments: Any) -> None:
        """Work that nobody waits for; what goes wrong with it is only logged."""
        try:
            work(*arguments)
        except PipelineError as error:
            _log.warning("after a change: %s", error)


def _presets(job: StoredJob) -> set[Any]:
    return {options.get("preset") for options in (job.options, job.results or {})}


def _locked(server: ServerOptions) -> FileLock:
    """Two servers in one folder would take each other's jobs. Raises CannotWrite while another is up."""
    lock = FileLock(server.kept / "lock", thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise CannotWrite(server.out, "another server is running in this folder") from None
    return lock
