"""Gradio is asked to read a file of the machine for me."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.web.real_server import RealServer, listening

SECRET = "what nobody outside may read"
DOORS = (
    "run/show",
    "run/predict",
    "call/show",
    "queue/join",
    "upload",
    "component_server",
    "process_recording",
    "reset",
    "cancel",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    pytest.importorskip("gradio")
    with listening(tmp_path_factory.mktemp("gradio") / "out", page=True) as server:
        assert httpx.get(f"{server.address}/gradio/", timeout=120).status_code == 200  # it is loaded on first use
        yield server


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("under", ["/gradio/gradio_api", "/gradio", "/gradio/gradio_api/..", "/gradio//gradio_api"])
def test_a_file_of_the_machine_is_given_as_an_answer_to_a_question(
    server: RealServer, tmp_path: Path, door: str, under: str
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    before = set(Path(tempfile.gettempdir()).glob("gradio/**/*"))
    body = {"data": [{"path": str(secret), "meta": {"_type": "gradio.FileData"}}], "fn_index": 0, "session_hash": "x"}
    answer = httpx.post(f"{server.address}{under}/{door}", json=body, timeout=20)
    assert answer.status_code in (403, 404, 405) and str(secret) not in answer.text
    assert set(Path(tempfile.gettempdir()).glob("gradio/**/*")) == before


PATHS = (
    "gradio_api/file=/etc/passwd",
    "file=/etc/passwd",
    "file/etc/passwd",
    "static/../../../../../../etc/passwd",
    "static//etc/passwd",
    "assets/%2fetc%2fpasswd",
    "svelte/..%2f..%2f..%2f..%2f..%2fetc/passwd",
    "static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "proxy=http://127.0.0.1/",
    "proxy=/etc/passwd",
    "custom_component/x/../../../etc/passwd",
)


@pytest.mark.parametrize("path", PATHS)
def test_a_file_is_asked_for_by_its_path(server: RealServer, path: str) -> None:
    with server.connect() as line:  # as it is: a client would put the path in order
        line.sendall(f"GET /gradio/{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    assert answer.startswith((b"HTTP/1.1 403", b"HTTP/1.1 404")) and b"root:" not in answer


ROUTES = (
    "docs",
    "redoc",
    "openapi.json",
    "monitoring",
    "monitoring/summary",
    "logout",
    "login",
    "info",
    "deep_link",
    "pwa_icon/9",
    "x",
)


@pytest.mark.parametrize("route", ROUTES)
def test_what_no_page_needs_is_not_there(server: RealServer, route: str) -> None:
    assert httpx.get(f"{server.address}/gradio/{route}", timeout=20).status_code == 404


def test_the_page_is_shown(server: RealServer, browser: Any) -> None:
    page = browser.new_page()
    page.goto(f"{server.address}/gradio/")
    page.frame_locator("iframe").locator(".drop").wait_for(timeout=120_000)
    page.close()


def test_an_endless_file_stops_nobody_elses_requests(server: RealServer) -> None:
    body = {"data": [{"path": "/dev/zero", "meta": {"_type": "gradio.FileData"}}]}
    httpx.post(f"{server.address}/gradio/gradio_api/run/show", json=body, timeout=20)
    assert httpx.get(f"{server.address}/health", timeout=5).status_code == 200
