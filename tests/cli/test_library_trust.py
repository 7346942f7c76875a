"""Commands that read a library change no file of it, whatever its age or state."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from video_pipeline.core.errors import PipelineError
from video_pipeline.core.transcript import EngineIdentity, MediaIdentity, Segment, Token, Transcript
from video_pipeline.library.catalogue import catalogue
from video_pipeline.library.schema import NAME


@pytest.fixture
def run(cli: Any, media: Any, tmp_path: Path) -> Callable[..., Any]:
    """`library run` over three videos in which two words are said, with further flags."""
    words = (Token(0.2, 0.5, "Good"), Token(0.5, 0.9, " morning."))
    record = Transcript(MediaIdentity("x", 1.0), EngineIdentity("test"), (Segment(0.2, 0.9, "Good morning.", tokens=words),))
    (tmp_path / "said.json").write_bytes(msgspec.json.encode(record))
    (tmp_path / "videos").mkdir()
    for name in ("tone", "ten-fps", "colours"):
        shutil.copy(media(name), tmp_path / "videos")
    stored = {"speech.transcript": repr(str(tmp_path / "said.json")), "speech.other_video": "true", "clips.exports": "[]"}
    settings = [word for name, value in stored.items() for word in ("--set", f"{name}={value}")]

    def go(*more: Any, command: str = "run") -> Any:
        return cli("library", command, tmp_path / "videos", "-o", tmp_path / "out", "--engine", "replay", *settings, *more)

    return go


@pytest.fixture
def out(run: Any, tmp_path: Path) -> Path:
    """The folder of a library that has run once."""
    assert run().code == 0
    return tmp_path / "out"


def everything(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(path): (path.stat().st_mtime_ns, path.stat().st_size) for path in folder.rglob("*")}


def overwrite(path: Path, start: int) -> None:
    """As a failing disk does."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(start)
        file.write(b"\xa5" * max(1, size - start))


def test_reading_a_damaged_catalogue_is_one_sentence_and_changes_nothing(cli: Any, out: Path) -> None:
    overwrite(out / NAME, 4096)
    before = everything(out)
    for command in ("status", "verify", "report", "best", "search morning"):
        told = cli("library", *command.split(), "-o", out)
        assert (told.code, len(told.errors)) == (10, 1)
        assert "library repair" in told.errors[0]
    assert everything(out) == before
    assert cli("library", "repair", "-o", out).code == 0
    assert "3 done" in cli("library", "status", "-o", out).out


def test_an_empty_file_is_a_damaged_catalogue_and_not_an_empty_library(cli: Any, out: Path) -> None:
    """As a power cut leaves it."""
    for path in out.glob(f"{NAME}*"):
        path.write_bytes(b"")
    told = cli("library", "status", "-o", out)
    assert told.code == 10 and "library repair" in told.errors[0]
    assert cli("library", "repair", "-o", out).code == 0
    assert "3 done" in cli("library", "status", "-o", out).out


@pytest.mark.parametrize("version", [1, 2, 3])
def test_an_older_catalogue_is_shown_and_not_touched(cli: Any, run: Any, out: Path, version: int) -> None:
    with sqlite3.connect(out / NAME) as base:
        base.execute(f"PRAGMA user_version = {version}")
    base.close()
    before = everything(out)
    assert "3 done" in cli("library", "status", "-o", out).out
    assert everything(out) == before
    assert "3 videos: 0 done now, 3 done before" in run().out


