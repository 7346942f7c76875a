"""Passwords are tried, one after another or many at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import served
from video_pipeline.web import attempts, auth, users

PASSWORD = "correct horse \N{SNOWMAN}"


@pytest.fixture
def locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(auth, "_WRONG_PASSWORD_S", 0.0)
    with served(tmp_path / "out", user="ann", password=PASSWORD, proxies=("10.0.0.0/8",)) as client:
        yield client


def test_after_ten_there_is_no_answer_for_a_while(locked: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    right = (b"ann", PASSWORD.encode())
    assert locked.get("/api/jobs", auth=right).status_code == 200
    with ThreadPoolExecutor(8) as people:
        said = list(people.map(lambda k: locked.get("/api/jobs", auth=("ann", f"wrong {k}")).status_code, range(40)))
    assert set(said) == {401, 429} and said.count(401) == 10
    refused = locked.get("/api/jobs", auth=right)
    assert refused.status_code == 429 and 0 < int(refused.headers["retry-after"]) <= 60
    assert locked.get("/health").status_code == 200
    monkeypatch.setattr(attempts, "_WINDOW_S", 0.0)
    assert locked.get("/api/jobs", auth=right).status_code == 200


def test_each_leaves_a_line_that_does_not_repeat_it(locked: TestClient, tmp_path: Path) -> None:
    for _ in range(3):
        locked.get("/api/jobs", auth=("ann", "guess-4711"))
    lines = [json.loads(line) for line in (tmp_path / "out/.web/log/server.jsonl").read_text().splitlines()]
    wrong = [line for line in lines if line["event"] == "wrong_password"]
    assert [line["wrong"] for line in wrong] == [1, 2, 3] and all(line["client"] for line in wrong)
    assert "4711" not in json.dumps(lines) and "horse" not in json.dumps(lines)


def test_a_password_beyond_ascii_works_for_programs_too(locked: TestClient) -> None:
    headers = {"Authorization": b"Bearer " + PASSWORD.encode()}
    assert locked.get("/v1/models", headers=headers).status_code == 200


def test_addresses_do_not_fill_the_memory() -> None:
    tried = attempts.Attempts()
    for number in range(10_000):
        tried.failed(f"10.0.{number // 250}.{number % 250}")
    assert len(tried._wrong) <= 4096


def test_an_ipv6_site_is_one_address(locked: TestClient) -> None:
    """Whoever has one has 2**64 of them."""
    tries = attempts.Attempts()
    for number in range(10):
        tries.failed(f"2001:db8:1:2::{number:x}")
    assert tries.wait_s("2001:db8:1:2:ffff::1") > 0 and tries.wait_s("2001:db8:1:3::1") == 0
    tries.succeeded("2001:db8:1:2::9")
    assert tries.wait_s("2001:db8:1:2::1") == 0
    for _ in range(10):
        tries.failed("::ffff:203.0.113.7")
    assert tries.wait_s("203.0.113.7") > 0 and tries.wait_s("203.0.113.8") == 0


def test_many_at_once_are_checked_no_oftener_than_one_after_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each check takes long on purpose, so that many would otherwise be under way before the first is counted."""
    monkeypatch.setattr(auth, "_WRONG_PASSWORD_S", 0.0)
    names = tmp_path / "users.txt"
    users.add_user(names, "ann", "viewer", "correct horse")
    checked: list[str] = []
    monkeypatch.setattr(users.Users, "checked", lambda self, name, password: checked.append(password))
    with served(tmp_path / "out", users=str(names)) as client, ThreadPoolExecutor(30) as people:
        said = list(people.map(lambda k: client.get("/api/jobs", auth=("ann", f"wrong {k}")).status_code, range(60)))
    assert len(checked) == 10 and said.count(429) == 50
