"""Several videos in one command, subtitles beside them, dry runs, and what is older than the rest."""

from __future__ import annotations

import json
import os
import pty
import select
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from video_pipeline.cli.running import sources_of
from video_pipeline.cli.stage_labels import STAGE_LABELS
from video_pipeline.core.errors import BadValue, NoSuchFile
from video_pipeline.core.labels import Language
from video_pipeline.library.sidecars import SidecarNames, checked_template, sidecar_names
from video_pipeline.options import load_options
from video_pipeline.video import STAGES
from video_pipeline.video.base import StageGroup, phases_of
from video_pipeline.video.stages.clips import CutClips, parts

TAGS = ["--set", "events.detectors=['tags']"]


@pytest.fixture
def folder(media: Any, tmp_path: Path) -> Path:
    """Two videos of different content and a file that is none."""
    videos = tmp_path / "videos"
    videos.mkdir()
    shutil.copy(media("long"), videos / "one.mp4")
    (videos / "two.mp4").write_bytes((videos / "one.mp4").read_bytes() + b"\0")
    (videos / "wrong.mp4").write_text("no video")
    return videos


@pytest.fixture
def asked(transcript: Path, tmp_path: Path) -> list[Any]:
    return ["--out", tmp_path / "out", "--engine", "replay", "--transcript", transcript, *TAGS]


def test_one_bad_file_does_not_stop_the_others(cli: Callable[..., Any], folder: Path, asked: list[Any], tmp_path: Path) -> None:
    ran = cli("subtitles", folder / "wrong.mp4", folder / "one.mp4", folder / "two.mp4", *asked)
    assert ran.code == 11
    assert "3 files: 2 done, 1 failed" in ran.out
    assert f"failed {folder / 'wrong.mp4'}" in ran.err
    assert all((tmp_path / "out" / name / f"{name}.srt").is_file() for name in ("one", "two"))


def test_a_silent_file_among_others_is_nothing_to_do_and_no_failure(
    cli: Callable[..., Any], media: Any, folder: Path, asked: list[Any]
) -> None:
    silent = media("no-audio")
    ran = cli("subtitles", silent, folder / "one.mp4", *asked)
    assert ran.code == 0
    assert "2 files: 1 done, 0 failed, 1 with nothing to do" in ran.out
    assert f"empty  {silent} has no audio track" in ran.err and "failed" not in ran.err
    assert cli("subtitles", silent, *asked).code == 5
    records = [json.loads(line) for line in cli("subtitles", silent, folder / "two.mp4", *asked, "--json").out.splitlines()]
    assert [record["video"] for record in records if record["event"] == "empty"] == [str(silent)]
    assert records[-1] == {"event": "summary", "videos": 2, "done": 1, "failed": 0, "empty": 1}


def test_a_single_file_keeps_its_own_exit_code(cli: Callable[..., Any], folder: Path, asked: list[Any]) -> None:
    assert cli("subtitles", folder / "wrong.mp4", *asked).code == 4


def test_programs_read_which_video_failed(cli: Callable[..., Any], folder: Path, asked: list[Any]) -> None:
    ran = cli("transcribe", folder / "one.mp4", folder / "wrong.mp4", *asked, "--json")
    records = [json.loads(line) for line in ran.out.splitlines()]
    (failed,) = [record for record in records if record["event"] == "failed"]
    assert (failed["video"], failed["type"], failed["exit_code"]) == (str(folder / "wrong.mp4"), "NotMedia", 4)
    assert {"event": "summary", "videos": 2, "done": 1, "failed": 1, "empty": 0} in records
    assert ran.err == ""


