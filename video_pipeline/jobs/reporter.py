"""The progress of a job, turned into updates."""

from __future__ import annotations

import time

from video_pipeline.jobs.messages import JobUpdate, OnUpdate

_ADVANCE_EVERY_S = 0.25
"""Often enough for a progress bar that moves smoothly."""
_ALIVE_EVERY_S = 0.5
"""Often enough for any limit on silence, which is counted in seconds."""


class Reporter:
    """A `Progress` that sends updates, a few a second, and measures how long each stage takes."""

    def __init__(self, job_id: str, on_update: OnUpdate) -> None:
        self.stages: dict[str, float] = {}
        """Seconds by stage; stages whose results existed already are absent."""
        self._job_id, self._on_update = job_id, on_update
        self._stage = ""
        self._total_s: float | None = None
        self._stage_began_s = 0.0
        self._advance_sent_s = self._last_sent_s = 0.0

    def begin(self, stage: str, total_s: float | None) -> None:
        self._stage, self._total_s, self._stage_began_s = stage, total_s, time.monotonic()
        self._send(JobUpdate(kind="stage", job_id=self._job_id, stage=stage, total_s=total_s))

    def advance(self, done_s: float) -> None:
        now_s = time.monotonic()
        if now_s - self._advance_sent_s >= _ADVANCE_EVERY_S:
            self._advance_sent_s = now_s
            update = JobUpdate(kind="advance", job_id=self._job_id, stage=self._stage, done_s=done_s, total_s=self._total_s)
            self._send(update)

    def end(self, *, fresh: bool) -> None:
        if not fresh:
            took_s = time.monotonic() - self._stage_began_s
            self.stages[self._stage] = round(self.stages.get(self._stage, 0.0) + took_s, 4)
        text = "fresh" if fresh else ""
        self._send(JobUpdate(kind="ended", job_id=self._job_id, stage=self._stage, text=text))

    def notice(self, text: str) -> None:
        self._send(JobUpdate(kind="notice", job_id=self._job_id, text=text))

    def beat(self) -> None:
        """A step of the job has moved on. Sent only when no other update was sent lately."""
        if time.monotonic() - self._last_sent_s >= _ALIVE_EVERY_S:
            self._send(JobUpdate(kind="alive", job_id=self._job_id))

    def _send(self, update: JobUpdate) -> None:
        self._last_sent_s = time.monotonic()
        self._on_update(update)
