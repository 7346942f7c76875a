"""Cutting by text in a real browser: words selected and deleted, clips made of a selection, their titles, and two windows."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pysrt
import pytest

from tests.web.real_server import RealServer, until
from tests.web.test_editor_page import PATIENCE_MS, ROW, opened, server  # noqa: F401 - `server` is a fixture
from tests.web.test_editor_reach import AXE, FOUND, VIEWER

OUT = f"{VIEWER}.store.data.removed"
CLIPS = f"{VIEWER}.store.data.clips"


@pytest.fixture
def window(browser: Any, server: tuple[RealServer, str]) -> Iterator[Any]:  # noqa: F811
    yield from opened(browser, *server)


@pytest.fixture
def second(browser: Any, server: tuple[RealServer, str]) -> Iterator[Any]:  # noqa: F811
    yield from opened(browser, *server)


def answered(page: Any, what: str = "cut") -> Any:
    return page.expect_response(lambda answer: answer.url.endswith(f"/{what}"))


def select(page: Any, line: int, first: int, last: int) -> None:
    """Draw over words of a line with the mouse."""
    row = page.locator(ROW).nth(line)
    row.scroll_into_view_if_needed()
    row.hover()
    words = row.locator(".word")
    a, b = words.nth(first).bounding_box(), words.nth(last).bounding_box()
    page.mouse.move(a["x"] + a["width"] * 0.4, a["y"] + a["height"] / 2)
    page.mouse.down()
    page.mouse.move(b["x"] + b["width"] * 0.8, b["y"] + b["height"] / 2, steps=5)
    page.mouse.up()
    page.locator(".selection-bar").wait_for()


def undo(page: Any, what: str = "cut") -> None:
    with answered(page, what):
        page.get_by_role("button", name="Undo").click()


def test_selected_words_are_deleted_skipped_kept_and_put_back(window: Any, second: Any) -> None:
    words = window.evaluate(f"{VIEWER}.store.data.segments[3].words")
    select(window, 3, 1, 2)
    with answered(window):
        window.keyboard.press("Delete")
    until(lambda: window.evaluate(OUT))
    gap = window.evaluate(OUT)[0]
    assert (gap["start_s"], gap["end_s"]) == (words[1][0], words[3][0])
    struck = window.locator(ROW).nth(3).locator(".word.out")
    assert struck.all_inner_texts() == [words[1][1], words[2][1]]
    assert "line-through" in struck.first.evaluate("word => getComputedStyle(word).textDecoration")
    until(lambda: second.locator(".word.out").count() == 2)  # the other window sees it at once
    window.evaluate(
        f"""() => {{
          const {{ player, store }} = {VIEWER};
          window.heard = [];
          store.on("time", (at_s) => window.heard.push(at_s));
          player.seek({gap["start_s"] - 0.5});
          player.video.muted = true;
          player.toggle();
        }}"""
    )
    until(lambda: window.evaluate(f"heard.some((at_s) => at_s > {gap['end_s'] + 0.2})"))
    window.evaluate(f"{VIEWER}.player.shuttle.stop()")
    inside = window.evaluate(f"heard.filter((at_s) => at_s > {gap['start_s'] + 0.15} && at_s < {gap['end_s'] - 0.05}).length")
    assert inside == 0
    window.reload()
    window.locator(".word.out").first.wait_for()
    assert window.locator(".cut-bar").inner_text().startswith("1 cut,")
    undo(window)
    until(lambda: window.locator(".word.out").count() == 0 and second.locator(".word.out").count() == 0)
    with answered(window):
        window.get_by_role("button", name="Redo").click()
    until(lambda: window.locator(".word.out").count() == 2)
    select(window, 3, 1, 2)
    window.locator(".selection-bar").get_by_role("button", name="Put back").click()
    until(lambda: window.evaluate(OUT) == [])


def test_a_line_is_cut_by_the_keyboard_alone_and_the_cut_is_made(window: Any) -> None:
    line = window.evaluate(f"{VIEWER}.store.data.segments[2]")
    window.locator(f"{ROW} .stamp").nth(2).focus()
    with answered(window):
        window.keyboard.press("Delete")
    window.locator(".row.gone").wait_for()
    window.get_by_role("button", name="Make the cut").click()
    dialog = window.get_by_role("dialog")
    with window.expect_download(timeout=PATIENCE_MS) as arriving:
        dialog.get_by_role("button", name="Make the cut").click()
    bundle = zipfile.ZipFile(io.BytesIO(Path(arriving.value.path()).read_bytes()))
    lists = {"cut lists/highlights.edl", "cut lists/highlights.fcpxml"}
    assert {"sample.cut.mp4", "sample.cut.srt", *lists} <= set(bundle.namelist())
    said = " ".join(cue.text for cue in pysrt.from_string(bundle.read("sample.cut.srt").decode()))
    assert line["text"] not in said.replace("\n", " ") and len(said) > 300
    window.keyboard.press("Escape")
    undo(window)
    until(lambda: window.locator(".row.gone").count() == 0)


def test_a_clip_of_a_selection_of_text_and_of_the_timeline(window: Any, second: Any) -> None:
    before = window.evaluate(CLIPS)
    words = window.evaluate(f"{VIEWER}.store.data.segments[3].words")
    select(window, 3, 0, 4)
    with answered(window, "clips"):
        window.locator(".selection-bar").get_by_role("button", name="Make a clip").click()
    until(lambda: len(window.evaluate(CLIPS)) == len(before) + 1)
    made = window.evaluate(CLIPS)[-1]
    assert abs(made["start_s"] - words[0][0]) < 0.02 and made["title"]
    until(lambda: second.locator(".card").count() == len(before) + 1)
    card = window.locator(".card").last
    card.hover()
    card.get_by_role("button", name="Title of the clip").click()
    window.keyboard.type("My own title")
    with answered(window, "clips"):
        window.keyboard.press("Enter")
    until(lambda: second.locator(".card h3").last.inner_text() == "My own title")
    canvas = window.locator("canvas.top")
    canvas.scroll_into_view_if_needed()
    place = canvas.bounding_box()
    window.keyboard.down("Shift")
    window.mouse.move(place["x"] + 300, place["y"] + 40)
    window.mouse.down()
    window.mouse.move(place["x"] + 500, place["y"] + 40, steps=4)
    window.mouse.up()
    window.keyboard.up("Shift")
    assert window.evaluate(f"{VIEWER}.store.range.end_s - {VIEWER}.store.range.start_s") > 3
    with answered(window, "clips"):
        window.keyboard.press("n")
    until(lambda: len(window.evaluate(CLIPS)) == len(before) + 2)
    for left in (1, 1, 0):  # the second clip, the title, the first clip
        undo(window, "clips")
        until(lambda left=left: len(window.evaluate(CLIPS)) == len(before) + left)
    until(lambda: second.locator(".card").count() == len(before))
    assert [clip["title"] for clip in window.evaluate(CLIPS)] == [clip["title"] for clip in before]


def test_the_selection_has_no_finding_of_axe(window: Any, browser: Any, server: tuple[RealServer, str]) -> None:  # noqa: F811
    if not AXE.is_file():
        pytest.skip("axe-core is not here: tools/check_ui.py fetches it from npm's registry")
    real, job_id = server
    page = browser.new_page(bypass_csp=True, locale="en-GB")
    page.goto(f"{real.address}/#/v/{job_id}")
    page.locator("video-moments .card").first.wait_for()
    page.locator(f"{ROW} .stamp").nth(4).focus()
    page.keyboard.press("Delete")
    page.locator(".row.gone").wait_for()
    select(page, 3, 1, 2)
    page.evaluate(f"{AXE.read_text()}; undefined")
    assert page.evaluate(FOUND) == []
    page.get_by_role("button", name="Make the cut").click()
    assert page.evaluate(FOUND) == []
    page.keyboard.press("Escape")
    undo(page)
    page.close()
