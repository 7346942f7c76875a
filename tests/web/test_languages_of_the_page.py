"""Every part of the page in every language: nothing of it is left in English."""

from __future__ import annotations

from typing import Any

import pytest

from tests.pages import LOCALES, left_in_english
from tests.web.real_server import RealServer
from tests.web.test_editor_page import edit, server  # noqa: F401 - `server` is a fixture


@pytest.mark.parametrize("tag", LOCALES)
def test_no_part_of_the_page_is_left_in_english(browser: Any, server: tuple[RealServer, str], tag: str) -> None:  # noqa: F811
    real, job_id = server
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale=LOCALES[tag])
    context.set_default_timeout(20_000)
    page = context.new_page()
    found: dict[str, list[str]] = {}

    def look(place: str) -> None:
        found[place] = left_in_english(page)

    page.goto(real.address)
    page.locator(".options select").first.wait_for()
    page.locator(".job").first.wait_for()
    look("start")
    page.goto(f"{real.address}/#/v/{job_id}")
    page.locator("video-moments .card").first.wait_for()
    look("viewer")
    edit(page, 1)
    look("a line that is edited")
    page.keyboard.press("Escape")
    for number in range(page.locator("[role=tab]:visible").count()):
        page.locator("[role=tab]:visible").nth(number).click()
        look(f"tab {number}")
    page.locator(".weights summary").click()
    look("weights")
    for opener in (".viewer-head .button.strong", ".viewer-head .icon-button", ".section-head .button >> nth=1"):
        page.locator(opener).first.click()
        page.locator("dialog").wait_for()
        look(opener)
        page.keyboard.press("Escape")
    context.close()
    assert {place: texts for place, texts in found.items() if texts} == {}