def test_the_first_format_as_it_really_was(cli: Any, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / NAME) as old:
        old.execute(
            "CREATE TABLE items (video TEXT PRIMARY KEY, state TEXT NOT NULL, stamp TEXT NOT NULL,"
            " attempts INTEGER NOT NULL DEFAULT 0, took_s REAL, media_s REAL, clips INTEGER, folder TEXT, error TEXT,"
            " error_type TEXT, updated TEXT)"
        )
        old.execute("INSERT INTO items VALUES ('/v/a.mp4', 'done', 's', 1, 2.0, 60.0, 3, NULL, '', '', '2024-01-01')")
        old.execute("INSERT INTO items VALUES ('/v/b.mp4', 'failed', 's', 2, NULL, NULL, NULL, NULL, 'bad', 'NotMedia', NULL)")
    old.close()
    shown = cli("library", "status", "-o", tmp_path)
    assert "done    /v/a.mp4" in shown.out and "failed  /v/b.mp4" in shown.out
    with catalogue(tmp_path) as book:
        assert [(row.source, row.state, row.clips) for row in book.rows()] == [("/v/a.mp4", "done", 3), ("/v/b.mp4", "failed", 0)]
        assert [job.video for job in book.jobs()] == [Path("/v/b.mp4")]


def test_commands_that_read_change_no_file(cli: Any, out: Path) -> None:
    assert (
        cli("library", "search", "morning", "-o", out).code == 0
    )  # builds the index, which a run from the command line has done
    before = everything(out)
    for command in ("status", "verify", "best", "search morning"):
        assert cli("library", *command.split(), "-o", out).code == 0
    assert everything(out) == before


def test_a_newer_catalogue_is_left_alone_by_all(cli: Any, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / NAME) as base:
        base.execute("PRAGMA user_version = 99")
    base.close()
    before = (tmp_path / NAME).read_bytes()
    for command in ("status", "repair"):
        assert cli("library", command, "-o", tmp_path).code == 10
    with pytest.raises(PipelineError, match="newer version"), catalogue(tmp_path):
        pass
    assert (tmp_path / NAME).read_bytes() == before


