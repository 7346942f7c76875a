"""Refused requests with made-up methods fill the memory through the metrics."""

from __future__ import annotations

import httpx

from tests.web.real_server import RealServer


def test_a_client_chooses_no_label(real: RealServer) -> None:
    for number in range(40):
        for host in ("evil.example", "localhost"):
            with real.connect() as line:
                head = f"M{number:05d}{'A' * 9000} /{number} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
                line.sendall(head.encode())
                assert b"40" in line.recv(200)
    text = httpx.get(f"{real.address}/metrics").text
    assert len(text) < 20_000 and "AAAA" not in text
    assert 'method="other"' in text
    journal = real.services.server.journal.read_text()
    assert "AAAA" not in journal and len(journal) < 50_000
