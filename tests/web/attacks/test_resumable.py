"""Uploads in pieces as a way to lie: about offsets, lengths, names, and about whose they are."""

from __future__ import annotations

import base64
import os
import time
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import over, served
from tests.web.test_resumable import VERSION, begun, offset, place, sent
from video_pipeline.web import partial
from video_pipeline.web.users import add_user


@pytest.mark.parametrize("lie", [99, 101, 0, "-1", "1e2", "", "100, 100", "9" * 40, "٣"])
def test_a_piece_goes_nowhere_but_to_the_end(replaying: TestClient, lie: int | str) -> None:
    address = place(begun(replaying, 1000))
    sent(replaying, address, 0, b"x" * 100)
    own = {"Upload-Offset": str(lie).encode(), "Content-Type": "application/offset+octet-stream", **VERSION}
    assert replaying.patch(address, content=b"y" * 10, headers=own).status_code in (400, 409)  # type: ignore[arg-type]
    assert offset(replaying, address) == 100


def test_no_piece_goes_on_behind_the_announced_length(replaying: TestClient, tmp_path: Path) -> None:
    address = place(begun(replaying, 1000))
    assert sent(replaying, address, 0, b"x" * 100_000).status_code == 413
    assert max(path.stat().st_size for path in (tmp_path / "out/.web/partial").iterdir()) <= 1000


@pytest.mark.parametrize("length", ["999999999999999999999", "-5", "", "0x10", "1.5", str(10**14)])
def test_lengths_that_cannot_be(replaying: TestClient, length: str) -> None:
    answer = replaying.post("/api/uploads", headers={**VERSION, "Upload-Length": length})
    assert answer.status_code in (400, 413)


def test_announcing_takes_the_room_of_others_only_up_to_the_quota(tmp_path: Path) -> None:
    with served(tmp_path / "out", quota_bytes=50_000_000) as client:
        assert begun(client, 40_000_000).status_code == 201
        assert begun(client, 40_000_000).status_code == 507
        assert begun(client, 60_000_000).status_code == 507


def test_no_more_can_be_begun_than_so_many(replaying: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partial, "_MOST", 3)
    assert [begun(replaying, 10).status_code for _ in range(5)] == [201, 201, 201, 429, 429]


def test_what_was_only_announced_makes_room_for_what_comes(
    replaying: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(partial, "_MOST", 3)
    addresses = [place(begun(replaying, 1000)) for _ in range(3)]
    sent(replaying, addresses[0], 0, b"x" * 100)
    assert begun(replaying, 1000).status_code == 429  # they may begin any moment
    for path in (tmp_path / "out/.web/partial").glob("*.part"):
        os.utime(path, (time.time() - 700, time.time() - 700))
    assert begun(replaying, 1000).status_code == 201
    assert offset(replaying, addresses[0]) == 100
    assert {replaying.head(address, headers=VERSION).status_code for address in addresses[1:]} == {404}


def test_an_upload_of_somebody_else_is_not_there(tmp_path: Path) -> None:
    users = tmp_path / "users.txt"
    for name, rights in (("ann", "editor"), ("bob", "admin"), ("eve", "viewer")):
        add_user(users, name, rights, f"password of {name}")
    with served(tmp_path / "out", users=str(users)) as client:
        logins = {name: {"Authorization": f"Bearer {name}:password of {name}"} for name in ("ann", "bob", "eve")}
        assert begun(client, 1000).status_code == 401
        assert begun(client, 1000, headers=logins["eve"]).status_code == 403
        address = place(begun(client, 1000, headers=logins["ann"]))
        assert sent(client, address, 0, b"x" * 10, **logins["ann"]).status_code == 204
        for name in ("bob", "eve"):
            assert client.head(address, headers={**VERSION, **logins[name]}).status_code in (403, 404)
            assert sent(client, address, 10, b"y" * 10, **logins[name]).status_code in (403, 404)
            assert client.delete(address, headers={**VERSION, **logins[name]}).status_code in (403, 404)
        assert client.head(address, headers={**VERSION, **logins["ann"]}).headers["Upload-Offset"] == "10"
        assert client.delete(address, headers={**VERSION, **logins["ann"]}).status_code == 204


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "/etc/cron.d/x", "..\\..\\x.wav", "a\x00.wav", ".web", "con", "\r\nX: y", "🦊" * 300, ""]
)
def test_a_name_in_the_metadata_leads_nowhere(replaying: TestClient, tone: Any, tmp_path: Path, name: str) -> None:
    before = {path for path in tmp_path.rglob("*") if "out" not in path.parts}
    content = tone(1).read_bytes()
    answer = sent(replaying, place(begun(replaying, len(content), name)), 0, content)
    job = over(replaying, answer.headers["Upload-Job"])
    assert not set(job["name"]) & set("/\\\x00\r\n")
    assert {path for path in tmp_path.rglob("*") if "out" not in path.parts} == before


@pytest.mark.parametrize("upload_id", ["..%2F..%2Fjobs", "%2e%2e", "x" * 32, "0" * 32, "../jobs", "0" * 31 + "/", "0" * 4000])
def test_no_id_leads_to_another_file(replaying: TestClient, upload_id: str) -> None:
    assert replaying.head(f"/api/uploads/{upload_id}", headers=VERSION).status_code in (404, 405)
    assert sent(replaying, f"/api/uploads/{upload_id}", 0, b"x").status_code in (404, 405)


@pytest.mark.parametrize(
    "metadata",
    ["filename !!!", "filename " + base64.b64encode(b"\xff\xfe").decode(), "options " + base64.b64encode(b"[" * 9000).decode()],
)
def test_metadata_that_cannot_be_read(replaying: TestClient, metadata: str) -> None:
    answer = replaying.post("/api/uploads", headers={**VERSION, "Upload-Length": "10", "Upload-Metadata": metadata})
    assert answer.status_code == 400


def test_options_and_webhooks_are_held_to_the_same_rules(replaying: TestClient) -> None:
    assert begun(replaying, 10, options='{"clips.reel.intro": "/etc/passwd"}').status_code == 400
    assert begun(replaying, 10, webhook="http://169.254.169.254/").status_code == 400


def test_a_page_of_another_site_adds_nothing(replaying: TestClient) -> None:
    address = place(begun(replaying, 1000))
    assert sent(replaying, address, 0, b"x", Origin="http://evil.example").status_code == 403
    assert begun(replaying, 10, headers={"Origin": "http://evil.example"}).status_code == 403
