"""Processes and their children: a worker never outlives its run, and nothing outlives a worker that was ended."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from multiprocessing import connection, parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path

from video_pipeline.core.cores import usable_cores

_UNWIND_S = 5.0
"""What a process may need to clean up before it is killed."""
_OOM_ADJUST = Path("/proc/self/oom_score_adj")
_OOM_SCORE = "500"
"""Of 1000: counts as if half of the machine's memory were used in addition."""


def end_with_parent() -> None:
    """From now on this process ends, with its children, when the process that started it does, however that came about."""
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent.sentinel,), daemon=True).start()


def _end_after(sentinel: int) -> None:
    connection.wait([sentinel])
    end_children(os.getpid())
    os._exit(1)


def end_process(process: BaseProcess) -> None:
    """Ask a process to end, which lets it clean up; kill it when it does not."""
    process.terminate()
    process.join(_UNWIND_S)
    if process.exitcode is None:
        end_children(process.pid or 0)
        process.kill()
        process.join()
    process.close()


def end_children(pid: int) -> None:
    """Kill what a process started, FFmpeg above all, which would go on writing. Does nothing where /proc has no list of it."""
    for child in _children(pid):
        end_children(child)
        with contextlib.suppress(OSError):
            os.kill(child, signal.SIGKILL)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += map(int, listed.read_text(encoding="ascii").split())
    return found


def prefer_as_oom_victim() -> None:
    """When memory runs out, the system should end this process before the one that keeps the list of jobs."""
    with contextlib.suppress(OSError):
        _OOM_ADJUST.write_text(_OOM_SCORE, encoding="ascii")


def limit_threads(workers: int) -> None:
    """Call before importing large libraries: limits this worker to its share of the cores.

    More threads than cores cost many times the time, and every library would start one per core of the machine.
    """
    os.environ["OMP_NUM_THREADS"] = str(max(1, usable_cores() // workers))
