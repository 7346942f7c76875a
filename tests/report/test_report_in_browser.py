"""The report in a real browser, from the disk: seen, clicked, typed at."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.pages import LOCALES, THEMES, axe_findings, left_in_english
from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import Segment
from video_pipeline.media.font_file import cjk
from video_pipeline.report.viewer import View, render_page, view_data

Media = Callable[[str], Path]
TIME = "document.querySelector('video-moments').store.time_s"


@pytest.fixture(scope="module")
def folder(evening: View, media: Media, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with its video beside it."""
    folder = tmp_path_factory.mktemp("report")
    shutil.copy(media("long"), folder / "long.mp4")
    (folder / "report.html").write_text(render_page(view_data(evening)), encoding="utf-8")
    return folder


@pytest.fixture
def page(folder: Path, browser: Any) -> Iterator[Any]:
    yield from opened(browser, folder / "report.html")


def opened(browser: Any, path: Path, **context: Any) -> Iterator[Any]:
    """The page at `path`; it fails the test where a script of it fails, or where it asks for anything over a network."""
    settings = {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", "reduced_motion": "reduce", **context}
    surroundings = browser.new_context(**settings)
    page = surroundings.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: wrong.append(request.url) if request.url.startswith(("http:", "https:")) else None)
    page.goto(path.as_uri())
    page.wait_for_selector(".card")
    yield page
    surroundings.close()
    assert not wrong


def test_what_was_said_and_heard_is_there(page: Any) -> None:
    assert page.locator("h1").inner_text() == "an evening.mp4"
    rows = page.locator(".transcript .row").all_inner_texts()
    assert len(rows) == 4
    assert "My robot told a joke </script><b>" in rows[1]
    assert "happy" in rows[1]
    assert "laughter 2.0 s" in rows[3]


def test_a_link_names_the_time_to_begin_at(folder: Path, browser: Any) -> None:
    for page in opened(browser, folder / "report.html"):
        page.goto((folder / "report.html").as_uri() + "#t=3.5")
        page.wait_for_function(f"{TIME} === 3.5")
        page.evaluate("location.hash = '#t=0:02'")
        page.wait_for_function(f"{TIME} === 2")


@pytest.mark.parametrize("tag", LOCALES)
def test_the_page_speaks_the_readers_language_alone(folder: Path, browser: Any, tag: str) -> None:
    for page in opened(browser, folder / "report.html", locale=LOCALES[tag]):
        assert left_in_english(page) == []
        page.keyboard.press("?")
        page.locator("dialog").wait_for()
        assert left_in_english(page) == []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(folder: Path, browser: Any, theme: str, width: int) -> None:
    size = {"width": width, "height": 800}
    for page in opened(browser, folder / "report.html", color_scheme=theme, bypass_csp=True, viewport=size):
        assert axe_findings(page) == []


def test_the_reasons_add_up(page: Any) -> None:
    assert page.locator(".card .score").inner_text() == "40"
    assert page.locator(".reason b").all_inner_texts() == ["+30.0", "+16.0", "−6.0", "40.0"]
    right = page.locator(".reason .track i").evaluate_all("bars => bars.map(bar => bar.offsetLeft + bar.offsetWidth)")
    left = page.locator(".reason .track i").evaluate_all("bars => bars.map(bar => bar.offsetLeft)")
    assert left[1] == pytest.approx(right[0], abs=2)
    assert left[2] == pytest.approx(right[3], abs=2)  # what counts against ends where the score ends


def test_a_click_on_a_line_a_word_and_the_timeline_seeks(page: Any) -> None:
    page.locator(".row.said").nth(1).locator(".stamp").click()
    assert page.evaluate(TIME) == pytest.approx(10.0)
    row = page.locator(".row.said").nth(2)
    row.hover()
    row.locator(".word").nth(1).click()
    assert page.evaluate(TIME) == pytest.approx(20.0 + 2 / 7, abs=0.02)
    box = page.locator("canvas.top").bounding_box()
    page.mouse.click(box["x"] + 84 + (box["width"] - 86) / 2, box["y"] + 20)
    assert page.evaluate(TIME) == pytest.approx(20.0, abs=0.2)


def test_subtitles_follow_the_word(page: Any) -> None:
    page.evaluate("document.querySelector('video-moments').player.seek(10.2)")
    assert page.locator(".captions").inner_text() == "My robot told a joke </script><b>"
    assert page.locator(".captions .now").all_inner_texts() == ["My"]
    assert page.locator(".row.current .word.now").all_inner_texts() == ["My"]
    page.keyboard.press("c")
    assert page.locator(".captions").is_hidden()