def test_patterns_and_addresses(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    names = ["one.mp4", "two.mp4", "wrong.mp4"]
    assert sources_of([f"{folder}/*.mp4"]) == [str(folder / name) for name in names]
    assert sources_of(["two.mp4", "one.mp4", "./two.mp4"]) == ["two.mp4", "one.mp4"]
    assert sources_of([f"file://{folder}/one.mp4"]) == [f"{folder}/one.mp4"]
    assert sources_of(["https://example.org/talks/x.mp4?k=1"]) == ["https://example.org/talks/x.mp4?k=1"]
    (folder / "odd[1].mp4").touch()
    assert sources_of(["odd[1].mp4"]) == ["odd[1].mp4"]
    with pytest.raises(NoSuchFile):
        sources_of(["*.nothing"])


def test_standard_input_is_refused_in_words() -> None:
    with pytest.raises(BadValue, match="save it to a file first"):
        sources_of(["-"])


def test_subtitles_beside_the_video(cli: Callable[..., Any], folder: Path, asked: list[Any]) -> None:
    (folder / "one.en.sdh.srt").write_text("a person made this")
    words = ["--name", "{stem}.{language}.{kind}", "--formats", "srt,json"]
    for _ in range(2):
        assert cli("subtitles", folder / "one.mp4", folder / "two.mp4", *asked, *words).code == 0
    made = {path.name for path in folder.glob("*.srt")}
    assert made == {"one.en.sdh.srt", "one.en.sdh.pipeline.srt", "two.en.sdh.srt"}
    assert (folder / "one.en.sdh.srt").read_text() == "a person made this"
    assert cli("subtitles", folder / "two.mp4", *asked, "--beside", "--labels", "none", "--formats", "srt").code == 0
    assert (folder / "two.srt").is_file()


@pytest.mark.parametrize(
    ("template", "end", "language", "sounds", "name"),
    [
        ("{stem}", "srt", "en", True, "talk.srt"),
        ("{stem}", "sdh.srt", "en", False, "talk.sdh.srt"),
        ("{stem}.{language}.{kind}", "srt", "en", True, "talk.en.sdh.srt"),
        ("{stem}.{language}.{kind}", "srt", "", False, "talk.srt"),
        ("{stem}.{language}.{kind}", "sdh.srt", "ja", False, "talk.ja.sdh.srt"),
        ("{stem} - {language}", "ass", "zh", False, "talk - zh.ass"),
        ("{stem}.{language}", "sdh.srt", "ko", False, "talk.ko.sdh.srt"),
    ],
)
def test_names_of_files_beside_the_video(template: str, end: str, language: str, sounds: bool, name: str) -> None:
    assert SidecarNames(template=template, language=language, describes_sounds=sounds).name("talk", end) == name


def test_names_follow_the_options() -> None:
    labelled, bare = load_options("default"), load_options("default", {"labels": "none"})
    assert sidecar_names("", Language.EN, labelled) == SidecarNames(language="en", describes_sounds=True)
    assert sidecar_names("", Language.UNKNOWN, bare) == SidecarNames()


@pytest.mark.parametrize("template", ["{name}", "subtitles", "../{stem}", "{language}", "{stem}.{}"])
def test_wrong_templates(template: str) -> None:
    with pytest.raises(BadValue, match="--name"):
        checked_template(template)


def planned(ran: Any) -> dict[str, str]:
    (record,) = [json.loads(line) for line in ran.out.splitlines()]
    return {stage["name"]: stage["planned"] for stage in record["stages"]}


def test_a_dry_run_tells_what_a_run_does(cli: Callable[..., Any], folder: Path, asked: list[Any], tmp_path: Path) -> None:
    def dry(*words: Any) -> dict[str, str]:
        return planned(cli("process", folder / "one.mp4", *asked, *words, "--dry-run", "--json"))

    assert set(dry().values()) == {"to do"}
    assert not (tmp_path / "out").exists()
    assert cli("subtitles", folder / "one.mp4", *asked).code == 0
    before = sorted((path, path.stat().st_mtime_ns) for path in (tmp_path / "out").rglob("*"))
    assert dry()["subtitles"] == "up to date" and dry()["highlights"] == "to do"
    assert dry("--labels", "emoji")["subtitles"] == "to do" and dry("--labels", "emoji")["listen"] == "up to date"
    assert dry("--again")["listen"] == "to do"
    changed = dry("--set", "windows.pad_s=0.1")
    assert (changed["listen"], changed["subtitles"], changed["highlights"]) == ("to do", "depends", "to do")
    assert sorted((path, path.stat().st_mtime_ns) for path in (tmp_path / "out").rglob("*")) == before


def test_a_dry_run_in_words(cli: Callable[..., Any], folder: Path, asked: list[Any]) -> None:
    ran = cli("subtitles", folder / "one.mp4", *asked, "--dry-run")
    assert ran.code == 0 and "engine: replay" in ran.out and "to do (40 s of media)" in ran.out
    assert cli("subtitles", folder / "wrong.mp4", *asked, "--dry-run").code == 4


def test_older_files_beside_new_ones_are_named(cli: Callable[..., Any], folder: Path, asked: list[Any]) -> None:
    video = folder / "one.mp4"
    assert cli("subtitles", video, *asked, "--mux").code == 0
    assert "made from earlier results" not in cli("subtitles", video, *asked).err
    notices = [
        line for line in cli("subtitles", video, *asked, "--labels", "emoji").err.splitlines() if "made from earlier" in line
    ]
    assert notices == ["note: made from earlier results and not made again in this run: one.subtitled.mp4"]
    assert "made from earlier" not in cli("subtitles", video, *asked, "--labels", "emoji", "--mux").err


def test_every_phase_has_a_label() -> None:
    options = load_options("default", {"clips.exports": ["video", "reel", "gallery"], "clips.captions": "files"})
    stages = [STAGES.load(name)() for name in STAGES]
    made = [*(stage for stage in stages if not isinstance(stage, StageGroup)), *parts(options), CutClips((), Path())]
    phases = {phase for stage in made for phase in phases_of(stage)} | {"clips", "fetch", "weights", "deliver"}
    assert phases == set(STAGE_LABELS)


def test_a_terminal_shows_whole_lines(folder: Path, asked: list[Any]) -> None:
    """A bar, numbers and a failure line in 80 columns: no line is torn by another."""
    program = [sys.executable, "-c", "from video_pipeline.cli import main; main()"]
    words = ["subtitles", folder / "one.mp4", folder / "wrong.mp4", *asked]
    near, far = pty.openpty()
    environment = {**os.environ, "COLUMNS": "80", "LINES": "24", "TERM": "xterm-256color"}
    run = subprocess.Popen([*program, *map(str, words)], stdin=far, stdout=far, stderr=far, env=environment)
    os.close(far)
    shown = b""
    while run.poll() is None or select.select([near], [], [], 0.2)[0]:
        try:
            shown += os.read(near, 65536) if select.select([near], [], [], 1.0)[0] else b""
        except OSError:
            break
    os.close(near)
    text = shown.decode(errors="replace")
    assert run.wait(timeout=60) == 11
    assert "[1/2]" in text and "Listening" in text and "%" in text and "2 files: 1 done, 1 failed" in text
