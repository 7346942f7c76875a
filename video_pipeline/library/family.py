"""Processes and what they started: a worker never outlives its run, and nothing outlives a worker that was ended."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from multiprocessing import connection, parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path

_UNWIND_S = 5.0
_OOM_ADJUST = Path("/proc/self/oom_score_adj")


def end_with_parent() -> None:
    """From now on this process ends, with its children, when the process that started it does, however that came about."""
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_outlive_nobody, args=(parent.sentinel,), daemon=True).start()


def _outlive_nobody(sentinel: int) -> None:
    connection.wait([sentinel])
    end_children(os.getpid())
    os._exit(1)


def end_process(process: BaseProcess) -> None:
    """Ask a process to end, which lets it clear up behind itself; make it end where it does not."""
    process.terminate()
    process.join(_UNWIND_S)
    if process.exitcode is None:
        end_children(process.pid or 0)
        process.kill()
        process.join()
    process.close()


def end_children(pid: int) -> None:
    """Kill what a process started: FFmpeg above all, which would go on writing. Where the system keeps no list, nobody."""
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


def first_to_go() -> None:
    """Where memory runs out the system should end this process before the one that keeps the catalogue."""
    with contextlib.suppress(OSError):
        _OOM_ADJUST.write_text("500", encoding="ascii")


def keep_to_share(workers: int) -> None:
    """To be said before anything large is loaded: this is one of so many workers, and takes its share of threads.

    More threads than cores cost many times the time, and every library would start as many as it sees cores.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    os.environ["OMP_NUM_THREADS"] = str(max(1, cores // workers))
