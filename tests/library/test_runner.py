"""A library run from the command line: what is done is skipped, what changed is done again."""

from __future__ import annotations

import json
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from video_pipeline.cli import main
from video_pipeline.core.transcript import Transcript
from video_pipeline.library.catalogue import catalogue
from video_pipeline.library.plan import plan
from video_pipeline.library.runner import LibraryOptions
from video_pipeline.library.runner import run as run_library


@pytest.fixture
def library(media: Any, tmp_path: Path) -> Path:
    folder = tmp_path / "videos"
    (folder / "deep").mkdir(parents=True)
    shutil.copy(media("tone"), folder / "good.mp4")
    shutil.copy(media("sound"), folder / "deep" / "good.m4a")
    shutil.copy(media.garbage(), folder / "bad.mp4")
    return folder


@pytest.fixture
def run(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., tuple[int, list[dict[str, Any]], str]]]:
    """Runs the library as JSON; gives the exit code, the outcomes and standard error."""
    before = signal.getsignal(signal.SIGTERM)
    stored = tmp_path / "said.json"
    stored.write_text(
        '{"media": {"name": "x", "duration_s": 2}, "engine": {"name": "test"}, "segments": [{"start_s": 0.2, "end_s": 1.6,'
        ' "text": "Good morning.", "tokens": [{"start_s": 0.2, "end_s": 1.6, "text": "Good morning."}]}]}'
    )
    words = ["--engine", "replay", "--set", f"speech.transcript={str(stored)!r}", "-o", str(tmp_path / "out"), "--json"]

    def go(*more: str) -> tuple[int, list[dict[str, Any]], str]:
        monkeypatch.setattr(sys, "argv", ["video-pipeline", "library", "run", str(library), *words, *more])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        lines = [json.loads(line) for line in said.out.splitlines()]
        return int(ended.value.code or 0), [line for line in lines if "job" in line], said.err

    yield go
    signal.signal(signal.SIGTERM, before)


def test_one_bad_file_does_not_end_the_run(run: Any, tmp_path: Path) -> None:
    code, outcomes, _ = run()
    assert code == 11
    kinds = {Path(outcome["job"]["video"]).name: outcome["error_type"] for outcome in outcomes}
    assert kinds == {"good.mp4": "", "good.m4a": "", "bad.mp4": "NotMedia"}
    assert (tmp_path / "out/good/good.srt").is_file() and (tmp_path / "out/deep/good/good.srt").is_file()


def test_a_video_without_sound_is_empty_and_no_failure(run: Any, media: Any, library: Path) -> None:
    shutil.copy(media("no-audio"), library / "bad.mp4")
    code, outcomes, _ = run()
    assert code == 0
    assert {Path(o["job"]["video"]).name: o["error_type"] for o in outcomes}["bad.mp4"] == "NoAudio"
    assert run()[:2] == (0, [])


def test_a_second_run_tries_only_what_failed(run: Any, media: Any, library: Path) -> None:
    run()
    code, outcomes, _ = run()
    assert code == 11 and [Path(o["job"]["video"]).name for o in outcomes] == ["bad.mp4"]
    shutil.copy(media("tone"), library / "bad.mp4")
    assert [o["error"] for o in run()[1]] == [""]
    assert run()[:2] == (0, [])


def test_other_options_do_it_again(run: Any, library: Path) -> None:
    (library / "bad.mp4").unlink()
    assert len(run()[1]) == 2
    assert len(run("--labels", "none")[1]) == 2


def test_a_changed_video_is_done_again(run: Any, media: Any, library: Path) -> None:
    (library / "bad.mp4").unlink()
    run()
    shutil.copy(media("ten-fps"), library / "good.mp4")
    assert [Path(o["job"]["video"]).name for o in run()[1]] == ["good.mp4"]


@pytest.mark.parametrize("name", ["inline", "processes"])
def test_two_videos_of_one_name_at_once_do_not_meet(media: Any, sample_transcript: Path, tmp_path: Path, name: str) -> None:
    shutil.copy(media("tone"), tmp_path / "talk.mp4")
    shutil.copy(media("late-audio"), tmp_path / "talk.mkv")
    stored = {"speech.engine": "replay", "speech.transcript": str(sample_transcript), "speech.other_video": True}
    options = LibraryOptions(executor=name, workers=2, goals=("subtitles",), overrides=stored)
    jobs = plan([str(tmp_path)], tmp_path / "out", options)
    with catalogue(tmp_path / "out") as book:
        made = list(run_library(jobs, book, options))
    assert [outcome.error for outcome in made] == ["", ""]
    assert len({outcome.folder for outcome in made}) == 2
    for outcome in made:
        record = msgspec.json.decode((Path(outcome.folder) / "transcript.json").read_bytes(), type=Transcript)
        assert record.media.name == outcome.job.video.name
