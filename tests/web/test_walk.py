"""The whole walk in a real browser, on a real server, from upload to export; and nine files that are no videos."""

from __future__ import annotations

import io
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from video_pipeline.web.app import create_app
from video_pipeline.web.settings import ServerOptions

VIEWER = "document.querySelector('video-moments')"
PATIENCE_MS = 400_000
CORRECTED = "Ladies, gentlemen and robots."


@pytest.fixture(scope="module")
def address(sample_transcript: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that listens, on which every video says what the sample says."""
    said = {"speech.engine": "replay", "speech.transcript": str(sample_transcript)}
    app = create_app(ServerOptions(tmp_path_factory.mktemp("walk") / "out", overrides=said))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", timeout_graceful_shutdown=2, ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(30)


@pytest.fixture(scope="module")
def page(browser: Any, address: str) -> Iterator[Any]:
    """One window for the whole walk."""
    surroundings = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="en-GB", reduced_motion="reduce", accept_downloads=True
    )
    surroundings.set_default_timeout(60_000)
    page = surroundings.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith((address, "blob:", "data:")) else wrong.append(request.url))
    page.goto(address)
    yield page
    surroundings.close()
    assert not wrong


def api(page: Any, path: str) -> Any:
    return page.evaluate("path => fetch(path).then((answer) => answer.json())", path)


def until(page: Any, expression: str) -> None:
    """Asks again and again: the page's policy forbids the browser to evaluate texts by itself."""
    give_up_s = time.monotonic() + 60
    while not page.evaluate(expression):
        assert time.monotonic() < give_up_s, expression
        page.wait_for_timeout(50)


def job_id(page: Any) -> str:
    return str(page.url.rpartition("/")[2])


def upload_watch_and_come_back_in_mid_job(page: Any, sample: Path) -> None:
    page.set_input_files(".drop input", str(sample))
    page.wait_for_url("**/#/v/*")
    page.locator(".progress h1, video-moments").first.wait_for()
    page.reload()
    page.locator("video-moments .card").first.wait_for(timeout=PATIENCE_MS)
    assert page.locator("video-moments h1").inner_text() == "sample.mp4"
    until(page, f"{VIEWER}.player.video.readyState >= 1")
    assert page.evaluate(f"{VIEWER}.player.video.duration") == pytest.approx(60, abs=1)


def seek_by_click(page: Any) -> None:
    stamp = page.locator(".row.said .stamp").nth(3)
    stamp.click()
    wanted_s = api(page, f"/api/jobs/{job_id(page)}/view")["segments"][3]["start_s"]
    until(page, f"Math.abs({VIEWER}.player.video.currentTime - {wanted_s}) < 0.05")


def correct_a_line(page: Any) -> None:
    row = page.locator(".row.said").first
    row.dblclick(position={"x": 200, "y": 10})
    row.locator("textarea").fill(CORRECTED)
    row.locator("textarea").press("Enter")
    page.locator(".row.said", has_text=CORRECTED).first.wait_for()
    files = api(page, f"/api/jobs/{job_id(page)}/files")
    (subtitles,) = [file["path"] for file in files if file["path"].endswith(".srt")]
    text = page.evaluate("path => fetch(path).then((answer) => answer.text())", f"/api/jobs/{job_id(page)}/files/{subtitles}")
    assert "robots" in text.replace("\n", " ")


def move_an_in_point(page: Any) -> None:
    page.locator(".card h3").first.click()
    before = api(page, f"/api/jobs/{job_id(page)}/view")["clips"][0]
    page.evaluate(f"{VIEWER}.player.seek({before['start_s'] + 4})")
    page.locator("canvas.top").focus()
    with page.expect_response(lambda answer: answer.url.endswith("/clips") and answer.ok):
        page.keyboard.press("i")
    after = api(page, f"/api/jobs/{job_id(page)}/view")["clips"][0]
    assert after["start_s"] != before["start_s"]
    assert after["start_s"] == pytest.approx(before["start_s"] + 4, abs=2.5)  # on a word or a cut near it
    assert after["end_s"] == before["end_s"]
    assert sum(reason["contribution"] for reason in after["reasons"]) == pytest.approx(after["score"], abs=0.05)


def other_weights_rank_anew(page: Any) -> None:
    page.locator(".weights summary").click()
    with page.expect_response(lambda answer: answer.url.endswith("/rank") and answer.ok) as answered:
        page.locator(".slider input").first.fill("0")
    assert "laughter" not in {reason["signal"] for clip in answered.value.json()["clips"] for reason in clip["reasons"]}
    with page.expect_response(lambda answer: answer.url.endswith("/rank") and answer.ok):
        page.get_by_role("button", name="Reset").click()
    page.locator(".card").first.wait_for()


def another_style_is_seen_and_written(page: Any) -> None:
    page.get_by_role("tab", name="Style").click()
    with page.expect_response(lambda answer: answer.url.endswith("/style") and answer.ok):
        page.get_by_label("Text background").select_option("box")
    until(page, f"{VIEWER}.shadowRoot.querySelector('.preview').naturalWidth > 100")
    page.get_by_label("Labels").select_option("none")
    with page.expect_response(lambda answer: answer.url.endswith("/restyle") and answer.ok) as answered:
        page.get_by_role("button", name="Apply to all subtitle files").click()
    assert answered.value.json()["style"]["labels"] == "none"


def export_a_zip(page: Any) -> None:
    page.get_by_role("button", name="Export", exact=True).click()
    dialog = page.get_by_role("dialog")
    for costly in ("One reel of all clips as well", "Subtitles in the picture"):
        dialog.get_by_label(costly).set_checked(False)
    start = dialog.get_by_role("button", name="Export", exact=True)
    with page.expect_download(timeout=PATIENCE_MS) as arriving:
        start.click()
        ended = dialog.locator(".buttons a, .buttons button:enabled")  # it can be pressed again where the export failed
        ended.wait_for(timeout=PATIENCE_MS)
        assert ended.get_attribute("href"), dialog.get_by_role("status").inner_text()
    content = Path(arriving.value.path()).read_bytes()
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert any(name.endswith(".mp4") for name in names)
    assert any(name.endswith((".edl", ".fcpxml", ".otio")) for name in names)
    page.keyboard.press("Escape")


HOSTILE: dict[str, bytes] = {
    "playlist.m3u8": b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
    "playlist as video.mp4": b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://127.0.0.1:1/x.ts\n#EXT-X-ENDLIST\n",
    "concat.txt": b"ffconcat version 1.0\nfile /etc/passwd\n",
    "page.html": b"<!doctype html><script>alert(1)</script>",
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
    "empty.mp4": b"",
    "noise.mp4": bytes(range(256)) * 200,
    "archive.zip": b"PK\x05\x06" + bytes(18),
    "../../up <b>.sh": b"#!/bin/sh\necho hello\n",
}


def refuse_what_is_no_video(page: Any, address: str, name: str) -> None:
    if not page.locator(".drop").count():
        page.goto(f"{address}/#/")
    page.locator(".drop").wait_for()
    for old in page.locator(".notice").all():
        old.evaluate("notice => notice.remove()")
    page.set_input_files(".drop input", {"name": name, "mimeType": "video/mp4", "buffer": HOSTILE[name]})
    page.locator(".notice.failed").wait_for()
    assert len(page.locator(".notice.failed").inner_text()) > 20
    assert page.locator(".notice b, .notice script").count() == 0
    assert [job["name"] for job in api(page, "/api/jobs")] == ["sample.mp4"]


def test_the_whole_walk(page: Any, address: str, sample: Path) -> None:
    """One test, since each step goes on where the one before stopped."""
    upload_watch_and_come_back_in_mid_job(page, sample)
    for step in (
        seek_by_click,
        correct_a_line,
        move_an_in_point,
        other_weights_rank_anew,
        another_style_is_seen_and_written,
        export_a_zip,
    ):
        step(page)
    for name in HOSTILE:
        refuse_what_is_no_video(page, address, name)


def test_the_page_module_by_module(browser: Any, address: str) -> None:
    """The files as they stand: the browser resolves every import by itself, under the policy that the server sends."""
    page = browser.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.goto(f"{address}/ui/site/index.html")
    page.locator(".options select").first.wait_for()
    assert page.locator(".drop b").inner_text()
    assert page.evaluate("customElements.get('video-moments') !== undefined")
    page.close()
    assert not wrong
