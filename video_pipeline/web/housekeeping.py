"""How much the work folder may hold, and what is removed when it is old."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from video_pipeline.web.errors import NoRoom
from video_pipeline.web.settings import ServerOptions
from video_pipeline.web.store import EXPORT, Store, StoredJob

_LOOK_EVERY_S = 600.0
_MEASURED_FOR_S = 20.0
"""A measured size is used for this long: looking at every file takes time."""
_DAY_S = 86_400.0
_SPARE_BYTES = 256 << 20
"""Left free on the disk: for the results of what is being processed, and for whatever else runs there."""


class Housekeeping:
    """Looks every ten minutes for jobs that are too old, and before every upload for room."""

    def __init__(self, store: Store, server: ServerOptions, remove: Callable[[StoredJob], object]) -> None:
        self._store, self._server, self._remove = store, server, remove
        self._measured: tuple[float, int] = (-_MEASURED_FOR_S, 0)
        self.others: list[Callable[[], object]] = []
        """Called at every look as well."""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="housekeeping", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()

    def require_room(self, size_bytes: int) -> None:
        """Raises NoRoom where so much more would be too much, for the quota or for the disk."""
        server = self._server
        if shutil.disk_usage(server.out).free < size_bytes + _SPARE_BYTES:
            raise NoRoom("the disk is nearly full")
        if server.quota_bytes and self.used_bytes() + size_bytes > server.quota_bytes:
            raise NoRoom(f"its videos and results take the {server.quota_bytes / 1e9:.3g} GB that they may; remove some first")

    def used_bytes(self) -> int:
        """Size of all files below the work folder; a file that has two names counts once."""
        at_s, used = self._measured
        if time.monotonic() - at_s >= _MEASURED_FOR_S:
            used = _size_bytes(self._server.out)
            self._measured = (time.monotonic(), used)
        return used

    def forget_measure(self) -> None:
        """Call when something was removed."""
        self._measured = (-_MEASURED_FOR_S, 0)

    def sweep(self, now: datetime | None = None) -> None:
        """Remove what is over and older than it may be."""
        at = now or datetime.now(UTC)
        for job in self._store.all():
            limit_days = self._server.keep_days if _is_persons(job) else self._server.keep_made_days
            age_s = (at - datetime.fromisoformat(job.ended or job.created)).total_seconds()
            if limit_days and job.over and age_s > limit_days * _DAY_S:
                self._remove(job)

    def _work(self) -> None:
        while not self._over.wait(_LOOK_EVERY_S):
            self.sweep()
            for other in self.others:
                other()


def _is_persons(job: StoredJob) -> bool:
    """Whether a person keeps it, other than a zip and what a program asked for and has got."""
    return job.kind != EXPORT and not job.transient


def _size_bytes(folder: Path) -> int:
    sizes: dict[tuple[int, int], int] = {}
    for path in folder.rglob("*"):
        try:
            facts = path.lstat()
        except OSError:  # removed while one looks
            continue
        sizes[facts.st_dev, facts.st_ino] = facts.st_size
    return sum(sizes.values())
