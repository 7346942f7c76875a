"""Languages and themes of the page, by the browser and by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.real_server import RealServer, listening

LATIN = {"video_pipeline", "FFmpeg", "English", "default"}
"""Names, which are the same in all languages."""
DARK = "rgb(11, 13, 18)"
LIGHT = "rgb(244, 245, 248)"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    with listening(tmp_path_factory.mktemp("appearance") / "out", page=True) as server:
        yield server


def opened(browser: Any, server: RealServer, **context: Any) -> Any:
    page = browser.new_context(**context).new_page()
    page.goto(server.address)
    page.locator(".options select").first.wait_for()
    return page


@pytest.mark.parametrize(
    ("locale", "words", "tag"),
    [
        ("ja-JP", "またはファイルを選択", "ja"),
        ("ko-KR", "또는 파일 선택", "ko"),
        ("zh-CN", "或选择文件", "zh-Hans"),
        ("zh-HK", "或選擇檔案", "zh-Hant"),
    ],
)
def test_the_browsers_language_is_spoken_and_nothing_is_left_in_english(
    browser: Any, server: RealServer, locale: str, words: str, tag: str
) -> None:
    page = opened(browser, server, locale=locale)
    assert page.locator("html").get_attribute("lang") == tag
    page.get_by_text(words).wait_for()
    shown = page.locator(".hero .drop, .tagline, .jobs, .hero .field > span").all_inner_texts()
    labels = page.locator("[aria-label]").evaluate_all("all => all.map((one) => one.getAttribute('aria-label'))")
    for text in [*shown, *labels]:
        assert not set(re.findall("[A-Za-z_]{3,}", text)) - LATIN, text
    page.context.close()


def test_a_language_chosen_by_hand_is_kept(browser: Any, server: RealServer) -> None:
    page = opened(browser, server, locale="ja-JP")
    page.locator(".page-head select").last.select_option("ko")
    page.get_by_text("또는 파일 선택").wait_for()
    page.reload()
    page.get_by_text("또는 파일 선택").wait_for()
    page.context.close()


@pytest.mark.parametrize(("system", "chosen", "ground"), [("dark", "light", LIGHT), ("light", "dark", DARK)])
def test_a_theme_chosen_by_hand_is_kept(browser: Any, server: RealServer, system: str, chosen: str, ground: str) -> None:
    page = opened(browser, server, locale="en-GB", color_scheme=system)
    grounds = "[document.documentElement, document.getElementById('page')].map((one) => getComputedStyle(one).backgroundColor)"
    other = DARK if ground == LIGHT else LIGHT
    assert page.evaluate(grounds) == [other, other]
    page.locator("select.theme").select_option(chosen)
    assert page.evaluate(grounds) == [ground, ground]
    page.reload()
    page.locator(".options select").first.wait_for()
    assert page.evaluate(grounds) == [ground, ground]
    page.locator("select.theme").select_option("auto")
    assert page.evaluate(grounds) == [other, other]
    page.context.close()


def test_what_the_server_refuses_is_told_in_the_language_of_the_page(browser: Any, server: RealServer, tmp_path: Path) -> None:
    page = opened(browser, server, locale="ja-JP")
    no_video = tmp_path / "no video.mp4"
    no_video.write_bytes(b"these are only words")
    page.set_input_files(".drop input", str(no_video))
    page.get_by_text("動画または音声として読み取れないファイルです").first.wait_for()
    page.context.close()
