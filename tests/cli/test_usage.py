"""Files whose names look like flags."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from video_pipeline.cli.usage import like_files, with_files_marked

CUES = "1\n00:00:01,000 --> 00:00:03,000\nHello there.\n\n"


def test_only_files_that_are_there_are_marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("-lead.srt", "--help.mp4", "-two\nlines.srt"):
        (tmp_path / name).write_text(CUES)
    given = ["qc", "-lead.srt", "--help.mp4", "-two\nlines.srt", "-l", "en", "-absent.srt", "--", "-lead.srt"]
    marked = ["qc", "./-lead.srt", "./--help.mp4", "./-two\nlines.srt", "-l", "en", "-absent.srt", "--", "-lead.srt"]
    assert with_files_marked(given) == marked
    assert like_files(["-absent.srt", "--set=a.srt", "-1.5", "-p", "talk.mp4", "--", "-other.srt"]) == ["-absent.srt"]


def test_a_leading_dash_is_no_flag(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any]) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "-lead.srt").write_text(CUES)
    checked = cli("qc", "-lead.srt")
    assert checked.code == 0 and "-lead.srt: 1 cue" in checked.out


@pytest.mark.parametrize("command", ["qc", "subtitles", "events"])
def test_an_absent_one_is_told_how_to_be_named(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = cli(command, "-lead.mp4")
    assert ran.code == 2 and "./-lead.mp4" in ran.err
