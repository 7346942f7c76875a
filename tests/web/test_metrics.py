"""Numbers for Prometheus, read by its own parser."""

from __future__ import annotations

from typing import Any

from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from tests.web.conftest import over, upload


def numbers(client: TestClient) -> dict[tuple[str, ...], float]:
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    found: dict[tuple[str, ...], float] = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found[(sample.name, *sorted(sample.labels.values()))] = sample.value
    return found


def test_what_happens_is_counted(replaying: TestClient, tone: Any) -> None:
    before = numbers(replaying)
    assert before["video_pipeline_jobs", "queued"] == 0
    job = upload(replaying, tone(1))
    assert over(replaying, job["id"])["state"] == "done"
    upload(replaying, tone(1))
    replaying.post("/api/jobs", files={"file": ("x.mp4", b"nothing")})
    after = numbers(replaying)
    assert after["video_pipeline_uploads_total", "accepted"] == 1
    assert after["video_pipeline_uploads_total", "known"] == 1
    assert after["video_pipeline_uploads_total", "NotMedia"] == 1
    assert after["video_pipeline_upload_bytes_total",] == tone(1).stat().st_size
    assert after["video_pipeline_jobs_finished_total", "done"] == 1
    assert after["video_pipeline_jobs", "done"] == 1
    assert after["video_pipeline_media_seconds_total",] == 1.0
    assert after["video_pipeline_requests_total", "/api/jobs", "201", "POST"] == 2


def test_addresses_do_not_make_endless_series(replaying: TestClient) -> None:
    for number in range(20):
        replaying.get(f"/api/jobs/{number}")
        replaying.get(f"/nothing/{number}")
    routes = {
        labels
        for (name, *labels), _ in ((key, value) for key, value in numbers(replaying).items())
        if name.endswith("requests_total")
        for labels in [tuple(labels)]
    }
    assert len(routes) <= 4


def test_health_says_that_it_lives_and_no_more(replaying: TestClient) -> None:
    assert replaying.get("/health").json().keys() == {"status", "version"}
