"""What the disk refuses is said truly, with the right exit code and the right next step; never as a bug."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_exit_codes import assert_one_sentence
from video_pipeline.cli.advice import advised, advised_record
from video_pipeline.core.errors import CannotRead, CannotWrite
from video_pipeline.core.refusals import reason, unreadable
from video_pipeline.library.sources import each_video
from video_pipeline.video.errors import NO_SOUND, NothingHeard

ROOT = Path(__file__).parents[2]
LONG = "a" * 300


@pytest.mark.parametrize(
    ("out", "words"),
    [
        ("afile", "afile is a file, not a folder"),
        ("afile/sub", "afile is a file, not a folder"),
        ("link", "link is a link that leads nowhere"),
        (LONG, "the name is too long"),
        ("loop", "a link there leads to itself"),
    ],
    ids=["file", "below a file", "dangling link", "long name", "loop"],
)
def test_an_out_that_is_no_folder(cli: Any, media: Any, tmp_path: Path, out: str, words: str) -> None:
    (tmp_path / "afile").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    ran = cli("process", media("tone"), "-o", tmp_path / out, "--engine", "draft")
    assert_one_sentence(ran, 7, words, "choose another folder with --out")
    assert "make room" not in ran.err


def test_a_file_where_the_folder_of_the_video_should_be(cli: Any, media: Any, tmp_path: Path) -> None:
    (tmp_path / media("tone").stem).write_text("x")
    ran = cli("process", media("tone"), "-o", tmp_path, "--engine", "draft")
    assert_one_sentence(ran, 7, "is a file, not a folder")


def test_links_that_lead_nowhere_are_named_with_their_target(cli: Any, tmp_path: Path) -> None:
    (tmp_path / "talk.mp4").symlink_to(tmp_path / "moved" / "talk.mp4")
    assert_one_sentence(cli("process", tmp_path / "talk.mp4"), 3, "it is a link to", "moved/talk.mp4", "where nothing is")


def test_a_library_of_links_that_lead_nowhere(cli: Any, media: Any, tmp_path: Path) -> None:
    (tmp_path / "gone.mp4").symlink_to(tmp_path / "moved.mp4")
    (tmp_path / "loop.mp4").symlink_to(tmp_path / "loop.mp4")
    for name in ("gone.mp4", "loop.mp4"):
        assert_one_sentence(cli("library", "run", tmp_path / name, "-o", tmp_path / "out"), 3, "there is no file")
    assert [video.source for video in each_video([str(tmp_path / "*.mp4")])] == []
    shutil.copy(media("tone"), tmp_path / "talk.mp4")
    assert [Path(video.source).name for video in each_video([str(tmp_path / "*.mp4")])] == ["talk.mp4"]


def test_a_folder_that_may_not_be_searched_is_not_called_empty(cli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr("video_pipeline.library.sources.os.scandir", refuse)
    with pytest.raises(CannotRead, match="permissions"):
        list(each_video([str(tmp_path)]))


def test_a_name_of_other_bytes_is_suggested_as_it_can_be_printed(cli: Any, tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.mp4")).write_bytes(b"")
    ran = cli("process", tmp_path / "cafe.mp4")
    assert_one_sentence(ran, 3, "did you mean 'caf\ufffd.mp4'")


def test_an_input_with_too_long_a_name(cli: Any, tmp_path: Path) -> None:
    for command in (["process"], ["qc"]):
        assert_one_sentence(cli(*command, tmp_path / f"{LONG}.srt"), 3, "cannot read", "the name is too long")


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="drops rights by setpriv, of util-linux")
def test_what_may_not_be_read_or_written(media: Any, tmp_path: Path) -> None:
    """In a process of its own, for root may read and write everything."""
    video, text, closed = tmp_path / "talk.mp4", tmp_path / "talk.srt", tmp_path / "closed"
    shutil.copy(media("tone"), video)
    text.write_text("1\n00:00:01,000 --> 00:00:02,000\nHello.\n")
    closed.mkdir()
    for path, mode in ((video, 0), (text, 0), (closed, 0o500)):
        path.chmod(mode)

    def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
        rights = "-dac_override,-dac_read_search"
        drop = ["setpriv", "--bounding-set", rights, "--inh-caps", rights] if os.geteuid() == 0 else []
        line = [*drop, sys.executable, "-m", "video_pipeline", *map(str, words)]
        return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "COLUMNS": "400"}, check=False)

    for words in (["subtitles", video], ["qc", text]):
        ran = run(*words)
        assert ran.returncode == 3, ran.stderr
        assert "cannot read" in ran.stderr and "permissions" in ran.stderr
    ran = run("subtitles", media("tone"), "--out", closed, "--engine", "draft")
    assert ran.returncode == 7 and "read-only or belongs to another user" in ran.stderr, ran.stderr
    assert "make room" not in ran.stderr and "choose another folder with --out" in ran.stderr


def test_each_cause_has_its_next_step() -> None:
    def told(number: int) -> str:
        return advised(CannotWrite(Path("out"), reason(OSError(number, os.strerror(number)))))

    assert told(errno.ENOSPC).endswith("the disk is full; make room, or choose another folder with --out")
    for number in (errno.EACCES, errno.EROFS, errno.ENAMETOOLONG, errno.EISDIR, errno.EDQUOT):
        assert "make room" not in told(number) and "choose another folder" in told(number)
    assert "make room" in advised_record("cannot write out: the disk is full", "CannotWrite")
    told_of_reading = advised(CannotRead(Path("talk.mp4"), unreadable(OSError(errno.EACCES, "Permission denied"))))
    assert "its permissions, or those of a folder above it, do not allow that" in told_of_reading
    assert "permissions" not in advised(CannotRead(Path("talk.mp4"), unreadable(OSError(errno.ENAMETOOLONG, ""))))


def test_words_that_were_left_out_are_not_told_as_silence() -> None:
    told = advised(NothingHeard(Path("talk.mp4"), 9.0, NO_SOUND, "the speech is too unclear to tell whether it is English"))
    assert "no speech" not in told and "words were heard, but the speech is too unclear" in told and "--language en" in told
