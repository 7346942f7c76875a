"""Behind a real nginx and a real Caddy, set up as docs/server.md says: the page, an upload in pieces, events as they happen.

Both come from Debian (`apt-get install nginx caddy`); what needs one is skipped where it is missing.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.web.real_server import RealServer, listening, until

DOCUMENT = Path(__file__).parents[2] / "docs" / "server.md"
NGINX = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log; events {{ worker_connections 64; }}
http {{
    access_log off; client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
    uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
    server {{ listen 127.0.0.1:{port}; {lines} }}
}}
"""
CADDY = "{{\n admin off\n auto_https off\n}}\nhttp://127.0.0.1:{port} {{\n{lines}\n}}\n"
TUS = {"Tus-Resumable": "1.0.0"}


@dataclass(frozen=True)
class Behind:
    """A server, and the address at which a proxy shows it."""

    server: RealServer
    address: str


def documented(start: str, port: int) -> str:
    """The lines of the document that begin so, with our port in the place of the usual one."""
    (found,) = re.findall(rf"```\n({re.escape(start)}.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    return str(found).replace(":7860", f":{port}")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def behind(request: Any, tmp_path_factory: pytest.TempPathFactory, one_line: Path) -> Iterator[Behind]:
    program = shutil.which(request.param, path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip(f"there is no {request.param} on this machine (apt-get install {request.param})")
    folder, port = tmp_path_factory.mktemp(request.param), free_port()
    said = {"speech.engine": "replay", "speech.transcript": str(one_line)}
    nginx = request.param == "nginx"
    settings: dict[str, Any] = {"prefix": "/subtitles", "proxies": ("127.0.0.1",)} if nginx else {}
    with listening(folder / "out", page=True, overrides=said, hosts=("127.0.0.1",), **settings) as server:
        lines = documented("location /subtitles/" if nginx else "handle_path /subs/*", server.port)
        config = folder / "config"
        config.write_text((NGINX if nginx else CADDY).format(folder=folder, port=port, lines=lines))
        command = [program, "-c", str(config), "-p", str(folder)] if nginx else [program, "run", "--adapter", "caddyfile"]
        command += [] if nginx else ["--config", str(config)]
        with (folder / "log").open("wb") as log:
            proxy = subprocess.Popen(command, stdout=log, stderr=log, env={"HOME": str(folder), "PATH": "/usr/bin:/bin"})
        address = f"http://127.0.0.1:{port}/{'subtitles' if nginx else 'subs'}"
        try:
            until(lambda: answers(address, proxy), 30)
            yield Behind(server, address)
        finally:
            proxy.terminate()
            proxy.wait(20)


def answers(address: str, proxy: subprocess.Popen[bytes]) -> bool:
    assert proxy.poll() is None, "the proxy has ended"
    try:
        return httpx.get(f"{address}/health", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def test_an_upload_in_pieces_finds_its_address(behind: Behind, tone: Any) -> None:
    content = tone(1).read_bytes()
    begun = httpx.post(f"{behind.address}/api/uploads", headers={**TUS, "Upload-Length": str(len(content))}, timeout=60)
    place = begun.url.join(begun.headers["location"])
    for start in (0, 5000):
        piece = content[start : start + 5000] if start == 0 else content[start:]
        headers = {**TUS, "Upload-Offset": str(start), "Content-Type": "application/offset+octet-stream"}
        answer = httpx.patch(place, headers=headers, content=piece, timeout=60)
        assert answer.status_code == 204, answer.text
    assert answer.headers["upload-job"]


def test_events_come_as_they_happen(behind: Behind, tone: Any) -> None:
    job = httpx.post(f"{behind.address}/api/jobs", files={"file": tone(2).open("rb")}, timeout=60).json()
    with httpx.stream("GET", f"{behind.address}/api/jobs/{job['id']}/progress", timeout=120) as answer:
        seen = [json.loads(line[6:])["state"] for line in answer.iter_lines() if line.startswith("data: ")]
    assert len(seen) > 1 and seen[-1] == "done"
    base = f"{behind.address}/api/jobs/{job['id']}"
    last = httpx.get(f"{base}/view", timeout=60).json()["news"]
    with httpx.stream("GET", f"{base}/news", params={"since": last}, timeout=60) as answer:
        line = {"start_s": 0.1, "end_s": 0.9, "text": "hello"}
        edit = {"edits": [{"was": [line], "lines": [{**line, "text": "hello you"}]}]}
        assert httpx.post(f"{base}/lines", json=edit, timeout=60).status_code == 200
        began_s = time.monotonic()
        assert "hello you" in next(line for line in answer.iter_lines() if line.startswith("data: "))
        assert time.monotonic() - began_s < 20  # not only when something between has collected enough


def test_only_pages_of_that_address_may_ask(behind: Behind) -> None:
    own = behind.address.rpartition("/")[0]
    for origin, status in ((own, 404), ("https://evil.example", 403)):
        answer = httpx.delete(f"{behind.address}/api/jobs/x", headers={"Origin": origin}, timeout=60)
        assert answer.status_code == status, origin


def test_the_page_takes_a_video_and_shows_it(behind: Behind, browser: Any, tone: Any) -> None:
    page = browser.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda r: None if r.url.startswith((f"{behind.address}/", "blob:", "data:")) else wrong.append(r.url))
    page.goto(f"{behind.address}/")
    page.set_input_files(".drop input", str(tone(3)))
    page.locator("video-moments .row.said").first.wait_for(timeout=200_000)
    page.close()
    assert not wrong
