"""Numbers for Prometheus: requests, uploads, jobs and the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from video_pipeline.web.store import Store

_JOB_S = (1, 3, 10, 30, 60, 180, 600, 1800, 3600, 10800)
_REQUEST_S = (0.005, 0.02, 0.05, 0.1, 0.3, 1, 3, 10, 60)


class Metrics:
    """All counters of one server; nothing global, so that two servers in one process do not count together."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self.registry = own = CollectorRegistry()
        self._requests = Counter("video_pipeline_requests", "HTTP requests", ["method", "route", "status"], registry=own)
        self._request_s = Histogram(
            "video_pipeline_request_seconds", "Time to the response's start", ["route"], registry=own, buckets=_REQUEST_S
        )
        self._uploads = Counter("video_pipeline_uploads", "Uploads by outcome", ["outcome"], registry=own)
        self._bytes = Counter("video_pipeline_upload_bytes", "Bytes of accepted uploads", registry=own)
        self._jobs = Counter("video_pipeline_jobs_finished", "Jobs by how they ended", ["state"], registry=own)
        self._job_s = Histogram("video_pipeline_job_seconds", "Time a job took", registry=own, buckets=_JOB_S)
        self._media_s = Counter("video_pipeline_media_seconds", "Seconds of media processed", registry=own)
        self._states = Gauge("video_pipeline_jobs", "Jobs by state", ["state"], registry=own)

    def request(self, method: str, route: str, status: int, took_s: float) -> None:
        self._requests.labels(method, route, str(status)).inc()
        self._request_s.labels(route).observe(took_s)

    def upload(self, outcome: str, size_bytes: int = 0) -> None:
        """`outcome` is accepted, known or the name of an error."""
        self._uploads.labels(outcome).inc()
        self._bytes.inc(size_bytes)

    def job_over(self, state: str, took_s: float | None = None, media_s: float = 0.0) -> None:
        self._jobs.labels(state).inc()
        self._media_s.inc(media_s)
        if took_s is not None:
            self._job_s.observe(took_s)

    def text(self, store: Store) -> bytes:
        """The page that Prometheus reads."""
        from prometheus_client import generate_latest

        from video_pipeline.web.store import STATES

        for state in STATES:
            self._states.labels(state).set(store.count(state))
        return generate_latest(self.registry)
