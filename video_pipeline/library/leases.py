"""Which runs are alive. Each has a row in the catalogue and a pulse, so that the next run can take what a dead one held."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from pathlib import Path

from video_pipeline.core.errors import CannotWrite
from video_pipeline.library.stores.base import Store

PULSE_S = 5.0
"""Between two beats of a run."""
DEAD_AFTER_S = 60.0
"""Twelve missed beats. Only for runs on other machines or in other containers: on this machine the process is looked up."""

_FREE = "UPDATE items SET state = 'waiting', run = 0 WHERE"
_ORPHANS = "SELECT source FROM items WHERE state = 'running' AND run NOT IN (SELECT id FROM runs)"


class Lease:
    """The row of this run. `id` is new for every run, and stored with each item that the run holds."""

    def __init__(self, base: Store) -> None:
        """Within a transaction."""
        self._store = base
        pid = os.getpid()
        values = (place(), pid, born(pid), base.clock_s())
        self.id = base.add("INSERT INTO runs (place, pid, born, beat) VALUES (?, ?, ?, ?)", values)
        self._over = threading.Event()
        self._pulse = threading.Thread(target=self._beat, name="pulse", daemon=True)
        self._pulse.start()

    def _beat(self) -> None:
        base: Store | None = None
        while not self._over.wait(PULSE_S):
            with contextlib.suppress(CannotWrite):  # a full disk, or a server that is away: there is another beat
                base = base or self._store.another()
                base.change("UPDATE runs SET beat = ? WHERE id = ?", (base.clock_s(), self.id))
        if base is not None:
            base.close()

    def is_held(self, base: Store) -> bool:
        """False where another run took this one for dead, because it stood still for too long."""
        return bool(base.ask("SELECT 1 FROM runs WHERE id = ?", (self.id,)))

    def stop(self) -> None:
        """End the pulse; the catalogue still says what the run holds."""
        self._over.set()
        self._pulse.join()


def free_dead(base: Store) -> None:
    """Release what dead runs hold. Within a transaction."""
    base.alone()  # else an item could be taken between the look at the runs and the change
    now_s = base.clock_s()
    for number, *run in base.ask("SELECT id, place, pid, born, beat FROM runs"):
        if not _is_alive(*run, now_s=now_s):
            free(base, number)
    base.change(f"{_FREE} source IN ({_ORPHANS} {base.skip_locked})")


def free(base: Store, run: int) -> None:
    """Within a transaction."""
    base.change("DELETE FROM runs WHERE id = ?", (run,))
    base.change(f"{_FREE} run = ? AND state = 'running'", (run,))


def _is_alive(where: str, pid: int, since: str, beat: float, *, now_s: float) -> bool:
    if since and where == place():
        return born(pid) == since
    return abs(now_s - beat) < DEAD_AFTER_S  # a beat of the future is from before the clock was set back


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
