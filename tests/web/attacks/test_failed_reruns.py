"""A run with other options fails or is cancelled, and what was good before cannot be seen any more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from tests.web.conftest import over, served, upload


def test_the_good_results_stay(tmp_path: Path, one_line: Path, tone: Any) -> None:
    said = {"speech.engine": "replay", "speech.transcript": str(one_line)}
    with served(tmp_path / "out", overrides=said) as client:
        job = over(client, upload(client, tone(1))["id"])
        before = client.get(f"/api/jobs/{job['id']}/view").json()
        client.post(f"/api/jobs/{job['id']}/retry", json={"options": {"engine": "draft", "track": 3}})
        failed = over(client, job["id"])
        assert failed["state"] == "failed" and failed["error"] and failed["has_results"]
        _is_as_before(client, job, before)
        # and to try again does not repeat the failure: the options are those of the good results
        client.post(f"/api/jobs/{job['id']}/retry")
        assert over(client, job["id"])["state"] == "done"


def test_a_cancelled_one_leaves_them_too(tmp_path: Path, one_line: Path, tone: Any) -> None:
    said = {"speech.engine": "replay", "speech.transcript": str(one_line)}
    with served(tmp_path / "out", overrides=said) as client:
        job = over(client, upload(client, tone(1))["id"])
        before = client.get(f"/api/jobs/{job['id']}/view").json()
        queue = client.app.state.services.queue  # type: ignore[attr-defined]
        queue.store.queue_again(job["id"], options={"preset": "default", "speech.engine": "draft"})
        # a worker that is free did not hear of it, so it waits
        assert client.get(f"/api/jobs/{job['id']}").json()["state"] in ("queued", "running", "failed")
        client.post(f"/api/jobs/{job['id']}/cancel")
        over(client, job["id"])
        _is_as_before(client, job, before)


def _is_as_before(client: TestClient, job: dict[str, Any], before: Any) -> None:
    assert client.get(f"/api/jobs/{job['id']}").json()["options"] == job["options"]
    assert client.get(f"/api/jobs/{job['id']}/view").json() == before
    assert client.put(f"/api/jobs/{job['id']}/clips", json={"clips": [], "weights": {}}).status_code == 200
    client.put(f"/api/jobs/{job['id']}/clips", json={"clips": None})
