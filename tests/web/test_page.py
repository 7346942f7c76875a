"""The page: one document that loads nothing, texts for all it says, the same inside Gradio."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from video_pipeline.report.viewer.page import FOLDER
from video_pipeline.speech.errors import EngineUnavailable
from video_pipeline.web import gradio_page, page
from video_pipeline.web.app import create_app
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


def test_every_module_of_the_page_is_in_the_table_after_what_it_imports() -> None:
    assert sorted(page.MODULES) == sorted(path.name for path in page.SITE.glob("*.js"))
    for number, name in enumerate(page.MODULES):
        for wanted in re.findall(r'from "\./([^"]+)"', (page.SITE / name).read_text(encoding="utf-8")):
            assert wanted in page.MODULES[:number] or (FOLDER / wanted.removeprefix("viewer/")).is_file(), (name, wanted)


def test_the_page_is_made_of_files_that_can_be_read_at_once() -> None:
    long = [path.name for path in page.SITE.iterdir() if len(path.read_text(encoding="utf-8").splitlines()) > 300]
    assert not long


@pytest.mark.parametrize("folder", [FOLDER, page.SITE], ids=["viewer", "page"])
def test_all_that_is_said_is_in_the_table(folder: Path) -> None:
    rows = re.compile(r'^  "?([\w ]+)"?: \[\s*"((?:[^"\\]|\\.)*)",\s*"((?:[^"\\]|\\.)*)",?\s*\]', re.MULTILINE)
    table = {row[0]: row[1:] for f in (FOLDER, page.SITE) for row in rows.findall((f / "texts.js").read_text(encoding="utf-8"))}
    assert len(table) > 120
    said = {name for path in folder.glob("*.js") for name in re.findall(r'\bsay\("([\w ]+)"', path.read_text(encoding="utf-8"))}
    assert said
    assert said <= table.keys()
    for english, chinese in table.values():
        assert english and chinese
        assert sorted(re.findall(r"\{\w+\}", english)) == sorted(re.findall(r"\{\w+\}", chinese))


def test_gradio_shows_the_chosen_video() -> None:
    pytest.importorskip("gradio")
    blocks = gradio_page.build(lambda: [("talk.mp4", "abc123")])
    assert blocks.analytics_enabled is False
    choices = [part["props"].get("choices") for part in blocks.get_config_file()["components"] if part["type"] == "dropdown"]
    assert choices == [[("talk.mp4", "abc123")]]
    assert 'src="/#/v/abc123"' in gradio_page.framed("abc123")
    assert "<script>" not in gradio_page.framed('"><script>')


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
    with pytest.raises(EngineUnavailable, match="pip install"):
        gradio_page.build(list)
