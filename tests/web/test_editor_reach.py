"""The editor for everybody: no finding of axe, edges of lines under the pointer, a file of one's own dropped onto it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.real_server import RealServer, until
from tests.web.test_editor_page import ROW, answered, edit, opened, server, texts  # noqa: F401 - `server` is a fixture
from tests.web.test_own_subtitles import SRT
from video_pipeline.core.labels import Language
from video_pipeline.media.font_file import usual_width

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
FOUND = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
    .map((one) => [one.impact, one.id, ...one.nodes.map((node) => node.html)])"""
VIEWER = "document.querySelector('video-moments')"


@pytest.fixture
def window(browser: Any, server: tuple[RealServer, str]) -> Iterator[Any]:  # noqa: F811
    yield from opened(browser, *server)


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing(browser: Any, server: tuple[RealServer, str], scheme: str, width: int) -> None:  # noqa: F811
    if not AXE.is_file():
        pytest.skip("axe-core is not here: tools/check_ui.py fetches it from npm's registry")
    real, job_id = server
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True, locale="en-GB")
    page = context.new_page()

    def look(place: str) -> None:
        page.evaluate(f"{AXE.read_text()}; undefined")
        assert page.evaluate(FOUND) == [], place

    page.goto(real.address)
    page.locator(".drop").wait_for()
    page.locator(".options select").first.wait_for()
    look("start")
    page.goto(f"{real.address}/#/v/{job_id}")
    page.locator("video-moments .card").first.wait_for()
    look("viewer")
    edit(page, 1)
    look("a line that is edited")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Download", exact=True).click()
    page.get_by_role("dialog").wait_for()
    look("downloads")
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Style").click()
    look("style")
    page.get_by_role("tab", name="Checks").click()
    look("checks")
    page.locator("button[aria-label='Keyboard shortcuts']").evaluate("button => button.click()")  # a phone has no button for it
    page.get_by_role("dialog").wait_for()
    look("keys")
    context.close()


def test_an_edge_of_a_line_is_drawn_along_the_waveform_and_back_by_one_undo(window: Any) -> None:
    line = f"{VIEWER}.store.data.segments[2]"
    before = window.evaluate(line)
    window.evaluate(f"{VIEWER}.player.seek({before['end_s']})")
    with window.expect_response(lambda answer: "/waveform?" in answer.url and answer.ok):
        for _ in range(5):
            window.get_by_role("button", name="Zoom in").click()
    canvas = window.locator("canvas.top")
    canvas.scroll_into_view_if_needed()
    place = canvas.bounding_box()
    x, y = window.evaluate(
        f"(({{ scale, lineEdges: {{ lane }} }}) => [scale.x({before['end_s']}), lane.top + lane.height / 2])({VIEWER}.timeline)"
    )
    window.mouse.move(place["x"] + x - 3, place["y"] + y)
    assert canvas.evaluate("canvas => canvas.style.cursor") == "ew-resize"
    window.mouse.down()
    window.mouse.move(place["x"] + x - 40, place["y"] + y, steps=4)
    with answered(window):
        window.mouse.up()
    until(lambda: window.evaluate(line)["end_s"] < before["end_s"] - 0.1)
    after = window.evaluate(line)
    assert after["start_s"] == before["start_s"] and after["text"] == before["text"]
    assert all(at_s <= after["end_s"] for at_s, _ in after["words"])
    with answered(window):
        window.get_by_role("button", name="Undo").click()
    until(lambda: window.evaluate(line) == before)


def test_a_subtitle_file_that_is_dropped_stands_in_the_place_of_all_lines(window: Any) -> None:
    before = texts(window)
    drop = """(text) => {
      const data = new DataTransfer();
      data.items.add(new File([text], "mine.srt"));
      const viewer = document.querySelector("video-moments");
      for (const name of ["dragover", "drop"]) viewer.dispatchEvent(new DragEvent(name, { dataTransfer: data, bubbles: true }));
    }"""
    window.evaluate(drop, SRT)
    until(lambda: texts(window) == ["My own first line.", "And a second."])
    window.locator(".notice", has_text="2 lines were taken").wait_for()
    with answered(window):
        window.get_by_role("button", name="Undo").click()
    until(lambda: texts(window) == before)
    window.evaluate(drop, "this is no subtitle file")
    window.locator(".notice.failed", has_text="mine.srt is not a subtitle file").wait_for()
    assert texts(window) == before


def test_a_line_is_corrected_by_the_keyboard_alone(window: Any) -> None:
    window.locator(f"{ROW} .stamp").nth(3).focus()
    window.keyboard.press("e")
    window.keyboard.press("Control+a")
    window.keyboard.type("Typed without a mouse.")
    with answered(window):
        window.keyboard.press("Enter")
    until(lambda: texts(window)[3] == "Typed without a mouse.")
    with answered(window):
        window.keyboard.press("Control+z")


def test_a_key_is_changed_in_the_list_of_keys_and_kept(window: Any) -> None:
    shown = f"{VIEWER}.store.look.shown"
    window.locator("canvas.top").focus()
    window.keyboard.press("?")
    window.get_by_role("button", name="C: Subtitles").click()
    window.keyboard.press("u")
    window.get_by_role("button", name="U: Subtitles").wait_for()
    window.keyboard.press("Escape")
    window.reload()
    window.locator("video-moments .card").first.wait_for()
    window.locator("canvas.top").focus()
    window.keyboard.press("c")
    assert window.evaluate(shown)
    window.keyboard.press("u")
    assert not window.evaluate(shown)
    window.keyboard.press("?")
    window.get_by_role("dialog").get_by_role("button", name="Reset").click()
    window.get_by_role("button", name="C: Subtitles").wait_for()


def test_the_list_of_lines_is_one_stop_of_tab_and_arrows_go_through_it(window: Any) -> None:
    line = f"{VIEWER}.shadowRoot.activeElement?.closest('.row')?.querySelector('.stamp').textContent"
    window.get_by_role("list", name="Transcript").focus()
    window.keyboard.press("Home")
    window.keyboard.press("ArrowDown")
    second = window.evaluate(line)
    window.keyboard.press("ArrowUp")
    assert window.evaluate(line) != second
    window.keyboard.press("End")
    last = window.evaluate(line)
    window.keyboard.press("ArrowDown")
    assert window.evaluate(line) == last
    window.keyboard.press("Tab")
    window.keyboard.press("Tab")
    assert window.evaluate(line) is None


def test_subtitles_on_the_player_are_as_wide_as_in_the_files(window: Any) -> None:
    store = f"{VIEWER}.store"
    cue = window.evaluate(f"{store}.data.cues.find((cue) => cue.lines.length === 1 && !cue.label)")
    window.evaluate(f"{VIEWER}.player.seek({(cue['start_s'] + cue['end_s']) / 2})")
    text = "".join(word for _, word in cue["lines"][0])
    until(lambda: window.locator(".captions .line").all_inner_texts() == [text])
    window.evaluate("document.fonts.ready.then(() => 0)")
    until(lambda: window.evaluate("[...document.fonts].filter((font) => font.family !== 'Letters').length") == 2)
    stage, line = (window.locator(f"video-moments {name}").first.bounding_box() for name in (".stage", ".captions .line"))
    share = window.evaluate(f"{store}.look.usual_size")
    expected_px = usual_width(text, Language.EN, bold=True) * share * stage["height"]
    assert line["width"] == pytest.approx(expected_px, rel=0.03)
