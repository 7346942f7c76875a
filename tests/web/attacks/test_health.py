"""Many slow requests about one video, and nobody else is answered."""

from __future__ import annotations

import threading
import time
from typing import Any

import httpx
import pytest

from tests.web.real_server import RealServer


def test_health_and_metrics_and_lists_answer_meanwhile(real: RealServer, tone: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with httpx.Client(base_url=real.address, timeout=60) as client:
        with tone(1).open("rb") as file:
            job = client.post("/api/jobs", files={"file": file}).json()
        while client.get(f"/api/jobs/{job['id']}").json()["state"] != "done":
            time.sleep(0.05)

    def slow(*_: Any) -> dict[str, Any]:
        time.sleep(0.2)
        return {}

    monkeypatch.setattr(real.services.edits, "view", slow)
    monkeypatch.setattr(real.services.edits, "correct", slow)

    def ask(number: int) -> None:
        with httpx.Client(base_url=real.address, timeout=60) as client:
            if number % 2:
                client.get(f"/api/jobs/{job['id']}/view")
            else:
                client.put(f"/api/jobs/{job['id']}/segments/0", json={"text": f"line {number}"})

    people = [threading.Thread(target=ask, args=(number,)) for number in range(120)]
    for person in people:
        person.start()
    time.sleep(1.0)
    took_s: dict[str, float] = {}
    with httpx.Client(base_url=real.address, timeout=60) as client:
        client.get("/health")
        for path in ("/health", "/metrics", "/api/jobs", "/health"):
            began_s = time.monotonic()
            assert client.get(path).status_code == 200
            took_s[path] = time.monotonic() - began_s
    assert any(person.is_alive() for person in people), "they were answered before anything could be measured"
    assert max(took_s.values()) < 2.0, took_s  # it would be 24 s behind them
    for person in people:
        person.join()


def test_whoever_stopped_waiting_is_not_worked_for(real: RealServer, tone: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def slow(*_: Any) -> dict[str, Any]:
        seen.append(1)
        time.sleep(0.3)
        return {}

    monkeypatch.setattr(real.services.edits, "view", slow)
    monkeypatch.setattr(real.services.queue, "job", lambda _: None)
    lines = [real.connect() for _ in range(12)]
    for line in lines:
        line.sendall(b"GET /api/jobs/x/view HTTP/1.1\r\nHost: localhost\r\n\r\n")
    time.sleep(0.2)
    for line in lines:
        line.close()
    time.sleep(3.0)
    assert len(seen) <= 3
