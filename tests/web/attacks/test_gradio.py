"""Gradio is asked to read a file of the machine for me."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

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


PATHS = ("gradio_api/file=/etc/passwd", "file=/etc/passwd", "file/etc/passwd", "static/../../../../etc/passwd")


@pytest.mark.parametrize("path", PATHS)
def test_a_file_is_asked_for_by_its_path(server: RealServer, path: str) -> None:
    answer = httpx.get(f"{server.address}/gradio/{path}", timeout=20, follow_redirects=True)
    assert "root:" not in answer.text


def test_an_endless_file_stops_nobody_elses_requests(server: RealServer) -> None:
    body = {"data": [{"path": "/dev/zero", "meta": {"_type": "gradio.FileData"}}]}
    httpx.post(f"{server.address}/gradio/gradio_api/run/show", json=body, timeout=20)
    assert httpx.get(f"{server.address}/health", timeout=5).status_code == 200
