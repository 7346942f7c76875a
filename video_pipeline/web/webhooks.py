"""Who is told when a job is over: a signed message to every address that was asked for, tried again until it is taken.

A message is `{"type": "job.done", "timestamp": "...", "data": {"id": ..., "state": "done", ...}}`, its type also `job.failed` or
`job.cancelled`. Any answer of 200 to 299 takes it; everything else, redirects too, is tried again. It can come twice: its id
(the header `webhook-id`) is the same then.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import msgspec

from video_pipeline import __version__
from video_pipeline.web.errors import Unreachable
from video_pipeline.web.journal import Journal
from video_pipeline.web.outside import post
from video_pipeline.web.settings import ServerOptions
from video_pipeline.web.signing import signed_headers
from video_pipeline.web.store import EXPORT, Store, StoredJob, now

RETRY_AFTER_S = (5.0, 300.0, 1800.0, 7200.0, 18_000.0, 36_000.0, 50_400.0, 72_000.0, 86_400.0)
"""Waits between attempts, as Standard Webhooks recommends: in all more than three days; then a message is given up."""
_GONE = 410
"""A receiver that answers this wants no more of it."""
_AT_ONCE = 4
"""Messages under way at once, never two of them to the same receiver: a slow one holds up itself only."""
_LONGEST_WAIT_S = 60.0
"""Until the list is read again in any case."""
_LOOKED_AT = 64
"""Due messages that are looked at for one whose receiver is free."""
_TABLE = (
    "CREATE TABLE IF NOT EXISTS deliveries "
    "(id TEXT, url TEXT, job TEXT, body BLOB, attempts INTEGER, due_s REAL, PRIMARY KEY (id, url))"
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message that one receiver has not taken yet."""

    id: str
    url: str
    job: str
    body: bytes
    attempts: int
    due_s: float
    """Seconds since 1970."""


class Webhooks:
    """The messages that are still to be taken, on disk beside the jobs, and the threads that send them."""

    def __init__(self, store: Store, server: ServerOptions, journal: Journal, send: Callable[..., int] = post) -> None:
        """`send` is as `outside.post`."""
        self._store, self._server, self._journal, self._send = store, server, journal, send
        self._waits_s = RETRY_AFTER_S
        self._busy: set[str] = set()
        """Receivers that a message is under way to."""
        self._changed = threading.Condition()
        self._news = 0
        """Counts up with every change of the list, so that a thread that has just read it knows whether to read it again."""
        self._stopping = False
        self._store.run(_TABLE)

    def start(self) -> None:
        if self._server.webhook_key:
            for number in range(_AT_ONCE):
                threading.Thread(target=self._work, name=f"webhooks {number}", daemon=True).start()

    def stop(self) -> None:
        """What is under way is sent again after a restart."""
        self._stopping = True
        self._tell_threads()

    def tell(self, job: StoredJob) -> None:
        """Call when a job is over; belongs into the transaction that says so."""
        video = self._store.get(job.parent) if job.kind == EXPORT else job
        urls = {*self._server.webhooks, *(video.webhooks if video else ())}
        if not urls or not self._server.webhook_key:
            return
        message_id, body = f"msg_{uuid.uuid4().hex}", msgspec.json.encode(message(job))
        for url in urls:
            values = (message_id, url, job.id, body, 0, time.time())
            self._store.run("INSERT INTO deliveries (id, url, job, body, attempts, due_s) VALUES (?, ?, ?, ?, ?, ?)", values)
        self._tell_threads()

    def waiting(self) -> list[Delivery]:
        """What is still to be taken, the earliest first."""
        rows = self._store.run("SELECT id, url, job, body, attempts, due_s FROM deliveries ORDER BY due_s")
        return [Delivery(*row) for row in rows]

    def _work(self) -> None:
        with contextlib.suppress(sqlite3.ProgrammingError):  # the server has stopped meanwhile
            self._send_all()

    def _send_all(self) -> None:
        while (delivery := self._next()) is not None:
            try:
                self._deliver(delivery)
            finally:
                self._tell_threads(_receiver(delivery.url))

    def _next(self) -> Delivery | None:
        """Waits for a message that is due and whose receiver is free. None when the server stops.

        The list is read outside the lock: `tell` takes this lock while it holds the store's.
        """
        while not self._stopping:
            seen = self._news
            waiting = self.waiting()[:_LOOKED_AT]
            with self._changed:
                free = [delivery for delivery in waiting if _receiver(delivery.url) not in self._busy]
                wait_s = free[0].due_s - time.time() if free else _LONGEST_WAIT_S
                if seen != self._news:
                    continue
                if wait_s <= 0:
                    self._busy.add(_receiver(free[0].url))
                    self._news += 1
                    return free[0]
                self._changed.wait(min(wait_s, _LONGEST_WAIT_S))
        return None

    def _tell_threads(self, done_with: str = "") -> None:
        with self._changed:
            self._busy.discard(done_with)
            self._news += 1
            self._changed.notify_all()

    def _deliver(self, delivery: Delivery) -> None:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"video-pipeline/{__version__}",
            **signed_headers(delivery.id, int(time.time()), delivery.body, self._server.webhook_key),
        }
        status, why = 0, ""
        try:
            status = self._send(delivery.url, delivery.body, headers, allow_private=self._server.webhook_allow_private)
        except Unreachable as error:
            why = error.reason
        if self._stopping and not status:
            return
        attempts, where = delivery.attempts + 1, (delivery.id, delivery.url)
        is_taken, is_last = 200 <= status < 300, attempts > len(self._waits_s) or status == _GONE
        if is_taken or is_last:
            self._store.run("DELETE FROM deliveries WHERE id=? AND url=?", where)
        else:
            due_s = time.time() + self._waits_s[delivery.attempts]
            self._store.run("UPDATE deliveries SET attempts=?, due_s=? WHERE id=? AND url=?", (attempts, due_s, *where))
        outcome = "taken" if is_taken else "given up" if is_last else "again later"
        self._journal.note("webhook", job=delivery.job, attempt=attempts, status=status or None, why=why, outcome=outcome)


def message(job: StoredJob) -> dict[str, Any]:
    """What a receiver is told; the results are asked for with the password, as always."""
    data = {
        "id": job.id,
        "kind": job.kind,
        "name": job.name,
        "state": job.state,
        "error": job.error,
        "error_type": job.error_type,
        "created": job.created,
        "ended": job.ended,
        "duration_s": job.media_s,
    }
    if job.kind == EXPORT:
        data["video"] = job.parent
    return {"type": f"job.{job.state}", "timestamp": job.ended or now(), "data": data}


def _receiver(url: str) -> str:
    return urlsplit(url).netloc.casefold()
