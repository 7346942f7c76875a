"""The server's log: one JSON object a line, about requests, changes and jobs. No names, no texts, no paths, no secrets.

A line is `{"at": "2026-01-02T03:04:05+00:00", "event": "request", ...}`. Events are `start`, `stop`, `request` (method, route,
status, ms, client, user), `wrong_password` (client, wrong), `change` (user, job, what), `job` (job, kind, state, error_type,
took_s), `webhook` (job, attempt, status, why, outcome) and `removed` (job, why).
"""

from __future__ import annotations

import itertools
import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import msgspec

from video_pipeline.web.store import now

_LARGEST_BYTES = 10 << 20
_KEPT = 5
"""Older files that are kept besides."""
_numbers = itertools.count()


class Journal:
    """Writes to one file, safe from many threads. Without a path it writes nothing."""

    def __init__(self, path: Path | None = None) -> None:
        self._log = logging.Logger(f"journal {next(_numbers)}", logging.INFO)
        self._handler: logging.Handler = logging.NullHandler()
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._handler = RotatingFileHandler(path, maxBytes=_LARGEST_BYTES, backupCount=_KEPT, encoding="utf-8")
            self._handler.setFormatter(logging.Formatter("%(message)s"))
        self._log.addHandler(self._handler)

    def note(self, event: str, **facts: Any) -> None:
        """Add a line; None and empty facts are left out."""
        line = {"at": now(), "event": event, **{key: value for key, value in facts.items() if value not in (None, "")}}
        self._log.info(msgspec.json.encode(line).decode())

    def close(self) -> None:
        self._log.removeHandler(self._handler)
        self._handler.close()
