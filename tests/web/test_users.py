"""Several people, each with rights: what they may do, how their passwords are kept, and who did what."""

from __future__ import annotations

import base64
import json
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import over, served, upload
from tests.web.real_server import until
from video_pipeline.core.errors import BadValue
from video_pipeline.web.settings import ServerOptions
from video_pipeline.web.users import RIGHTS, add_user, needed_rights, read_users

PASSWORD = "correct horse"


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory, one_line: Path, tone: Any) -> Iterator[tuple[TestClient, str]]:
    folder = tmp_path_factory.mktemp("users")
    for rights in RIGHTS:
        add_user(folder / "users", f"{rights}-ann", rights, f"{PASSWORD} {rights}")
    said = {"speech.engine": "replay", "speech.transcript": str(one_line)}
    with served(folder / "out", users=str(folder / "users"), overrides=said) as client:
        client.auth = ("admin-ann", f"{PASSWORD} admin")
        job = over(client, upload(client, tone(1))["id"])
        client.auth = None
        yield client, job["id"]


def ask(client: TestClient, rights: str, method: str, path: str, **more: Any) -> Any:
    return client.request(method, path, auth=(f"{rights}-ann", f"{PASSWORD} {rights}"), **more)


LINE = {"start_s": 0.1, "end_s": 0.9, "text": "hello"}


def test_each_may_do_what_the_rights_say_and_no_more(several: tuple[TestClient, str]) -> None:
    client, job_id = several
    edit = {"edits": [{"was": [LINE], "lines": [LINE]}]}
    tried = [
        ("GET", f"/api/jobs/{job_id}/view", None, 0),
        ("POST", f"/api/jobs/{job_id}/snap", {"at_s": 0.5, "edge": "start"}, 0),
        ("POST", f"/api/jobs/{job_id}/lines", edit, 1),
        ("PUT", f"/api/jobs/{job_id}/clips", {"clips": []}, 1),
        ("POST", f"/api/jobs/{job_id}/export", {"what": "files"}, 1),
        ("PUT", "/api/presets/own", {"options": {}}, 2),
        ("DELETE", "/api/presets/own", None, 2),
    ]
    for method, path, body, least in tried:
        for number, rights in enumerate(RIGHTS):
            if number == 2 or number < least or method != "DELETE":
                answer = ask(client, rights, method, path, json=body)
                assert (answer.status_code == 403) == (number < least), (method, path, rights, answer.text)
                assert number >= least or answer.json()["type"] == "NotAllowed"


def test_no_address_is_written_so_that_a_right_is_not_asked_for(several: tuple[TestClient, str]) -> None:
    client, job_id = several
    for path in (
        f"/api/jobs/{job_id}/lines/",
        f"//api/jobs/{job_id}/lines",
        f"/api/jobs/{job_id}/%6cines",
        f"/API/jobs/{job_id}",
    ):
        answer = ask(client, "viewer", "POST", path, json={"edits": []})
        assert answer.status_code in (403, 404)
    assert ask(client, "editor", "DELETE", f"/api/jobs/{job_id}").status_code == 403
    assert ask(client, "viewer", "PATCH", f"/api/jobs/{job_id}").status_code == 403
    headers = {"X-HTTP-Method-Override": "DELETE"}
    assert ask(client, "viewer", "GET", f"/api/jobs/{job_id}", headers=headers).status_code == 200
    assert ask(client, "viewer", "GET", f"/api/jobs/{job_id}").status_code == 200  # it is still there


def test_nobody_comes_in_with_the_password_of_another_or_with_none(several: tuple[TestClient, str]) -> None:
    client, _ = several
    for auth in (("viewer-ann", f"{PASSWORD} admin"), ("nobody", PASSWORD), ("", ""), ("admin-ann", "")):
        assert client.get("/api/jobs", auth=auth).status_code == 401
    for said in ("Bearer", f"Bearer {PASSWORD} admin", "Basic " + base64.b64encode(b"admin-ann").decode(), "Basic \xff"):
        assert client.get("/api/jobs", headers={"Authorization": said.encode("latin-1")}).status_code == 401
    token = f"Bearer viewer-ann:{PASSWORD} viewer"
    assert client.get("/v1/models", headers={"Authorization": token}).status_code == 200


def test_the_journal_says_who_changed_what(several: tuple[TestClient, str]) -> None:
    client, job_id = several
    ask(client, "editor", "PUT", f"/api/jobs/{job_id}/segments/0", json={"text": "hello"})
    assert ask(client, "viewer", "DELETE", f"/api/jobs/{job_id}").status_code == 403
    services = client.app.state.services  # type: ignore[attr-defined]
    until(lambda: '"status":403' in services.server.journal.read_text())
    notes = [json.loads(line) for line in services.server.journal.read_text().splitlines()]
    changes = [note for note in notes if note["event"] == "change"]
    assert changes[-1]["user"] == "editor-ann" and changes[-1]["job"] == job_id
    assert any(note.get("user") == "viewer-ann" and note["status"] == 403 for note in notes if note["event"] == "request")
    assert PASSWORD not in services.server.journal.read_text()


def test_a_known_login_is_not_checked_at_length_again(several: tuple[TestClient, str]) -> None:
    client, _ = several
    ask(client, "viewer", "GET", "/api/presets")
    began_s = time.process_time()
    for _ in range(20):
        assert ask(client, "viewer", "GET", "/api/presets").status_code == 200
    assert time.process_time() - began_s < 1.5  # each check takes 0.1 s or more


def test_the_file_holds_no_password_and_is_read_by_nobody_else(tmp_path: Path) -> None:
    path = tmp_path / "users"
    add_user(path, "ann", "viewer", PASSWORD)
    add_user(path, "bob", "admin", "another password")
    add_user(path, "ann", "editor", PASSWORD)
    assert [(user.name, user.rights) for user in read_users(path)] == [("bob", "admin"), ("ann", "editor")]
    assert "password" not in path.read_text() and PASSWORD not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "line", ["ann", "ann boss scrypt$AAAA$AAAA", "ann admin plain-text", "a:b admin x", "ann admin scrypt$%$%"]
)
def test_a_line_that_is_wrong_is_named_by_its_number_alone(tmp_path: Path, line: str) -> None:
    path = tmp_path / "users"
    path.write_text(f"# people\n{line}\n")
    with pytest.raises(BadValue, match="line 2") as wrong:
        read_users(path)
    assert line not in str(wrong.value)


def test_with_users_others_may_be_let_in(tmp_path: Path) -> None:
    assert ServerOptions(tmp_path, address="0.0.0.0", users="users").users
    with pytest.raises(BadValue, match="either"):
        ServerOptions(tmp_path, users="users", user="ann", password=PASSWORD)


def test_what_is_not_known_needs_rights() -> None:
    assert [needed_rights(method, "/new/door") for method in ("GET", "POST", "DELETE")] == ["viewer", "editor", "admin"]
