"""The page's own uploads: over a restart of the server, and over the end of the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.web.real_server import listening, until

VERSION = {"Tus-Resumable": "1.0.0"}
PATIENCE_MS = 120_000


@pytest.fixture
def said(one_line: Path) -> dict[str, str]:
    return {"speech.engine": "replay", "speech.transcript": str(one_line)}


def chosen(page: Any, address: str, path: Path) -> None:
    page.goto(address)
    page.locator(".options select").first.wait_for()
    page.locator("input[type=file]").set_input_files(str(path))


def known_upload(page: Any) -> str:
    found = until(lambda: page.evaluate("Object.entries(localStorage).find(([key]) => key.startsWith('upload '))"))
    return str(found[1])


def test_the_server_starts_again_in_the_middle(browser: Any, tmp_path: Path, said: dict[str, str], tone: Any) -> None:
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    with listening(tmp_path / "out", page=True, overrides=said) as server:
        page.route("**/api/uploads/*", lambda route: route.abort() if route.request.method == "PATCH" else route.continue_())
        chosen(page, server.address, tone(1))
        upload = known_upload(page)
        page.get_by_text("Connection lost").wait_for(timeout=PATIENCE_MS)
        own = {**VERSION, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        httpx.patch(server.address + upload, content=tone(1).read_bytes()[:7000], headers=own, timeout=60)
    pieces: list[int] = []
    page.unroute("**/api/uploads/*")
    page.on(
        "request", lambda request: pieces.append(int(request.headers["upload-offset"])) if request.method == "PATCH" else None
    )
    with listening(tmp_path / "out", page=True, on_port=server.port, overrides=said) as server:
        page.locator("video-moments .transcript").first.wait_for(timeout=PATIENCE_MS)
        assert [job["name"] for job in httpx.get(f"{server.address}/api/jobs").json()] == ["tone 1.wav"]
    assert pieces[-1] == 7000  # what had come was not sent again
    context.close()


def test_the_browser_is_ended_and_the_file_chosen_again(browser: Any, tmp_path: Path, said: dict[str, str], tone: Any) -> None:
    with listening(tmp_path / "out", page=True, overrides=said) as server:
        first = browser.new_context(locale="en-GB")
        page = first.new_page()
        page.route("**/api/uploads/*", lambda route: route.abort())
        chosen(page, server.address, tone(1))
        upload = known_upload(page)
        state = first.storage_state()
        first.close()
        own = {**VERSION, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        httpx.patch(server.address + upload, content=tone(1).read_bytes()[:9000], headers=own, timeout=60)
        second = browser.new_context(locale="en-GB", storage_state=state)
        page = second.new_page()
        pieces: list[str] = []
        page.on("request", lambda request: pieces.append(request.headers["upload-offset"]) if request.method == "PATCH" else None)
        chosen(page, server.address, tone(1))
        page.locator("video-moments .transcript").first.wait_for(timeout=PATIENCE_MS)
        assert pieces == ["9000"]
        assert not page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('upload ')).length")
        second.close()


def test_an_upload_can_be_cancelled(browser: Any, tmp_path: Path, said: dict[str, str], tone: Any) -> None:
    with listening(tmp_path / "out", page=True, overrides=said) as server:
        context = browser.new_context(locale="en-GB")
        page = context.new_page()
        page.route("**/api/uploads/*", lambda route: route.abort() if route.request.method == "PATCH" else route.continue_())
        chosen(page, server.address, tone(1))
        known_upload(page)
        page.locator(".drop").get_by_role("button", name="Cancel").click()
        until(lambda: not list((tmp_path / "out/.web/partial").iterdir()))
        page.get_by_text("Any video or audio file").wait_for()
        context.close()
