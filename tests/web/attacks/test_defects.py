"""Requests that fit the description of the API and ended in a defect: the server refuses them, and says why."""

from __future__ import annotations

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import over

Own = tuple[TestClient, str, Any]
LINE: dict[str, Any] = {"start_s": 0, "end_s": 0, "text": "", "felt": None, "speaker": ""}
EDITS = [
    [{"was": [], "lines": [LINE]}],
    [{"was": [], "lines": [{**LINE, "text": " \n "}, {**LINE, "end_s": 1}]}],
    [{"was": [{"start_s": 1e308, "end_s": 1e308, "text": "x"}], "lines": []}],
    [{"was": [{"start_s": -1e308, "end_s": 1e308, "text": "x"}], "lines": [{**LINE, "end_s": 1, "text": "x"}]}],
    [{"was": [], "lines": [{**LINE, "start_s": 1e308, "end_s": 1e308, "text": "x"}]}],
]


@pytest.mark.parametrize("edits", EDITS)
def test_lines_that_are_none(own: Own, edits: Any) -> None:
    client, job_id, _ = own
    answer = client.post(f"/api/jobs/{job_id}/lines", json={"edits": edits})
    assert answer.status_code in (400, 409), answer.text


def test_an_export_is_asked_for_what_only_a_video_has(own: Own) -> None:
    client, job_id, _ = own
    export = over(client, client.post(f"/api/jobs/{job_id}/export", json={"what": "files"}).json()["id"])
    assert export["state"] == "done"  # the first of this video: nothing else had made the folder for it
    paths = client.get("/openapi.json").json()["paths"]
    either = {"/cancel", "/retry", "/progress", "/exports", ""}
    for path, methods in paths.items():
        if not path.startswith("/api/jobs/{job_id}") or path.removeprefix("/api/jobs/{job_id}") in either:
            continue
        address = re.sub(r"\{\w+\}", "0", path.replace("{job_id}", export["id"]))
        for method in methods:
            body = {"text": "x", "at_s": 0, "edge": "start"} if method in ("post", "put") else None
            answer = client.request(method, address, json=body, params={"start_s": 0, "end_s": 1})
            assert answer.status_code in (400, 404), (method, path, answer.text)
