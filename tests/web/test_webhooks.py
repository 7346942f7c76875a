"""Webhooks: who is told when a job is over, in a form that libraries can check, and until it is taken."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import over, served
from tests.web.real_server import until
from video_pipeline.core.errors import BadValue
from video_pipeline.web import outside, webhooks
from video_pipeline.web.journal import Journal
from video_pipeline.web.settings import ServerOptions
from video_pipeline.web.signing import key_in, key_of, signed_headers
from video_pipeline.web.store import DONE, VIDEO, Store, StoredJob

KEY = b"k" * 32


@dataclass
class Receiver:
    """A server that keeps what it is told, and answers with these statuses, one after the other, the last one for ever."""

    statuses: list[int] = field(default_factory=lambda: [204])
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    kept = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.headers.append({name.lower(): value for name, value in self.headers.items()})
            kept.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(kept.statuses.pop(0) if len(kept.statuses) > 1 else kept.statuses[0])
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    kept.url = f"http://127.0.0.1:{server.server_port}/hook?x=1"
    yield kept
    server.shutdown()
    server.server_close()


def sent(client: Any, path: Path, **fields: str) -> dict[str, Any]:
    answer = client.post("/api/jobs", files={"file": (path.name, path.read_bytes())}, data=fields)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_receivers_are_told_what_became_of_a_job_and_can_check_who_spoke(
    tmp_path: Path, one_line: Path, tone: Any, receiver: Receiver
) -> None:
    said = {"speech.engine": "replay", "speech.transcript": str(one_line)}
    options = {"overrides": said, "webhook_key": KEY, "webhook_allow_private": True, "webhooks": (receiver.url,)}
    with served(tmp_path / "out", **options) as client:
        job = over(client, sent(client, tone(1))["id"])
        until(lambda: len(receiver.bodies) == 1)
        assert sent(client, tone(1), webhook=f"{receiver.url}&own=1")["same"]  # known: told at once
        until(lambda: len(receiver.bodies) == 3)
        client.app.state.services.queue.again(job["id"], options={"preset": "default", **said, "speech.transcript": "/no/such"})
        over(client, job["id"])
        until(lambda: len(receiver.bodies) == 5)
        assert client.post(f"/api/jobs/{job['id']}/export", json={"what": "files"}).status_code == 201
        until(lambda: len(receiver.bodies) == 7)
    told = [json.loads(body) for body in receiver.bodies]
    assert [one["type"] for one in told[:5]] == ["job.done"] * 3 + ["job.failed"] * 2
    assert (told[0]["data"]["id"], told[0]["data"]["state"]) == (job["id"], "done")
    assert (told[5]["data"]["kind"], told[5]["data"]["video"]) == ("export", job["id"])
    body, headers = receiver.bodies[0], receiver.headers[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert abs(time.time() - int(headers["webhook-timestamp"])) < 300


@contextmanager
def telling(out: Path, *urls: str, send: Any = outside.post) -> Iterator[tuple[webhooks.Webhooks, Store]]:
    """The messages of a server without the server."""
    server = ServerOptions(out, webhooks=urls, webhook_key=KEY, webhook_allow_private=True)
    store, journal = Store(server.kept / "jobs.sqlite"), Journal(server.journal)
    found = webhooks.Webhooks(store, server, journal, send)
    found.start()
    yield found, store
    found.stop()
    journal.close()


def tell(found: webhooks.Webhooks, store: Store) -> None:
    with store.together():
        found.tell(StoredJob(id="a", kind=VIDEO, name="a.mp4", file="a.mp4", folder="a", state=DONE))


def test_what_is_not_taken_is_tried_again_under_the_same_id(
    tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "RETRY_AFTER_S", (0.05,) * 5)
    receiver.statuses = [500, 302, 204]
    with telling(tmp_path, receiver.url) as (found, store):
        tell(found, store)
        until(lambda: len(receiver.bodies) == 3 and not found.waiting())
    assert len({headers["webhook-id"] for headers in receiver.headers}) == 1
    assert len(set(receiver.bodies)) == 1


def test_it_is_given_up_after_the_last_attempt_or_when_the_receiver_wants_no_more(
    tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "RETRY_AFTER_S", (0.05, 0.05))
    receiver.statuses = [500]
    with telling(tmp_path, receiver.url) as (found, store):
        tell(found, store)
        until(lambda: len(receiver.bodies) == 3 and not found.waiting())
        receiver.statuses = [410]
        tell(found, store)
        until(lambda: len(receiver.bodies) == 4 and not found.waiting())
    journal = (tmp_path / ".web/log/server.jsonl").read_text()
    assert '"outcome":"given up"' in journal
    assert "hook" not in journal.replace("webhook", "")


def test_a_restart_forgets_no_message(tmp_path: Path, receiver: Receiver) -> None:
    receiver.statuses = [500]
    with telling(tmp_path, receiver.url) as (found, store):
        tell(found, store)
        until(lambda: found.waiting()[0].attempts == 1)
    store.run("UPDATE deliveries SET due_s=0")
    receiver.statuses = [200]
    with telling(tmp_path, receiver.url) as (found, _):
        until(lambda: not found.waiting())
    assert len({headers["webhook-id"] for headers in receiver.headers}) == 1


def test_a_slow_receiver_holds_up_no_other(tmp_path: Path) -> None:
    """Messages to one receiver go one after the other, so the slow one keeps a single thread."""
    told: list[str] = []
    held = threading.Event()

    def send(url: str, *_: Any, **__: Any) -> int:
        told.append(url)
        if "slow" in url:
            held.wait(60)
        return 200

    with telling(tmp_path, "http://slow/", "http://b/", send=send) as (found, store):
        for _ in range(8):
            tell(found, store)
        until(lambda: told.count("http://b/") == 8)
        assert told.count("http://slow/") == 1
        held.set()


def test_requests_name_a_receiver_only_where_messages_are_signed(tmp_path: Path) -> None:
    with served(tmp_path / "out") as client:
        answer = client.post("/api/jobs", files={"file": ("a.wav", b"x")}, data={"webhook": "https://example.org/"})
    assert answer.status_code == 400
    assert "--webhook-secret" in answer.json()["error"]


def test_signatures_are_those_of_standard_webhooks() -> None:
    """The example of its specification's own libraries."""
    key = key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = signed_headers("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}', key)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_secret_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    assert key_in(path) == key_in(path)
    assert len(key_in(path)) == 32
    assert path.stat().st_mode & 0o077 == 0
    for wrong in ("", "whsec_", "whsec_AAAA", "not base64 at all!"):
        path.write_text(wrong)
        with pytest.raises(BadValue) as refused:
            key_in(path)
        assert not wrong or wrong not in str(refused.value).replace("whsec_ and", "")


@pytest.mark.parametrize("webhook", ["ftp://example.org/", "https://10.0.0.1/", "https://user:pw@example.org/", "example.org"])
def test_the_operators_own_address_is_checked_at_the_start(tmp_path: Path, webhook: str) -> None:
    with pytest.raises(BadValue, match="--webhook"):
        ServerOptions(tmp_path, webhooks=(webhook,), webhook_key=KEY)
    with pytest.raises(BadValue, match="--webhook-secret"):
        ServerOptions(tmp_path, webhooks=("https://example.org/",))
