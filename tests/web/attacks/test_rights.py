"""Every door is tried by everybody: who only looks changes nothing, and who edits rules nothing, through no route there is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.web.test_users import ask, several  # noqa: F401 - `several` is a fixture
from video_pipeline.web.users import RIGHTS

JOB = "/api/jobs/{job_id}"
VIEWER = {
    ("post", f"{JOB}/rank"),
    ("post", f"{JOB}/snap"),
    ("post", f"{JOB}/style"),
}
EDITOR = {
    ("post", "/api/jobs"), ("post", f"{JOB}/cancel"), ("post", f"{JOB}/retry"), ("post", f"{JOB}/lines"),
    ("put", f"{JOB}/subtitles/{{name}}"), ("put", f"{JOB}/segments/{{number}}"), ("post", f"{JOB}/speakers"),
    ("post", f"{JOB}/translations"), ("post", "/api/library/replace"), ("put", f"{JOB}/clips"), ("post", f"{JOB}/cut"),
    ("post", f"{JOB}/crop"), ("post", f"{JOB}/restyle"), ("post", f"{JOB}/export"), ("post", "/api/uploads"),
    ("patch", "/api/uploads/{upload_id}"), ("delete", "/api/uploads/{upload_id}"), ("post", "/v1/audio/transcriptions"),
    ("post", "/v1/audio/translations"), ("post", "/v1/highlights"),
}  # fmt: skip
ADMIN = {("delete", JOB), ("put", "/api/presets/{name}"), ("delete", "/api/presets/{name}")}


@pytest.fixture(scope="module")
def routes(several: tuple[TestClient, str]) -> set[tuple[str, str]]:  # noqa: F811
    document = ask(several[0], "viewer", "GET", "/openapi.json").json()
    return {(method, path) for path, methods in document["paths"].items() for method in methods}


def least(method: str, path: str) -> int:
    groups: list[set[tuple[str, str]]] = [VIEWER, EDITOR, ADMIN]
    return next((number for number, group in enumerate(groups) if (method, path) in group), 0)


def test_of_every_route_that_changes_something_it_is_said_here_who_may(routes: set[tuple[str, str]]) -> None:
    changing = {(method, path) for method, path in routes if method not in ("get", "head", "options")}
    assert changing == VIEWER | EDITOR | ADMIN


@pytest.mark.parametrize("number", range(len(RIGHTS)))
def test_no_route_lets_in_who_may_not(several: tuple[TestClient, str], routes: set[tuple[str, str]], number: int) -> None:  # noqa: F811
    client, rights = several[0], RIGHTS[number]
    for method, path in sorted(routes):
        if path == "/health" or path.endswith(("/progress", "/news")):
            continue
        address = re.sub(r"\{\w+\}", "nothing", path)  # there is none: whoever may ask is told so, and nothing changes
        answer = ask(client, rights, method.upper(), address, content=b"{}", headers={"Content-Type": "application/json"})
        assert (answer.status_code == 403) == (number < least(method, path)), (method, path, rights, answer.text)
        assert client.request(method.upper(), address).status_code == 401, (method, path)


@pytest.fixture
def uploads(several: tuple[TestClient, str]) -> Iterator[Any]:  # noqa: F811
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "10"}
    yield ask(several[0], "editor", "POST", "/api/uploads", headers=headers)


@pytest.mark.parametrize("method", ["HEAD", "PATCH", "DELETE"])
def test_nobody_touches_what_another_began_to_send(several: tuple[TestClient, str], uploads: Any, method: str) -> None:  # noqa: F811
    headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    address = f"/api/uploads/{uploads.headers['location'].rpartition('/')[2]}"
    assert ask(several[0], "admin", method, address, headers=headers, content=b"").status_code == 404
    assert ask(several[0], "editor", "HEAD", address, headers=headers).status_code == 200
