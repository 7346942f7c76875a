"""Which runs are alive. Each has a row in the catalogue and a pulse, so that the next run can take what a dead one held."""

from __future__ import annotations

import contextlib
import os
import socket
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

PULSE_S = 5.0
"""Between two beats of a run."""
DEAD_AFTER_S = 60.0
"""Twelve missed beats. Only for runs on other machines or in other containers: on this machine the process is looked up."""

_FREE_ORPHANS = "UPDATE items SET state = 'waiting', run = 0 WHERE state = 'running' AND run NOT IN (SELECT id FROM runs)"


class Lease:
    """The row of this run. `id` is new for every run, and stored with each item that the run holds."""

    def __init__(self, base: sqlite3.Connection, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        pid, now = os.getpid(), time.time()
        values = (place(), pid, born(pid), now)
        self.id = base.execute("INSERT INTO runs (place, pid, born, beat) VALUES (?, ?, ?, ?)", values).lastrowid or 0
        self._over = threading.Event()
        self._pulse = threading.Thread(target=self._beat, name="pulse", daemon=True)
        self._pulse.start()

    def _beat(self) -> None:
        with contextlib.closing(self._connect()) as base:
            while not self._over.wait(PULSE_S):
                with contextlib.suppress(sqlite3.Error):  # a full disk, or a very busy one: there is another beat
                    base.execute("UPDATE runs SET beat = ? WHERE id = ?", (time.time(), self.id))

    def is_held(self, base: sqlite3.Connection) -> bool:
        """False where another run took this one for dead, because it stood still for too long."""
        return base.execute("SELECT 1 FROM runs WHERE id = ?", (self.id,)).fetchone() is not None

    def stop(self) -> None:
        """End the pulse; the catalogue still says what the run holds."""
        self._over.set()
        self._pulse.join()


def free_dead(base: sqlite3.Connection) -> None:
    """Release what dead runs hold."""
    for number, *run in base.execute("SELECT id, place, pid, born, beat FROM runs").fetchall():
        if not _is_alive(*run):
            free(base, number)
    base.execute(_FREE_ORPHANS)


def free(base: sqlite3.Connection, run: int) -> None:
    base.execute("UPDATE items SET state = 'waiting', run = 0 WHERE run = ? AND state = 'running'", (run,))
    base.execute("DELETE FROM runs WHERE id = ?", (run,))


def _is_alive(where: str, pid: int, since: str, beat: float) -> bool:
    if since and where == place():
        return born(pid) == since
    return abs(time.time() - beat) < DEAD_AFTER_S  # a beat of the future is from before the clock was set back


def place() -> str:
    """Equal for two processes that can see each other: same machine, same boot, same process namespace."""
    parts = [socket.gethostname()]
    with contextlib.suppress(OSError):
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip())
    with contextlib.suppress(OSError):
        parts.append(str(Path("/proc/self/ns/pid").readlink()))
    return " ".join(parts)


def born(pid: int) -> str:
    """When a process started, which tells it from a later one with the same id; empty if it is gone or unknown."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]