def test_a_name_that_is_not_utf_8_is_a_video_like_others(run: Any, cli: Any, media: Any, tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9 \xff\xfe.mp4")
    try:
        shutil.copy(media("late-audio"), tmp_path / "videos" / name)
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    first = run("--beside")
    assert (first.code, "4 done now" in first.out) == (0, True), first.out + first.err
    assert "4 done before" in run("--beside").out
    assert (tmp_path / "videos" / name).with_suffix(".srt").is_file()
    out = tmp_path / "out"
    assert "caf%E9%20%FF%FE.mp4" in cli("library", "status", "-o", out).out
    for command in ("verify", "report", "search morning", "best", "repair", "status --json", "search morning --json"):
        assert cli("library", *command.split(), "-o", out).code == 0, command
    clips = cli("library", "search", "morning", "--clips", tmp_path / "clips", "-o", out)
    assert clips.code == 0 and len(list((tmp_path / "clips").glob("*.mp4"))) == 4


def test_an_engine_that_cannot_run_is_one_error_and_no_failure(run: Any, cli: Any, tmp_path: Path) -> None:
    told = run("--engine", "whisper", "--model", tmp_path / "nothing here")
    assert told.code in (2, 8) and len(told.errors) == 1
    assert "failed" not in cli("library", "status", "-o", tmp_path / "out").out


@pytest.mark.parametrize("executor", ["inline", "processes"])
def test_a_disk_without_room_is_one_error_and_no_failure(
    run: Any, cli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, executor: str
) -> None:
    from video_pipeline.jobs.limits import Pool

    monkeypatch.setattr(Pool.__init__, "__kwdefaults__", {**Pool.__init__.__kwdefaults__, "free_mb": 10**9})
    told = run("--executor", executor)
    assert told.code == 7 and len(told.errors) == 1
    shown = cli("library", "status", "-o", tmp_path / "out").out
    assert "waiting" in shown and "failed" not in shown
    monkeypatch.undo()
    assert "3 done now" in run().out


@pytest.mark.parametrize(
    ("flags", "chosen"),
    [
        (["--workers", "2"], "processes"),
        (["--time-limit", "9"], "processes"),
        (["--memory-mb", "9000"], "processes"),
        (["--workers", "1"], "inline"),
        ([], "inline"),
    ],
)
def test_workers_without_an_executor_work(run: Any, monkeypatch: pytest.MonkeyPatch, flags: list[str], chosen: str) -> None:
    taken: list[str] = []
    monkeypatch.setattr(
        "video_pipeline.cli.library.following.follow", lambda jobs, out, options, form: taken.append(options.executor)
    )
    assert run(*flags).code == 0
    assert taken == [chosen]


@pytest.mark.parametrize(
    "flags",
    [
        ["--executor", "inline", "--workers", "8"],
        ["--executor", "inline", "--time-limit", "1"],
        ["--executor", "processes", "--gpus", "0.5"],
        ["--executor", "processes", "--address", "a:1"],
    ],
)
def test_flags_that_would_do_nothing_are_refused(run: Any, flags: list[str], tmp_path: Path) -> None:
    told = run(*flags)
    assert told.code == 2 and flags[2] in told.errors[0]
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_watched(run: Any, cli: Any, media: Any, tmp_path: Path) -> None:
    """What is at rest is done once; what failed waits for its file to change; a disk that goes away ends nothing."""
    videos, out = tmp_path / "videos", tmp_path / "out"
    shutil.copy(media.garbage(), videos / "bad.mp4")
    flags = ("--once", "--nice", "0", "--rest", "0")
    first = run(*flags, command="watch")
    assert (first.code, "3 done now, 0 done before, 1 failed" in first.out) == (0, True), first.out + first.err
    assert (out / "library.html").is_file()
    assert run(*flags, command="watch").out == ""
    shutil.copy(media("late-audio"), videos / "bad.mp4")
    assert run("--once", "--nice", "0", "--rest", "3600", command="watch").out == ""
    hour = datetime.now().hour
    for manners, told in (
        (("--hours", f"{(hour + 3) % 24}-{(hour + 5) % 24}"), "1 video waits for the hours"),
        (("--max-load", "0.0001"), "1 video waits for the load"),
    ):
        waits = run(*flags, *manners, command="watch")
        assert waits.out == "" and told in waits.err
    assert "1 done now" in run(*flags, command="watch").out
    assert run(*flags, "--hours", "sometime", command="watch").code == 2
    videos.rename(tmp_path / "away")
    gone = run(*flags, command="watch")
    assert gone.code == 0 and "looking again" in gone.err


def test_a_service_that_watches(run: Any, tmp_path: Path) -> None:
    unit = run("--service", "--hours", "22-6", "--name", "100%.{stem}", command="watch").out
    assert "[Service]" in unit and '"--hours" "22-6"' in unit and "--service" not in unit and "100%%" in unit
    assert not (tmp_path / "out").exists()


def test_odd_names_of_videos_and_libraries_are_processed_and_stay_on_one_line(cli: Any, run: Any, tmp_path: Path) -> None:
    """As archives have them: not UTF-8, with line breaks, escapes of terminals and marks that turn the direction."""
    refused = run("-o", Path(os.fsdecode(os.fsencode(tmp_path) + b"/o\xff")))
    assert refused.code == 2 and "--out: the path of this folder is not UTF-8" in refused.err
    out = tmp_path / "out"
    tone = next((tmp_path / "videos").iterdir())
    for name in (b"d\xff/a\xfe.mp4", b"two\nlines.mp4", b"\x1b]0;title\x07.mp4", "\u202egpj.mp4".encode()):
        target = Path(os.fsdecode(os.fsencode(tmp_path / "videos") + b"/" + name))
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(tone.read_bytes() + name)
    assert run("-o", out).code == 0
    again = run("-o", out)
    assert "7 done before" in again.out
    shown = cli("library", "status", "-o", out).out
    assert "two\\nlines.mp4" in shown and "\\x1b]0;title\\x07.mp4" in shown and "\\u202egpj.mp4" in shown
    assert not {"\x1b", "\x07", "\u202e"} & set(shown) and len(shown.splitlines()) == 8
    for command in ("verify", "report", "repair"):
        assert cli("library", command, "-o", out).code == 0, command
