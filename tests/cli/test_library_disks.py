"""Disks that fill or go away while a library runs: one sentence, nothing lost, and the next run goes on."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from video_pipeline.core.transcript import EngineIdentity, MediaIdentity, Segment, Token, Transcript
from video_pipeline.library.rows import reading
from video_pipeline.library.schema import NAME

PROGRAM = f"{shlex.quote(sys.executable)} -c 'from video_pipeline.cli import main; main()'"


@pytest.fixture
def flags(media: Any, tmp_path: Path) -> list[str]:
    """Of a run over four videos, by a stored transcript."""
    words = (Token(0.2, 0.5, "Good"), Token(0.5, 0.9, " morning."))
    record = Transcript(MediaIdentity("x", 1.0), EngineIdentity("test"), (Segment(0.2, 0.9, "Good morning.", tokens=words),))
    (tmp_path / "said.json").write_bytes(msgspec.json.encode(record))
    for name in ("one/tone", "one/ten-fps", "two/colours", "two/anamorphic"):
        target = tmp_path / "videos" / f"{name}.mp4"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(media(name.partition("/")[2]), target)
    stored = {"speech.transcript": repr(str(tmp_path / "said.json")), "speech.other_video": "true"}
    settings = [word for name, value in stored.items() for word in ("--set", f"{name}={value}")]
    return ["-o", str(tmp_path / "out"), "--engine", "replay", *settings]


def states(out: Path) -> dict[str, str]:
    with reading(out) as rows:
        return {Path(row.source).name: row.state for row in rows.rows()}


def may_mount() -> bool:
    tried = subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False) if shutil.which("unshare") else None
    return os.geteuid() == 0 and tried is not None and tried.returncode == 0


@pytest.mark.skipif(not may_mount(), reason="needs the right to mount a small disk")
def test_a_disk_that_is_full_stops_the_run_and_room_on_it_lets_it_go_on(flags: list[str], tmp_path: Path) -> None:
    """The disk has room for the catalogue and hardly any more; it is seen by this one shell alone."""
    out, program = tmp_path / "out", f"{PROGRAM} library run {tmp_path / 'videos'} {shlex.join(flags)}"
    shown = tmp_path / "shown"
    script = f"""
        mount -t tmpfs -o size=1m tmpfs {out} || exit 99
        dd if=/dev/zero of={out}/.other bs=1k count=700 2>/dev/null
        {program} 2> {shown}.full; echo $? > {shown}.code
        rm {out}/.other && mount -o remount,size=100m {out}
        {program} > {shown}.again 2>&1 || exit 98
        cp -r {out} {tmp_path / "copy"}
    """
    out.mkdir()
    done = subprocess.run(["unshare", "-m", "sh", "-c", script], capture_output=True, text=True, timeout=300, check=False)
    if done.returncode == 99:
        pytest.skip("may not mount here")
    said, code = Path(f"{shown}.full").read_text(), Path(f"{shown}.code").read_text().strip()
    assert code == "7", said
    assert said.count("error:") == 1 and "defect" not in said, said
    assert done.returncode == 0, Path(f"{shown}.again").read_text()
    assert set(states(tmp_path / "copy").values()) == {"done"}
    assert not list((tmp_path / "copy").rglob("*.part"))


@pytest.mark.parametrize("how", ["removed", "unmounted"])
def test_a_folder_that_goes_away_is_told_once_and_its_videos_wait(
    cli: Any, flags: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """It goes when the first video of it is over; a folder whose disk is unmounted is there, and empty."""
    from video_pipeline.library.runner import _Queue

    over, lost = _Queue.over, tmp_path / "videos" / "two"

    def over_and_away(self: Any, outcome: Any) -> bool:
        if outcome.job.video.parent == lost and not (tmp_path / "away").exists():
            lost.rename(tmp_path / "away")
            if how == "unmounted":
                lost.mkdir()
        return over(self, outcome)

    folders = [str(tmp_path / "videos" / name) for name in ("two", "one")]
    with monkeypatch.context() as patch:
        patch.setattr(_Queue, "over", over_and_away)
        first = cli("library", "run", *folders, *flags, "--json")
    assert first.code == 3
    *_, summary, error = (json.loads(line) for line in first.out.splitlines())
    assert error["message"] == f"{lost} went away while the library ran; 1 video there waits for the next run"
    assert error["advice"] == "when the disk is back, run the same command again to resume"
    assert (summary["done"], summary["failed"]) == (3, 0)
    assert sorted(states(tmp_path / "out").values()) == ["done"] * 3
    if how == "unmounted":
        lost.rmdir()
    (tmp_path / "away").rename(lost)
    assert cli("library", "run", *folders, *flags).code == 0
    assert sorted(states(tmp_path / "out").values()) == ["done"] * 4
    assert (tmp_path / "out" / NAME).is_file()
