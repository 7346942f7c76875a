"""A library run that is stopped ends at once, with its workers and whatever they started."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from video_pipeline.media.ffmpeg import find_ffmpeg

_PATIENCE_S = 120.0
"""For workers to start on a busy machine."""
PROGRAM = [sys.executable, "-c", "from video_pipeline.cli import main; main()"]


def processes_of(mark: str) -> dict[int, str]:
    """Numbers and command lines of living processes that carry this test's mark in their environment."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if mark.encode() in (folder / "environ").read_bytes():
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
    return found


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for leftovers in /proc")
@pytest.mark.parametrize("executor", ["inline", "processes"])
@pytest.mark.parametrize("how", ["ctrl-c", "kill"])
def test_a_stopped_run_leaves_nobody_behind(
    media: Any, tmp_path: Path, tree: Callable[[Path], set[str]], executor: str, how: str
) -> None:
    slow = tmp_path / "ffmpeg"
    slow.write_text(f'#!/bin/sh\ncase "$*" in *pipe:*) exec sleep 50;; esac\nexec "{find_ffmpeg()}" "$@"\n')
    slow.chmod(slow.stat().st_mode | stat.S_IXUSR)
    videos = [str(media(name)) for name in ("tone", "ten-fps", "sound", "long")]
    mark = f"TEST_MARK={tmp_path}"
    env = os.environ | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "TEST_MARK": str(tmp_path)}
    workers = ["--workers", "2"] if executor == "processes" else []
    words = ["--engine", "draft", "--executor", executor, *workers, "-o", str(tmp_path / "out")]
    run = subprocess.Popen(
        [*PROGRAM, "library", "run", *videos, *words], stderr=subprocess.PIPE, text=True, env=env, start_new_session=True
    )
    deadline = time.monotonic() + _PATIENCE_S
    while sum(line.startswith("sleep") for line in processes_of(mark).values()) < (2 if executor == "processes" else 1):
        assert run.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)
    began = time.monotonic()
    if how == "ctrl-c":
        os.killpg(run.pid, signal.SIGINT)  # a terminal tells the whole group
    else:
        run.terminate()
    try:
        _, err = run.communicate(timeout=15)
        left = processes_of(mark)
    finally:
        for number in processes_of(mark):
            os.kill(number, signal.SIGKILL)
    assert time.monotonic() - began < 10
    assert run.returncode == 130
    assert [line for line in err.splitlines() if line] == [
        "error: Stopped. Finished work is kept; run the same command again to resume."
    ]
    assert not left
    assert not [name for name in tree(tmp_path / "out") if ".part" in name]
