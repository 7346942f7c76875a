"""The editor in a real browser: what a subtitler does with lines, and two windows at once."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pysrt
import pytest

from tests.web.real_server import RealServer, listening, until

PATIENCE_MS = 400_000
ROW = ".row.said"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, sample: Path, sample_transcript: Path) -> Iterator[tuple[RealServer, str]]:
    """With the sample on it, processed; and its id."""
    said = {"speech.engine": "replay", "speech.transcript": str(sample_transcript)}
    with listening(tmp_path_factory.mktemp("editor") / "out", page=True, overrides=said) as server:
        with sample.open("rb") as file:
            job = httpx.post(f"{server.address}/api/jobs", files={"file": file}, timeout=60).json()
        until(lambda: httpx.get(f"{server.address}/api/jobs/{job['id']}").json()["state"] == "done", 300)
        yield server, job["id"]


@pytest.fixture
def window(browser: Any, server: tuple[RealServer, str]) -> Iterator[Any]:
    yield from opened(browser, *server)


@pytest.fixture
def second(browser: Any, server: tuple[RealServer, str]) -> Iterator[Any]:
    yield from opened(browser, *server)


def opened(browser: Any, server: RealServer, job_id: str, ready: str = ".card") -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", reduced_motion="reduce")
    context.set_default_timeout(20_000)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{server.address}/#/v/{job_id}")
    page.locator(f"video-moments {ready}").first.wait_for(timeout=PATIENCE_MS)
    yield page
    context.close()
    assert not wrong


def edit(page: Any, number: int) -> Any:
    page.locator(ROW).nth(number).dblclick(position={"x": 150, "y": 10})
    page.locator(".line-editor").wait_for()
    return page.locator(".line-editor")


def texts(page: Any) -> list[str]:
    return list(page.locator(f"{ROW} .text").all_inner_texts())


def answered(page: Any) -> Any:
    return page.expect_response(lambda answer: answer.url.endswith("/lines"))


def test_split_join_remove_and_undo_all_of_it(window: Any) -> None:
    before = texts(window)
    form = edit(window, 2)
    form.locator("textarea").evaluate("field => field.setSelectionRange(12, 12)")
    with answered(window):
        form.get_by_role("button", name="Split at cursor").click()
    until(lambda: len(texts(window)) == len(before) + 1)
    assert " ".join(texts(window)[2:4]).split() == before[2].split()
    form = edit(window, 2)
    with answered(window):
        form.get_by_role("button", name="Join with next").click()
    until(lambda: len(texts(window)) == len(before))
    form = edit(window, 0)
    with answered(window):
        form.get_by_role("button", name="Remove this line").click()
    until(lambda: texts(window) == [*before[1:2], *before[2:]])
    window.reload()  # what can be undone is still known
    window.locator("video-moments .card").first.wait_for()
    for _ in range(3):
        window.locator("canvas.top").focus()
        with answered(window):
            window.keyboard.press("Control+z")
        window.wait_for_timeout(100)
    until(lambda: texts(window) == before)
    with answered(window):
        window.get_by_role("button", name="Redo").click()
    until(lambda: len(texts(window)) == len(before) + 1)
    with answered(window):
        window.get_by_role("button", name="Undo").click()
    until(lambda: texts(window) == before)


def test_times_emotion_and_speaker_of_a_line(window: Any, server: tuple[RealServer, str]) -> None:
    form = edit(window, 3)
    end = form.get_by_label("End")
    shown = end.input_value()
    minutes, _, seconds = shown.partition(":")
    end.fill(f"{minutes}:{float(seconds) - 0.4:05.2f}")
    form.get_by_label("emotion").select_option("sad")
    form.get_by_label("Speaker").fill("Zoe")
    with answered(window) as answer:
        form.get_by_role("button", name="Save").click()
    (line,) = answer.value.json()["edits"][0]["lines"]
    assert line["felt"] == "sad" and line["speaker"] == "Zoe"
    window.locator(f"{ROW} .speaker", has_text="Zoe").wait_for()
    with answered(window):
        window.get_by_role("button", name="Undo").click()


def test_find_and_replace_and_one_undo(window: Any) -> None:
    before = texts(window)
    window.get_by_label("Find words").fill("doctor")
    window.get_by_role("button", name="Find and replace").click()
    window.get_by_label("Replace with").fill("vet")
    with answered(window):
        window.get_by_role("button", name="Replace 2 places").click()
    window.get_by_label("Find words").fill("")
    until(lambda: any("vet" in text for text in texts(window)))
    with answered(window):
        window.get_by_role("button", name="Undo").click()
    until(lambda: texts(window) == before)


def test_what_is_not_saved_is_there_after_a_reload(window: Any) -> None:
    form = edit(window, 1)
    form.locator("textarea").fill("Half a thought")
    window.reload()
    window.locator(".line-editor textarea").wait_for()
    assert window.locator(".line-editor textarea").input_value() == "Half a thought"
    window.keyboard.press("Escape")
    assert window.locator(".line-editor").count() == 0


def test_two_windows_see_each_other_and_do_not_write_over_each_other(window: Any, second: Any) -> None:
    before = texts(window)
    form = edit(second, 4)
    form.locator("textarea").fill("What the second wrote.")
    mine = edit(window, 4)
    mine.locator("textarea").fill("What the first wrote.")
    with answered(window):
        mine.locator("textarea").press("Enter")
    until(lambda: "What the first wrote." in texts(window))
    with answered(second) as refused:
        form.locator("textarea").press("Enter")
    assert refused.value.status == 409
    second.locator(".notice.failed", has_text="What the first wrote.").wait_for()
    assert second.locator(".line-editor textarea").input_value() == "What the second wrote."  # nothing typed is lost
    second.keyboard.press("Escape")
    until(lambda: "What the first wrote." in texts(second))
    with answered(window):
        window.get_by_role("button", name="Undo").click()
    until(lambda: texts(second) == before)


def test_downloads_are_where_a_person_looks(window: Any, server: tuple[RealServer, str]) -> None:
    window.get_by_role("button", name="Download", exact=True).click()
    dialog = window.get_by_role("dialog")
    with window.expect_download() as arriving:
        dialog.get_by_role("link", name="SRT").click()
    assert arriving.value.suggested_filename == "sample.srt"
    assert len(pysrt.from_string(Path(arriving.value.path()).read_text())) > 5
    with window.expect_download() as arriving:
        dialog.get_by_role("link", name="VTT").click()
    assert Path(arriving.value.path()).read_text().startswith("WEBVTT")
    with window.expect_download(timeout=PATIENCE_MS) as arriving:
        dialog.get_by_role("button", name="subtitle track").click()
    from video_pipeline.media.probe import probe

    assert probe(Path(arriving.value.path())).duration_s == pytest.approx(60, abs=1)
    with window.expect_download(timeout=PATIENCE_MS) as arriving:
        dialog.get_by_role("button", name="ZIP").click()
    names = zipfile.ZipFile(io.BytesIO(Path(arriving.value.path()).read_bytes())).namelist()
    assert {"sample.srt", "sample.ass", "report.html"} <= set(names) and not any("exports" in name for name in names)


def test_the_last_clip_can_be_taken_out(window: Any) -> None:
    while count := window.locator(".card").count():
        with window.expect_response(lambda answer: answer.url.endswith("/clips")):
            window.locator(".card").first.get_by_role("button", name="Remove this clip").click()
        until(lambda count=count: window.locator(".card").count() == count - 1)
    window.reload()
    window.locator(f"video-moments {ROW}").first.wait_for()
    assert window.locator(".card").count() == 0
