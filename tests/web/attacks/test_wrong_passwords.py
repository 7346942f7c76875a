"""Passwords are tried, one after another or many at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import served
from video_pipeline.web import attempts, auth

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
    assert set(said) == {401, 429} and said.count(401) <= 18
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
