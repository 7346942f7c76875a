"""Ctrl-C and `kill` in the middle of a run: nothing half-written, nobody left behind, and the next run goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PROGRAM = [sys.executable, "-c", "from video_pipeline.cli import main; main()"]


def processes_of(session_marker: str) -> list[str]:
    """Command lines of living processes that carry this test's mark in their environment."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                if session_marker.encode() in (folder / "environ").read_bytes():
                    found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                continue
    return found


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for leftovers in /proc")
@pytest.mark.parametrize(("how", "stage"), [(signal.SIGTERM, "listen"), (signal.SIGINT, "clips")], ids=["kill", "ctrl-c"])
def test_stopping_in_the_middle(
    replayed: list[Any], tmp_path: Path, tree: Callable[[Path], set[str]], how: signal.Signals, stage: str
) -> None:
    mark = f"TEST_MARK={tmp_path.name}"
    # clips as large and slow as can be, so that the signal comes while they are cut
    slow = ["--set", "clips.cut.speed=placebo", "--set", "clips.cut.crf=0"]
    line = [*PROGRAM, "process", *map(str, replayed), "--set", "events.detectors=['tags']", "--json"]
    env = os.environ | dict([mark.split("=")])
    pipe = subprocess.PIPE
    run = subprocess.Popen([*line, *slow], stdout=pipe, stderr=pipe, text=True, env=env, start_new_session=True)
    assert run.stdout is not None and run.stderr is not None
    for text in run.stdout:
        event = json.loads(text)
        if event["event"] == "stage" and event["stage"] == stage:
            run.send_signal(how)
            break
    _, err = run.communicate(timeout=20)
    assert run.returncode == 130, err
    assert "Traceback" not in err
    assert not processes_of(mark)
    assert not [name for name in tree(tmp_path / "out") if ".part" in name]

    again = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)
    assert again.returncode == 0, again.stderr
    done = [json.loads(text) for text in again.stdout.splitlines()]
    heard = [event["fresh"] for event in done if event["event"] == "done" and event["stage"] == "listen"]
    assert heard == [stage == "clips"]
    assert len(list((tmp_path / "out/long/clips").glob("*.mp4"))) == 1


def test_ctrl_c_says_that_what_is_done_is_kept(replayed: list[Any]) -> None:
    run = subprocess.Popen([*PROGRAM, "process", *map(str, replayed)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert run.stderr is not None
    assert run.stderr.readline().startswith("note: engine: replay")
    run.send_signal(signal.SIGINT)
    _, err = run.communicate(timeout=20)
    assert run.returncode == 130
    assert err.strip() == "error: Stopped. Finished work is kept; run the same command again to resume."
