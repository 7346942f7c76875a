"""`demo`, and the completion of the shell."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from video_pipeline.cli import demo
from video_pipeline.speech import choose
from video_pipeline.speech.base import Availability

PROGRAM = [sys.executable, "-c", "from video_pipeline.cli import main; main()"]


def test_the_demo_without_a_model(cli: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = {"sensevoice": Availability(False, "torch is not installed")}
    monkeypatch.setattr(choose, "availabilities", lambda options: refused)
    ran = cli("demo", "--out", tmp_path / "out", "--no-open", "--copy")
    assert ran.code == 0, ran.err
    assert "torch is not installed" in ran.err
    report = tmp_path / "out" / "sample" / "report.html"
    assert report.is_file() and f"open {report}" in ran.out
    assert (tmp_path / "out" / "sample.mp4").is_file() and list((tmp_path / "out/sample/clips").glob("*.mp4"))


def test_the_demo_takes_the_model_where_it_can_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "availabilities", lambda options: {"sensevoice": Availability(True, "")})
    chosen = demo.choose_demo()
    assert chosen.video.name == "demo.mp4" and chosen.video.is_file()
    assert chosen.overrides == {"engine": "sensevoice", "model": "demo"}


@pytest.mark.parametrize(
    ("typed", "offered"), [("video-pipeline su", "subtitles"), ("video-pipeline subtitles --be", "--beside")]
)
def test_the_shell_completes_commands_and_flags(typed: str, offered: str) -> None:
    words = {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split()) - 1), "_VIDEO_PIPELINE_COMPLETE": "complete_bash"}
    code = f"import sys; sys.argv = ['video-pipeline']\n{PROGRAM[2]}"
    ran = subprocess.run([sys.executable, "-c", code], env={**os.environ, **words}, capture_output=True, text=True, timeout=120)
    assert offered in ran.stdout.splitlines(), ran.stderr


def test_help_offers_completion(cli: Callable[..., Any]) -> None:
    assert "--install-completion" in cli("--help").out
