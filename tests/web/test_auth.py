"""Who may come in, and what stays inside."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import served
from video_pipeline.core.errors import BadValue
from video_pipeline.web.settings import ServerOptions, login

PASSWORD = "correct horse"


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    out = tmp_path_factory.mktemp("locked") / "out"
    with served(out, user="ann", password=PASSWORD, hosts=("clips.example.org",)) as client:
        yield client


@pytest.fixture(scope="module")
def loose(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with served(tmp_path_factory.mktemp("loose") / "out") as client:
        yield client


def test_a_password_is_asked_for_everywhere_but_at_the_pulse(locked: TestClient) -> None:
    for path in ("/", "/api/jobs", "/metrics", "/v1/models", "/api/openapi.json", "/gradio/config"):
        answer = locked.get(path)
        assert answer.status_code == 401, path
        assert "Basic" in answer.headers["www-authenticate"]
    assert locked.get("/health").json()["status"] == "ok"
    assert locked.get("/v1/models").json()["error"]["type"] == "authentication_error"


def test_people_and_programs_come_in_with_it(locked: TestClient) -> None:
    assert locked.get("/api/jobs", auth=("ann", PASSWORD)).status_code == 200
    assert locked.get("/v1/models", headers={"Authorization": f"Bearer {PASSWORD}"}).status_code == 200


@pytest.mark.parametrize(
    "said", ["Basic YW5uOndyb25n", "Basic %%%", "Basic", "Bearer ", "Bearer wrong", f"Digest {PASSWORD}", "\xff" * 20]
)
def test_nobody_else_does(locked: TestClient, said: str) -> None:
    assert locked.get("/api/jobs", headers={"Authorization": said.encode("latin-1")}).status_code == 401


def test_a_password_is_in_no_log_and_in_no_text_about_the_server(locked: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        locked.get("/api/jobs", auth=("ann", PASSWORD))
        locked.get("/api/jobs", auth=("ann", "wrong password"))
    assert "horse" not in caplog.text and "YW5u" not in caplog.text
    assert PASSWORD not in repr(ServerOptions(Path("x"), user="ann", password=PASSWORD))
    with pytest.raises(BadValue) as wrong:
        login("ann:short")
    assert "short" not in str(wrong.value)


@pytest.mark.parametrize("host", ["evil.example.com", "127.0.0.1.evil.example.com", "", "[::1", "localhost.evil", "evil:7860"])
def test_a_foreign_name_that_points_here_is_refused(loose: TestClient, host: str) -> None:
    answer = loose.get("/api/jobs", headers={"Host": host})
    assert answer.status_code == 403 and "--host" in answer.json()["error"]


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost:7860", "[::1]:7860", "192.168.1.5", "LOCALHOST"])
def test_its_own_names_are_taken(loose: TestClient, host: str) -> None:
    assert loose.get("/api/jobs", headers={"Host": host}).status_code == 200


def test_a_name_that_was_given_is_taken(locked: TestClient) -> None:
    headers = {"Host": "clips.example.org"}
    assert locked.get("/api/jobs", headers=headers, auth=("ann", PASSWORD)).status_code == 200


FOREIGN = [
    {"Origin": "http://evil.example.com"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:9999"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize(("method", "path"), [("POST", "/api/jobs"), ("DELETE", "/api/jobs/x"), ("PUT", "/api/presets/x")])
def test_a_page_of_another_site_changes_nothing(loose: TestClient, headers: dict[str, str], method: str, path: str) -> None:
    answer = loose.request(method, path, headers=headers)
    assert answer.status_code == 403 and "another site" in answer.json()["error"]


def test_its_own_page_may(loose: TestClient) -> None:
    answer = loose.delete("/api/jobs/x", headers={"Origin": "http://127.0.0.1", "Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 404


def test_a_websocket_of_another_site_is_refused(loose: TestClient) -> None:
    from starlette.websockets import WebSocketDisconnect

    with pytest.raises(WebSocketDisconnect), loose.websocket_connect("/x", headers={"Origin": "http://evil.example.com"}):
        pass


@pytest.mark.parametrize("path", ["/gradio_api/upload", "/gradio/gradio_api/upload", "/gradio/gradio_api/file=/etc/passwd"])
def test_gradios_own_doors_are_closed(loose: TestClient, path: str) -> None:
    assert loose.get(path).status_code == 403
    assert loose.post(path).status_code == 403


def test_every_answer_tells_browsers_to_be_careful(loose: TestClient) -> None:
    headers = loose.get("/api/jobs").headers
    assert headers["x-content-type-options"] == "nosniff" and headers["x-frame-options"] == "SAMEORIGIN"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("address", ["0.0.0.0", "192.168.1.5", "::", "example.org"])
def test_others_come_in_with_a_password_only(tmp_path: Path, address: str) -> None:
    with pytest.raises(BadValue, match="--auth"):
        ServerOptions(tmp_path, address=address)
    assert ServerOptions(tmp_path, address=address, user="a", password=PASSWORD).address == address


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "localhost", "127.0.0.5"])
def test_this_machine_needs_none(tmp_path: Path, address: str) -> None:
    assert ServerOptions(tmp_path, address=address).password == ""


@pytest.mark.parametrize("text", ["", "ann", "ann:", ":password1", "ann:short"])
def test_a_login_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadValue, match="USER:PASSWORD"):
        login(text)
    assert login("ann:pass:word 1\n") == ("ann", "pass:word 1")


WAYS_OUT = [
    "../jobs.sqlite",
    "..%2f..%2f.web%2fjobs.sqlite",
    "%2e%2e/%2e%2e/etc/passwd",
    "....//....//etc/passwd",
    "%2fetc%2fpasswd",
    "//etc/passwd",
    "..%5c..%5cetc%5cpasswd",
    ".stages.json",
    "clips/../.stages.json",
    "sample.srt%00.txt",
    "link.txt",
    "folder/passwd",
    "x" * 5000,
    "C:/Windows",
]


@pytest.mark.parametrize("path", WAYS_OUT, ids=lambda path: path[:20])
def test_nothing_outside_a_videos_folder_is_served(shown: tuple[TestClient, str], path: str) -> None:
    client, job_id = shown
    folder = client.app.state.services.server.out / "sample"  # type: ignore[attr-defined]
    for name, target in (("link.txt", "/etc/passwd"), ("folder", "/etc")):
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(target)
    answer = client.get(f"/api/jobs/{job_id}/files/{path}", follow_redirects=False)
    assert answer.status_code == 404, answer.text[:200]
    assert "root:" not in answer.text and "stages" not in answer.text


def test_a_report_may_not_speak_to_the_server(shown: tuple[TestClient, str]) -> None:
    client, job_id = shown
    policy = client.get(f"/api/jobs/{job_id}/files/report.html").headers["content-security-policy"]
    assert "default-src 'none'" in policy and "connect-src" not in policy


def test_an_upload_folder_cannot_be_reached_by_id(loose: TestClient) -> None:
    for path in ("/api/jobs/..%2f..%2fx", "/api/jobs/%2e%2e/view", "/api/jobs/../jobs.sqlite/media"):
        answer: Any = loose.get(path)
        assert answer.status_code == 404
