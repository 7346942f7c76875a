"""The page: one document that loads nothing, its files one by one, the same inside Gradio."""

from __future__ import annotations

import io
import re
from pathlib import Path
from urllib.parse import urljoin

import pytest
from fontTools.ttLib import TTFont
from starlette.testclient import TestClient

from video_pipeline import ui
from video_pipeline.core.extras import MissingPackage
from video_pipeline.core.felt_names import felt_names
from video_pipeline.media.web_font import is_asian
from video_pipeline.web import gradio_page
from video_pipeline.web.app import create_app
from video_pipeline.web.page import interface_letters
from video_pipeline.web.settings import ServerOptions

ADDRESS = "http://127.0.0.1"


def test_the_page_is_one_answer(tmp_path: Path) -> None:
    with TestClient(create_app(ServerOptions(tmp_path)), base_url=ADDRESS) as client:
        first = client.get("/")
        assert first.status_code == 200
        assert first.headers["content-type"].startswith("text/html")
        assert "default-src 'self'" in first.headers["content-security-policy"]
        assert client.get("/", headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    assert not re.search(r"""(?:src|href)=["'](?!data:)|@import|\bimport\b.*\bfrom\b""", first.text)
    assert len(first.content) < 200_000


def test_the_files_of_the_page_are_served_under_the_paths_that_they_import(tmp_path: Path) -> None:
    with TestClient(create_app(ServerOptions(tmp_path)), base_url=ADDRESS) as client:
        seen, wanted = set(), {"/ui/site/index.html"}
        while wanted:
            address = wanted.pop()
            seen.add(address)
            answer = client.get(address)
            assert answer.status_code == 200, address
            named = re.findall(r"""(?:from |^import |src=|href=)"([^"#]+)["#]""", answer.text, re.MULTILINE)
            wanted |= {urljoin(address, name) for name in named if name.startswith(".") or "index.html" in address} - seen
        assert {"/ui/shared/times.js", "/ui/viewer/element.js", "/ui/viewer/panels.css", "/ui/site/page.css"} <= seen
        assert client.get("/ui/site/page.js").headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize("path", ["bundle.py", "../report/viewer.py", "%2e%2e/options.py", "site", "site/missing.js"])
def test_nothing_else_is_served_beside_them(path: str, tmp_path: Path) -> None:
    with TestClient(create_app(ServerOptions(tmp_path)), base_url=ADDRESS) as client:
        assert client.get(f"/ui/{path}").status_code == 404


@pytest.mark.parametrize("tag", ["zh-Hans", "zh-Hant", "ja", "ko"])
def test_every_letter_of_the_interface_can_be_drawn_on_any_machine(tag: str, tmp_path: Path) -> None:
    with TestClient(create_app(ServerOptions(tmp_path)), base_url=ADDRESS) as client:
        answer = client.get(f"/letters/{tag}.woff")
        assert answer.status_code == 200 and answer.headers["content-type"] == "font/woff"
        assert client.get("/letters/de.woff").status_code == 404
    with TTFont(io.BytesIO(answer.content)) as font:
        known = set(font.getBestCmap())
    texts = [(ui.FOLDER / part / "texts" / f"{tag}.json").read_text(encoding="utf-8") for part in ("shared", "site")]
    needed = {ord(letter) for letter in "".join([*texts, *felt_names()[tag].values()]) if is_asian(letter)}
    assert len(needed) > 100 and needed <= known


@pytest.mark.parametrize(
    "tag, dates",
    [
        ("zh-Hans", "上午 2026年1月1日"),
        ("zh-Hant", "凌晨 清晨 早上 上午 中午 下午 晚上"),
        ("ja", "午前 午後 年月日"),
        ("ko", "오전 오후 년 월 일"),
    ],
)
def test_dates_as_the_browser_writes_them_can_be_drawn(tag: str, dates: str) -> None:
    with TTFont(io.BytesIO(interface_letters(tag))) as font:
        assert {ord(letter) for letter in dates if is_asian(letter)} <= set(font.getBestCmap())


def test_gradio_shows_the_page_and_takes_nothing() -> None:
    pytest.importorskip("gradio")
    blocks = gradio_page.build()
    assert blocks.analytics_enabled is False
    config = blocks.get_config_file()
    assert [part["type"] for part in config["components"]] == ["html"] and config["dependencies"] == []


def test_gradio_is_there_when_it_is_asked_for(tmp_path: Path) -> None:
    pytest.importorskip("gradio")
    with TestClient(create_app(ServerOptions(tmp_path)), base_url=ADDRESS) as client:
        answer = client.get("/gradio/")
        assert answer.status_code == 200
        assert "gradio" in answer.text
        assert client.get("/gradio/config").json()["title"] == "video_pipeline"


def test_without_gradio_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "gradio", None)
    with pytest.raises(MissingPackage, match=r"emotion-subtitles\[gradio\]"):
        gradio_page.build()
