"""Members of tables that come from other packages: real packages with entry points, seen by a process of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.importable import put_package
from video_pipeline.core.errors import BrokenExtension
from video_pipeline.core.registry import Registry
from video_pipeline.subtitles import FORMATS

ROOT = Path(__file__).parents[1]
SHOUT = """
class ShoutFormat:
    def render(self, cues, appearance):
        return "".join(" ".join(cue.lines).upper() + "\\n" for cue in cues)
"""
Install = Callable[..., Path]


@pytest.fixture
def installed(tmp_path: Path) -> Install:
    """Puts a package with entry points into a folder, as pip would."""

    def install(package: str, code: str, *points: str) -> Path:
        folder = tmp_path / "site"
        put_package(folder, package, code, *points)
        return folder

    return install


def command_line(folder: Path, *words: Any) -> subprocess.CompletedProcess[str]:
    code = "import sys; sys.argv[0] = 'video-pipeline'; from video_pipeline.cli import main; main()"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}
    line = [sys.executable, "-c", code, *map(str, words)]
    return subprocess.run(line, capture_output=True, text=True, env=environment, check=False)


def test_a_format_of_another_package_writes_a_file(
    installed: Install, media: Any, sample_transcript: Path, tmp_path: Path
) -> None:
    folder = installed("loud-subtitles", SHOUT, "[video_pipeline.formats]", "shout = loud_subtitles:ShoutFormat")
    out = tmp_path / "out"
    words = ["subtitles", media("long"), "-o", out, "--transcript", sample_transcript, "--set", "events.detectors=[]"]
    words += ["--set", "speech.other_video=true", "--set", "subtitles.formats=srt,shout"]
    done = command_line(folder, *words)
    assert done.returncode == 0, done.stderr
    (written,) = out.glob("*/*.shout")
    assert written.read_text(encoding="utf-8").isupper()
    assert written.with_suffix(".srt").is_file()


def test_a_suggestion_knows_names_of_other_packages(installed: Install, media: Any, tmp_path: Path) -> None:
    folder = installed("loud-subtitles", SHOUT, "[video_pipeline.formats]", "shout = loud_subtitles:ShoutFormat")
    done = command_line(folder, "subtitles", media("tone"), "-o", tmp_path / "out", "--formats", "shuot")
    assert done.returncode == 2
    assert "did you mean 'shout'" in done.stderr


def test_a_broken_package_is_named(installed: Install, media: Any, sample_transcript: Path, tmp_path: Path) -> None:
    folder = installed("bad-subtitles", "import nothing_like_this", "[video_pipeline.formats]", "bad = bad_subtitles:BadFormat")
    words = ["subtitles", media("long"), "-o", tmp_path / "out", "--transcript", sample_transcript]
    done = command_line(folder, *words, "--set", "events.detectors=[]", "--formats", "bad")
    assert done.returncode == 9
    assert "'bad' of the package bad-subtitles cannot be loaded" in done.stderr
    assert "nothing_like_this" in done.stderr and "Traceback" not in done.stderr


def table(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """The table of formats as a process sees it that starts now."""
    monkeypatch.syspath_prepend(str(folder))
    return Registry("subtitle format", {name: FORMATS[name] for name in FORMATS.built_in}, group="video_pipeline.formats")


def test_no_package_replaces_a_member(
    installed: Install, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    formats = table(installed("sly", SHOUT, "[video_pipeline.formats]", "srt = sly:ShoutFormat"), monkeypatch)
    assert formats.load("srt").__name__ == "SrtFormat"
    assert not caplog.messages
    assert tuple(formats) == formats.built_in
    assert caplog.messages == ["sly: the subtitle format 'srt' exists already in video_pipeline; ignored"]


def test_of_two_packages_with_one_name_the_first_counts(
    installed: Install, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for package in ("one", "two"):
        folder = installed(package, SHOUT, "[video_pipeline.formats]", f"shout = {package}:ShoutFormat")
    formats = table(folder, monkeypatch)
    assert "shout" in formats and len(formats) == len(formats.built_in) + 1
    assert formats["shout"] in ("one:ShoutFormat", "two:ShoutFormat")
    (message,) = caplog.messages
    assert "'shout' exists already in" in message


@pytest.mark.parametrize("target", ["loud:Missing", "absent:Format"])
def test_what_cannot_be_a_member_is_an_error_that_names_its_package(
    installed: Install, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    folder = installed("loud", "NAME = 3", "[video_pipeline.formats]", f"shout = {target}")
    with pytest.raises(BrokenExtension, match="of the package loud cannot be loaded") as raised:
        table(folder, monkeypatch).load("shout")
    assert raised.value.package == "loud"


def test_the_tables_own_names_need_no_entry_points(monkeypatch: pytest.MonkeyPatch) -> None:
    formats = Registry("subtitle format", {"srt": FORMATS["srt"]}, group="video_pipeline.formats")

    def fail(**given: str) -> None:
        raise AssertionError(f"entry points were read: {given}")

    monkeypatch.setattr("importlib.metadata.entry_points", fail)
    assert formats.load("srt") and "srt" in formats and formats["srt"]
    with pytest.raises(AssertionError, match=r"video_pipeline\.formats"):
        len(formats)
