"""The server's log: one JSON object a line, about requests, changes and jobs. No names, no texts, no paths, no secrets.

A line is `{"at": "2026-01-02T03:04:05+00:00", "event": "request", ...}`. Events are `start`, `stop`, `request` (method, route,
status, ms, client, user), `wrong_password` (client, wrong), `change` (user, job, what), `job` (job, kind, state, error_type,
took_s), `webhook` (job, attempt, status, why, outcome) and `removed` (job, why).
"""

from __future__ import annotations

import itertools
import logging
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import msgspec

from video_pipeline.web.store import now

_LARGEST_BYTES = 10 << 20
_KEPT = 5
"""Older files that are kept besides."""
_numbers = itertools.count()


class Journal:
    """Writes to one file in a thread of its own, so that no request waits for the disk. Without a path it writes nothing."""

    def __init__(self, path: Path | None = None) -> None:
        self._log = logging.Logger(f"journal {next(_numbers)}", logging.INFO)
        self._writing: QueueListener | None = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = RotatingFileHandler(path, maxBytes=_LARGEST_BYTES, backupCount=_KEPT, encoding="utf-8")
            file.setFormatter(logging.Formatter("%(message)s"))
            lines: SimpleQueue[Any] = SimpleQueue()
            self._log.addHandler(QueueHandler(lines))
            self._writing = QueueListener(lines, file)
            self._writing.start()

    def note(self, event: str, **facts: Any) -> None:
        """Add a line; None and empty facts are left out."""
        line = {"at": now(), "event": event, **{key: value for key, value in facts.items() if value not in (None, "")}}
        self._log.info(msgspec.json.encode(line).decode())

    def close(self) -> None:
        """All lines are in the file when this returns."""
        if self._writing is not None:
            self._log.handlers.clear()
            self._writing.stop()
            self._writing.handlers[0].close()
            self._writing = None
