"""The Tab key in the values of flags."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from video_pipeline.cli.completion import presets, settings, values_of

AS_THE_SHELL_CALLS_IT = "import sys; sys.argv[0] = 'video-pipeline'; from video_pipeline.cli import main; main()"


@pytest.mark.parametrize(
    ("flag", "typed", "offered"),
    [
        ("engine", "sen", ["sensevoice"]),
        ("cut", "s", ["smart"]),
        ("formats", "srt,vt", ["srt,vtt"]),
        ("translator", "lo", ["local"]),
        ("top", "", []),
        ("transcript", "", []),
        ("speaker_names", "", []),
    ],
)
def test_values_of_options(flag: str, typed: str, offered: list[str]) -> None:
    assert values_of(flag)(typed) == offered


def test_presets_and_options_by_name() -> None:
    assert presets("net") == ["netflix", "netflix-child"]
    assert "subtitles.lines=" in settings("subtitles.li")


@pytest.mark.parametrize(("shell", "words"), [("bash", "talk.mp4 --preset talk-"), ("fish", "talk.mp4 -p talk-")])
def test_a_shell_is_answered(shell: str, words: str) -> None:
    line = f"video-pipeline highlights {words}"
    typed = {"COMP_WORDS": line, "COMP_CWORD": "4", "_TYPER_COMPLETE_ARGS": line, "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    environment = {**os.environ, **typed, "_VIDEO_PIPELINE_COMPLETE": f"complete_{shell}"}
    answered = subprocess.run(
        [sys.executable, "-c", AS_THE_SHELL_CALLS_IT], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert answered.stdout.split() == ["talk-show"]
