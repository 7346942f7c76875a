"""The page of the clips: it stands alone, escapes what it shows, and names every file beside it."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from tests.pages import LOCALES, THEMES, axe_findings, left_in_english, without_letters
from video_pipeline.clips import EXPORTS
from video_pipeline.clips.base import ClipJob, ClipOptions, MadeClip, SourceVideo
from video_pipeline.core.clip import Clip, Reason
from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import AudioEvent
from video_pipeline.media.probe import probe

NASTY = "</script><img src=x onerror=alert(1)> \"'&"
BEST = Clip(
    3.0,
    5.0,
    80.0,
    NASTY,
    reasons=(Reason("laughter", 1.0, 1.0, 70.0), Reason("silence", 1.0, -0.3, -2.0)),
    why="a laugh of 1.0 s",
)
OTHER = Clip(0.5, 1.5, 60.0, "小さな")


class Page(HTMLParser):
    """Tags with their attributes, and what is in scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def linked(self) -> set[str]:
        names = [more.get(key) for _, more in self.tags for key in ("src", "href", "poster", "data-src")]
        return {unquote(name) for name in names if name}


@pytest.fixture
def page(media: Any, tmp_path: Path) -> str:
    cues = (
        Cue(2.5, 4.0, (f"Said {NASTY}", "on two lines"), language=Language.EN, emotion=Emotion.HAPPY),
        Cue(4.5, 6.0, ("later",), language=Language.EN),
        Cue(3.1, 3.6, (), sound=Sound.LAUGHTER),
    )
    laugh = AudioEvent(3.5, 4.0, Sound.LAUGHTER, 0.9)
    source = SourceVideo(info=probe(media("colours")), events=(laugh,), cues=cues)
    asked = ClipJob(source=source, clips=(BEST, OTHER), folder=tmp_path, options=ClipOptions())
    for number, ends in enumerate((("mp4", "srt", "jpg", "webp"), ("mp4", "edited-1.srt"))):
        for end in ends:
            (tmp_path / f"{asked.stem(number)}.{end}").write_text("x")
    cut = {0: MadeClip(path=tmp_path / f"{asked.stem(0)}.mp4", span=Span(3.0, 5.0), size_px=(90, 160))}
    for folder in ("hooked", "tightened"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{asked.stem(0)}.mp4").write_text("x")
    (tmp_path / "timelines").mkdir()
    (tmp_path / "timelines/highlights.edl").write_text("x")
    (made,) = EXPORTS.load("gallery")().export(asked, cut).files
    assert made.name == "index.html"
    return made.read_text(encoding="utf-8")


def data_of(page: str) -> Any:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page)
    assert found is not None
    return json.loads(found[1])


def test_it_links_what_lies_beside_it_and_nothing_else(page: str, tmp_path: Path) -> None:
    linked = Page(page).linked()
    there = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert linked == there - {"index.html", next(name for name in there if "edited" in name)}
    assert not re.search(r"https?://|@import|url\((?!data:)", page)


def test_what_people_say_is_text(page: str) -> None:
    tags = Page(page).tags
    assert not [more for tag, more in tags if tag == "img" and more.get("src") == "x"]
    assert len([tag for tag, _ in tags if tag == "script"]) == 2
    assert NASTY in [clip["title"] for clip in data_of(page)["clips"]]


def test_cues_run_on_the_clips_clock(page: str) -> None:
    first, second = (clip["cues"] for clip in data_of(page)["clips"])
    assert [(cue["from"], cue["to"]) for cue in first] == [(0.0, 1.0), (1.5, 2.0)]
    assert first[0]["felt"] == "happy"
    assert "felt" not in first[1]
    assert second == []


def test_sounds_reasons_and_the_clips_shape(page: str) -> None:
    assert "aspect-ratio: 90 / 160" in page
    assert "left: 25.00%; width: 25.00%" in page
    assert "70.0" in page
    assert "silence" not in page.partition("<script")[0]  # took points, and earned none
    assert 'class="cards tall"' in page


def test_sound_alone_has_players_for_sound(media: Any, tmp_path: Path) -> None:
    asked = ClipJob(source=SourceVideo(info=probe(media("sound"))), clips=(OTHER,), folder=tmp_path, options=ClipOptions())
    (tmp_path / f"{asked.stem(0)}.m4a").write_text("x")
    (made,) = EXPORTS.load("gallery")().export(asked, {}).files
    tags = [tag for tag, _ in Page(made.read_text(encoding="utf-8")).tags]
    assert "audio" in tags
    assert "video" not in tags


def test_clips_are_chosen_and_the_choice_is_remembered(page: str, tmp_path: Path, browser: Any) -> None:
    address = (tmp_path / "index.html").as_uri()
    surroundings = browser.new_context(locale="en-GB", accept_downloads=True)
    window = surroundings.new_page()
    wrong: list[str] = []
    window.on("pageerror", lambda error: wrong.append(str(error)))
    window.goto(address)
    count, cards = window.locator("#count"), window.locator(".card")
    assert count.inner_text() == "None of 2 kept yet"
    assert window.locator("#save").is_disabled()
    window.keyboard.press("j")
    window.keyboard.press("y")
    assert count.inner_text() == "1 of 2 kept, 0:02"
    assert cards.first.locator(".y").get_attribute("aria-pressed") == "true"
    window.keyboard.press("j")
    window.keyboard.press("n")
    assert "no" in str(cards.nth(1).get_attribute("class")).split()
    window.locator("#order").select_option("start_s")
    assert cards.first.get_attribute("data-number") == "1"
    window.reload()
    assert count.inner_text() == "1 of 2 kept, 0:02"
    with window.expect_download() as arriving:
        window.locator("#save").click()
    record = json.loads(Path(arriving.value.path()).read_text(encoding="utf-8"))
    assert [clip["title"] for clip in record["clips"]] == [NASTY]
    window.locator("details.said summary").click()
    said = window.locator(".words button").first
    assert said.locator("time").inner_text() == "0:00"
    assert said.locator("em").inner_text() == "happy"
    assert said.inner_text().endswith(f"Said {NASTY}\non two lines")
    surroundings.close()
    assert not wrong


@pytest.mark.parametrize("tag", LOCALES)
def test_the_page_speaks_the_readers_language_alone(page: str, tmp_path: Path, browser: Any, tag: str) -> None:
    window = browser.new_page(locale=LOCALES[tag])
    window.goto((tmp_path / "index.html").as_uri())
    assert window.locator("html").get_attribute("lang") == tag
    assert left_in_english(window) == []
    assert without_letters(window, tag) <= set(OTHER.title)
    assert not re.findall("[A-Za-z]{3,}", window.locator(".bar").inner_text())
    assert "happy" not in window.locator(".words").first.evaluate("words => words.textContent")
    window.close()


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing(page: str, tmp_path: Path, browser: Any, theme: str) -> None:
    context = browser.new_context(color_scheme=theme, locale="en-GB", bypass_csp=True)
    window = context.new_page()
    window.goto((tmp_path / "index.html").as_uri())
    for one in window.locator("details").all():
        one.evaluate("details => { details.open = true; }")
    window.keyboard.press("j")
    window.keyboard.press("y")
    assert axe_findings(window) == []
    context.close()
