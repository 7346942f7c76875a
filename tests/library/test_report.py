"""The page and the table about a whole library."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.pages import LOCALES, THEMES, axe_findings, left_in_english, without_letters
from video_pipeline.core.errors import CannotWrite
from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.library.catalogue import catalogue
from video_pipeline.library.index import index
from video_pipeline.library.records import Outcome, VideoJob
from video_pipeline.library.report import write_report
from video_pipeline.media.errors import NotMedia


def written(made: Any, page: Path | None = None) -> tuple[str, list[dict[str, Any]]]:
    """The page's text and the table's rows."""
    with catalogue(made.out) as book, index(made.out) as searched:
        searched.refresh(book)
        target, table = write_report(book, searched, page or made.out / "library.html")
    return target.read_text(encoding="utf-8"), [json.loads(line) for line in table.read_bytes().splitlines()]


def data(page: str) -> Any:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_the_table_has_a_line_for_every_video(talks: Any) -> None:
    _, rows = written(talks)
    assert [(Path(row["source"]).name, row["state"]) for row in rows] == [
        ("broken.mp4", "failed"), ("climate talk.mp4", "done"), ("show.mp4", "done"),
    ]  # fmt: skip
    talk = rows[1]
    assert talk["events"] == {"applause": 2, "laughter": 1}
    assert talk["event_s"] == {"applause": 11.0, "laughter": 3.0}
    assert talk["emotion_s"] == {"happy": 4.0, "sad": 4.0, "neutral": 3.0}
    assert talk["best"] == [80.0, 9.0, "Faster than we thought"]
    assert (rows[0]["error"], rows[0]["error_type"]) == ("moov atom not found", "ValueError")
    assert {row["schema_version"] for row in rows} == {1}


def test_the_page_holds_all_it_shows(talks: Any) -> None:
    page, _ = written(talks)
    shown = data(page)
    assert (shown["totals"]["done"], shown["totals"]["failed"], shown["totals"]["clips"]) == (2, 1, 5)
    assert [moment["score"] for moment in shown["best"]] == [80, 60, 55, 40]
    assert set(shown["sounds"]) == {"laughter", "applause"}
    assert "happy" in shown["emotions"]
    assert not re.search(r'(?:src|href)="(?!#)|https?://(?!www\.w3\.org)|@import|url\((?!data:)', page)


def test_links_lead_to_results_wherever_the_page_lies(talks: Any, tmp_path: Path) -> None:
    folder = talks.out / "climate talk"
    (folder / "report.html").touch()
    talks.cut(folder, "01_Faster-than-we-thought_80.mp4", "02_Another-of-that-score_80.mp4")
    best = data(written(talks)[0])["best"][0]
    assert (best["page"], best["clip"]) == ("climate%20talk/report.html", "climate%20talk/clips/01_Faster-than-we-thought_80.mp4")
    elsewhere = data(written(talks, tmp_path / "pages" / "all.html")[0])["best"][0]
    assert elsewhere["page"] == "../out/climate%20talk/report.html"


def test_names_and_errors_cannot_break_out_of_the_page(made: Any) -> None:
    evil = "</script><script>alert(1)</script><!--DATA-->.mp4"
    made.add(Path(evil).name, [(0, 1, "<img src=x>", Language.EN, None)], (), [(0, 1, 50.0, "<b>bold</b> & \u2028")])
    made.fail("b.mp4", NotMedia(Path("b.mp4"), "<i>no</i>"))
    page, _ = written(made)
    assert page.count("<script") == 2
    assert "alert(1)</script>" not in page and "<img" not in page and "<b>bold" not in page and "<i>no" not in page
    assert data(page)["best"][0]["title"] == "<b>bold</b> & \u2028"


def test_without_emotions_there_is_no_word_of_them(made: Any) -> None:
    made.add("a.mp4", [(0, 2, "Well.", Language.EN, None)], [(1, 2, Sound.LAUGHTER)])
    page, rows = written(made)
    assert data(page)["emotions"] == {}
    assert not any(emotion in json.dumps(data(page)) for emotion in Emotion)
    assert rows[0]["emotion_s"] == {}


def test_an_empty_library_has_a_page(made: Any) -> None:
    with catalogue(made.out):
        pass
    page, rows = written(made)
    assert data(page)["videos"] == rows == []


def test_a_place_that_refuses(talks: Any, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotWrite):
        written(talks, tmp_path / "file" / "page.html")


def test_the_page_in_a_browser(talks: Any, browser: Any) -> None:
    written(talks)
    page = browser.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto((talks.out / "library.html").as_uri())
    names = page.locator(".video .name")
    assert names.all_inner_texts() == ["broken.mp4", "climate talk.mp4", "show.mp4"]
    assert page.locator(".tile b").first.inner_text() == "3"
    assert page.locator(".kind summary").inner_text().split() == ["1", "value", "error"]
    assert page.locator(".card .score").all_inner_texts() == ["80", "60", "55", "40"]
    page.get_by_label("Filter videos").fill("MOOV")
    assert names.all_inner_texts() == ["broken.mp4"]
    assert page.locator("h2 small").last.inner_text() == "1 of 3"
    page.get_by_label("Filter videos").fill("")
    page.get_by_label("Order").select_option(label="best moment first")
    assert names.first.inner_text() == "climate talk.mp4"
    page.get_by_label("Filter videos").fill("nothing of that name")
    assert page.locator(".none").is_visible()
    page.close()
    assert not wrong


@pytest.mark.parametrize("tag", LOCALES)
def test_the_page_speaks_the_readers_language_alone(talks: Any, browser: Any, tag: str) -> None:
    written(talks)
    page = browser.new_page(locale=LOCALES[tag])
    page.goto((talks.out / "library.html").as_uri())
    assert page.locator("html").get_attribute("lang") == tag
    assert left_in_english(page) == []
    stored = json.dumps({**json.loads(page.locator("#data").text_content()), "letters": {}}, ensure_ascii=False)
    assert without_letters(page, tag) <= set(stored)  # those have a font of their own
    known = set(re.findall("[A-Za-z]{3,}", stored))
    known |= {"video", "pipeline", "library", "retry", "min", "value"}
    assert set(re.findall("[A-Za-z]{3,}", page.locator("main").inner_text())) <= known
    page.close()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(talks: Any, browser: Any, theme: str, width: int) -> None:
    written(talks)
    context = browser.new_context(color_scheme=theme, locale="en-GB", bypass_csp=True, viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto((talks.out / "library.html").as_uri())
    for one in page.locator("details").all():
        one.evaluate("details => { details.open = true; }")
    assert axe_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_what_a_table_says_is_on_the_page_and_in_the_table(tmp_path: Path, made: Any, browser: Any) -> None:
    told = {"title": "Opening <night>", "year": "1999"}
    job = VideoJob(video=tmp_path / "a.mp4", out=made.out, goals=("subtitles",), metadata=told)
    with catalogue(made.out) as book:
        assert book.claim(job) and book.record(Outcome(job=job, error="broken", error_type="NotMedia"))
    _, rows = written(made)
    assert rows[0]["metadata"] == told
    shown = browser.new_page()
    shown.goto((made.out / "library.html").as_uri())
    assert "title: Opening <night>" in shown.locator("body").inner_text()
    shown.get_by_label("Filter videos").fill("1999")
    assert shown.locator(".video").count() == 1
    shown.close()


def test_a_page_of_very_many_videos_lists_the_first_of_them(made: Any, browser: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("video_pipeline.library.report.MOST_SHOWN", 4)
    for number in range(6):
        made.add(f"{number}.mp4", [(0, 2, "Well.", Language.EN, None)], [(1, 2, Sound.LAUGHTER)])
    for name in ("x.mp4", "y.mp4", "z.mp4"):
        made.fail(name, NotMedia(Path(name), "no"))
    page, rows = written(made)
    assert [video["name"] for video in data(page)["videos"]] == ["0.mp4", "1.mp4", "x.mp4", "y.mp4"]
    assert (len(rows), data(page)["laughs"], data(page)["totals"]["items"]) == (9, 6, 9)
    shown = browser.new_page()
    shown.goto((made.out / "library.html").as_uri())
    assert "5 more videos are not listed here; library.jsonl has a line for each." in shown.locator("body").inner_text()
    shown.close()
