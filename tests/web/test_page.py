"""The page: it can be built, tells what it does while it works, and says errors in words."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from video_pipeline.media.ffmpeg import find_ffmpeg
from video_pipeline.web import page


@pytest.fixture(scope="module")
def short(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first seconds of the sample."""
    path = tmp_path_factory.mktemp("short") / "short one.mp4"
    line = [find_ffmpeg(), "-v", "error", "-i", str(sample), "-t", "5", "-vf", "scale=160:-2", "-preset", "ultrafast", str(path)]
    subprocess.run(line, check=True, timeout=60)
    return path


@pytest.fixture
def draft(tmp_path: Path) -> str:
    """A preset for a machine without weights."""
    path = tmp_path / "draft.toml"
    path.write_text('[speech]\nengine = "draft"\n')
    return str(path)


def test_status_lines_then_everything_made(short: Path, draft: str, tmp_path: Path) -> None:
    *told, (status, shown, overview, clips, files) = page.run(str(short), draft, "auto", "text", tmp_path / "out")
    said = [line[0] for line in told]
    assert any("listen" in line for line in said) and any("%" in line for line in said)
    assert all(rest == [None] * 4 for _, *rest in told)
    assert not status.startswith("Error"), status
    assert shown == (str(short), str(tmp_path / "out/short one/short one.srt"))
    assert overview.lstrip().startswith("<svg")
    assert clips == [path for path in files if path.endswith((".mp4", ".m4a"))]
    assert all(Path(path).is_file() for path in files)
    assert {"short one.srt", "short one.ass", "report.html"} <= {Path(path).name for path in files}


def test_no_video_yet(tmp_path: Path) -> None:
    assert [line[0] for line in page.run(None, "default", "auto", "text", tmp_path)] == ["Choose a video first."]


@pytest.mark.parametrize(("name", "words"), [("no-audio", "has no audio track"), ("silent", "nothing to write")])
def test_an_error_is_a_sentence(media: Any, draft: str, tmp_path: Path, name: str, words: str) -> None:
    *_, (status, *rest) = page.run(str(media(name)), draft, "auto", "text", tmp_path / "out")
    assert status.startswith("Error: ") and words in status
    assert rest == [None] * 4


def test_an_unknown_preset_is_a_sentence(media: Any, tmp_path: Path) -> None:
    *_, (status, *_rest) = page.run(str(media("tone")), "talk-shaw", "auto", "text", tmp_path / "out")
    assert "did you mean 'talk-show'" in status


def test_a_defect_is_told_and_does_not_hang(media: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(page, "process", broken)
    monkeypatch.setattr("threading.excepthook", lambda _: None)
    *_, (status, *_rest) = page.run(str(media("tone")), "default", "auto", "text", tmp_path / "out")
    assert status.startswith("Error: ")


def test_the_page_can_be_built_and_offers_every_choice(tmp_path: Path) -> None:
    pytest.importorskip("gradio")
    config = page.build(tmp_path).get_config_file()
    choices = {
        part["props"]["label"]: [value for _, value in part["props"]["choices"]]
        for part in config["components"]
        if part["props"].get("choices")
    }
    assert choices["Labels"][:3] == ["text", "emoji", "none"]
    assert "default" in choices["Preset"] and "auto" in choices["Language"]


def test_the_page_tells_nobody_that_it_runs(tmp_path: Path) -> None:
    pytest.importorskip("gradio")
    assert page.build(tmp_path).analytics_enabled is False


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    import socket

    from video_pipeline.core.errors import PipelineError

    pytest.importorskip("gradio")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PipelineError, match=str(port)):
            page.serve(port, tmp_path)


def test_without_gradio_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from video_pipeline.core.errors import EngineUnavailable

    monkeypatch.setitem(sys.modules, "gradio", None)
    with pytest.raises(EngineUnavailable, match="pip install"):
        page.build(tmp_path)
