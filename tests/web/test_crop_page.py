"""The frame of upright clips in a real browser: dragged, moved by keys, even between two times, left to the program again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.real_server import RealServer, until
from tests.web.test_cut_page import answered, undo
from tests.web.test_editor_page import opened, server  # noqa: F401 - `server` is a fixture
from tests.web.test_editor_reach import AXE, FOUND, VIEWER

CROP = f"{VIEWER}.store.data.crop"
HALF = 9 / 16 / (16 / 9) / 2


@pytest.fixture
def window(browser: Any, server: tuple[RealServer, str]) -> Iterator[Any]:  # noqa: F811
    yield from opened(browser, *server)


@pytest.fixture
def second(browser: Any, server: tuple[RealServer, str]) -> Iterator[Any]:  # noqa: F811
    yield from opened(browser, *server)


def seek(page: Any, at_s: float) -> None:
    page.evaluate(f"{VIEWER}.player.seek({at_s})")


def middle(page: Any) -> float:
    """Of the frame, as a share of the picture."""
    frame, whole = page.locator(".crop-frame").bounding_box(), page.locator(".crop").bounding_box()
    return float((frame["x"] + frame["width"] / 2 - whole["x"]) / whole["width"])


def drag(page: Any, to: float) -> None:
    frame, whole = page.locator(".crop-frame").bounding_box(), page.locator(".crop").bounding_box()
    x, y = frame["x"] + frame["width"] / 2, frame["y"] + 60
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(whole["x"] + to * whole["width"], y, steps=4)
    with answered(page, "crop"):
        page.mouse.up()


def test_the_frame_is_dragged_at_two_times_and_goes_evenly_between(window: Any, second: Any) -> None:
    start_s = window.evaluate(f"{VIEWER}.store.data.clips[0].start_s")
    tool = window.get_by_role("button", name="Picture of upright clips")
    tool.click()
    window.locator(".crop-state", has_text="follows the face").wait_for()
    shade = "getComputedStyle(document.querySelector('video-moments').shadowRoot.querySelector('.crop-frame')).boxShadow"
    assert window.evaluate(shade) == "none"  # the middle is not shown as what remains
    seek(window, start_s + 1)
    drag(window, 0.3)
    assert window.evaluate(shade) != "none"
    seek(window, start_s + 3)
    drag(window, 2.0)  # no further than the picture
    assert middle(window) == pytest.approx(1 - HALF, abs=0.01)
    seek(window, start_s + 2)
    until(lambda: middle(window) == pytest.approx((0.3 + 1 - HALF) / 2, abs=0.01))
    assert "moves between" in window.locator(".crop-state").inner_text()
    until(lambda: len(second.evaluate(CROP)) == 2)  # the other window has it too
    frame = window.get_by_role("slider", name="Place of the frame")
    frame.focus()
    with answered(window, "crop"):
        window.keyboard.press("Shift+ArrowLeft")
    until(lambda: len(window.evaluate(CROP)) == 3)
    window.locator(".crop-state", has_text="set by hand at this time").wait_for()
    if AXE.is_file():
        page = window.context.browser.new_page(bypass_csp=True, locale="en-GB")
        page.goto(window.url)
        page.locator("video-moments .card").first.wait_for()
        page.get_by_role("button", name="Picture of upright clips").click()
        page.evaluate(f"{AXE.read_text()}; undefined")
        assert page.evaluate(FOUND) == []
        page.close()
    with answered(window, "crop"):
        window.get_by_role("button", name="Remove the place at this time").click()
    until(lambda: len(window.evaluate(CROP)) == 2)
    window.reload()
    window.locator("video-moments .card").first.wait_for()
    assert [round(place["x"], 1) for place in window.evaluate(CROP)] == [0.3, 0.8]
    window.get_by_role("button", name="Picture of upright clips").click()
    seek(window, start_s + 1)
    with answered(window, "crop"):
        window.get_by_role("button", name="Follow the face again").click()
    until(lambda: window.evaluate(CROP) == [] == second.evaluate(CROP))
    undo(window, "crop")
    until(lambda: len(window.evaluate(CROP)) == 2)
    with answered(window, "crop"):
        window.get_by_role("button", name="Redo").click()
    until(lambda: window.evaluate(CROP) == [])
