"""The parts of one server, put together."""

from __future__ import annotations

import dataclasses
import logging
import shutil
from collections.abc import Callable, Mapping
from typing import Any

from video_pipeline.core.errors import CannotWrite, PipelineError
from video_pipeline.core.files import reason
from video_pipeline.web.editing import EditSession
from video_pipeline.web.errors import NotNow
from video_pipeline.web.jobs import Queue
from video_pipeline.web.metrics import Metrics
from video_pipeline.web.receiving import Intake, Upload
from video_pipeline.web.requested import remove_preset
from video_pipeline.web.settings import ServerOptions
from video_pipeline.web.store import VIDEO, Store, StoredJob
from video_pipeline.web.uploads import admitted, laid_over

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
        self.metrics = Metrics()
        self.store = Store(self.server.kept / "jobs.sqlite")
        self.queue = Queue(self.store, self.server, self.metrics)
        self.intake = Intake(self.server)
        self.edits = EditSession(self.queue, self.server)

    def open(self) -> None:
        shutil.rmtree(self.server.incoming, ignore_errors=True)
        self.queue.start()

    def close(self) -> None:
        self.queue.stop()
        self.store.close()

    def admit(self, upload: Upload, request: Mapping[str, Any]) -> tuple[StoredJob, bool]:
        """See `uploads.admitted`; counted."""
        try:
            job, same = admitted(upload, request, self.queue, self.server)
        except PipelineError as error:
            self.metrics.upload(type(error).__name__)
            raise
        self.metrics.upload("known" if same else "accepted", 0 if same else upload.size_bytes)
        return job, same

    def options_over(self, job: StoredJob, request: Mapping[str, Any]) -> dict[str, Any]:
        """A video's options with those of a request laid over them. Raises an OptionError."""
        return laid_over(job, request, self.server)

    def forget_preset(self, name: str) -> None:
        """Raises NotNow where videos need it, an OptionError where there is none."""
        path = str(self.server.presets / f"{name}.toml")
        users = [job.name for job in self.store.all() if job.options.get("preset") == path]
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

    def quietly(self, work: Callable[..., object], *arguments: Any) -> None:
        """Work after an answer; what goes wrong then is nobody's answer any more."""
        try:
            work(*arguments)
        except PipelineError as error:
            _log.warning("after a change: %s", error)