def test_the_keyboard(page: Any) -> None:
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowLeft")
    assert page.evaluate(TIME) == pytest.approx(9.0)
    page.keyboard.press("]")
    page.keyboard.press("p")
    page.wait_for_function(f"{TIME} > 9.05")
    assert page.locator(".card.selected").count() == 1
    page.keyboard.press("k")
    assert page.evaluate("document.querySelector('video-moments').player.video.paused")
    page.keyboard.press("j")
    page.wait_for_function(f"{TIME} < 8.9")
    page.keyboard.press(" ")
    page.keyboard.press("?")
    assert page.get_by_role("dialog").is_visible()
    page.keyboard.press("Escape")
    page.locator("input[type=search]").fill("nobody")
    assert page.locator(".transcript .row:visible").count() == 1


def test_a_finding_leads_to_its_cue(page: Any) -> None:
    page.get_by_role("tab", name="Checks").click()
    page.locator(".finding").click()
    assert page.evaluate(TIME) == pytest.approx(10.01)


def test_without_a_video_it_says_so_and_takes_one(folder: Path, browser: Any, evening: View, tmp_path: Path) -> None:
    alone = tmp_path / "report.html"
    alone.write_text(render_page(view_data(evening)), encoding="utf-8")
    for page in opened(browser, alone):
        page.locator(".message").wait_for()
        assert "was not found beside this page" in page.locator(".message").inner_text()
        page.locator(".row.said").nth(1).locator(".stamp").click()
        assert page.locator(".captions").inner_text().startswith("My robot")
        page.set_input_files(".message input", str(folder / "long.mp4"))
        page.wait_for_function("document.querySelector('video-moments').player.video.duration > 39")
        assert page.locator(".message").is_hidden()


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_nothing_is_cut_off_on_a_phone_and_all_text_can_be_read(folder: Path, browser: Any, scheme: str) -> None:
    for page in opened(browser, folder / "report.html", viewport={"width": 390, "height": 844}, color_scheme=scheme):
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        assert page.evaluate(CONTRASTS) == []


def test_two_hours_are_there_at_once(browser: Any, evening: View, tmp_path: Path) -> None:
    """Every line can be found, yet only those in sight are laid out."""
    segments = tuple(
        Segment(3.6 * k, 3.6 * k + 3, f"Line {k} of a long evening, with a few more words in it.", tokens=(), language="en")
        for k in range(2000)
    )
    long = replace(evening, transcript=replace(evening.transcript, segments=segments))
    path = tmp_path / "long.html"
    path.write_text(render_page(view_data(long)), encoding="utf-8")
    for page in opened(browser, path):
        assert page.locator(".row.said").count() == 2000
        page.evaluate("document.querySelector('video-moments').player.store.setTime(3.6 * 1500 + 1)")
        root = "document.querySelector('video-moments').shadowRoot"
        page.wait_for_function(f"{root}.querySelector('.rows').scrollTop > 20000")
        page.wait_for_function(f"{root}.querySelector('.row.current').innerText.startsWith('1:30:00')")  # laid out once in sight
        assert page.locator(".row.current").is_visible()


CONTRASTS = """() => {
  const parsed = (text) => { const c = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    c.fillStyle = text; c.fillRect(0, 0, 1, 1); const d = c.getImageData(0, 0, 1, 1).data; return [d[0], d[1], d[2], d[3]]; };
  const lum = ([r, g, b]) => { const f = (v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
    return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b); };
  const ground = (e) => { for (let n = e; n; n = n.parentElement ?? n.getRootNode().host) {
      const c = parsed(getComputedStyle(n).backgroundColor); if (c[3] > 250) return c; } return [0, 0, 0, 255]; };
  const bad = [];
  const root = document.querySelector('video-moments').shadowRoot;
  for (const e of root.querySelectorAll('*')) {
    if (e.closest('.stage, svg, .poster') || !e.checkVisibility()) continue;
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own) continue;
    const a = lum(parsed(getComputedStyle(e).color)), b = lum(ground(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) bad.push([e.className, e.textContent.slice(0, 20), ratio.toFixed(2)]);
  }
  return bad;
}"""


@pytest.mark.skipif(not cjk(), reason="the package noto-cjk-sans-otc is not installed")
def test_east_asian_letters_come_with_the_report(evening: View, tmp_path: Path, browser: Any) -> None:
    said = Segment(0.5, 2.0, "大家晚上好", language=Language.ZH)
    content = render_page(view_data(replace(evening, transcript=replace(evening.transcript, segments=(said,)))))
    (tmp_path / "report.html").write_text(content, encoding="utf-8")
    for page in opened(browser, tmp_path / "report.html"):
        assert "大家晚上好" in page.locator(".transcript .row").first.inner_text()
        page.wait_for_function("[...document.fonts].some((font) => font.family === 'Letters' && font.status === 'loaded')")
