"""How much of a machine or a cluster a run may take, and when a worker has gone wrong."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from video_pipeline.core.errors import OutputError
from video_pipeline.library.jobs import Event, Job, Listen, Outcome
from video_pipeline.library.work import work
from video_pipeline.media.targets import require_space

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


@dataclass(frozen=True, slots=True)
class Pool:
    """The workers of a run.

    Attributes:
        workers: at once; 0 is one per usable core, on a cluster as many as it has room for.
        memory_mb: of one worker with its engine; above it the worker is ended and its item fails. 0 is no limit.
        hang_s: a worker that gives no sign of progress for this long is ended. 0 is no limit.
        item_s: the longest that one item may take. 0 is no limit.
        recycle_h: a worker that has worked through so many hours of media makes room for a fresh one. 0 is never.
        free_mb: room that must be left where results go before an item is begun.
        tries: workers that may die over an item before it has failed.
        share_engine: `yes`: one process holds the engine, the workers decode for it; `auto`: where the engine is on a GPU.
        address: of a Ray cluster; empty takes `RAY_ADDRESS`, else starts Ray on this machine.
        cpus, gpus, resources: what one worker takes of a Ray node; `gpus` may be a fraction.
        task: what is done with a job.
    """

    workers: int = 0
    memory_mb: int = 0
    hang_s: float = 900.0
    item_s: float = 0.0
    recycle_h: float = 20.0
    free_mb: int = 64
    tries: int = 2
    share_engine: Literal["auto", "yes", "no"] = "auto"
    address: str = ""
    cpus: float = 1.0
    gpus: float = 0.0
    resources: Mapping[str, float] = field(default_factory=dict)
    task: Callable[[Job, Listen], Outcome] = work

    def __post_init__(self) -> None:
        sizes = ("workers", "memory_mb", "hang_s", "item_s", "recycle_h", "free_mb", "gpus")
        for name in sizes:
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must not be less than 0")
        if self.tries < 1 or self.cpus <= 0:
            raise ValueError("tries must be at least 1, cpus more than 0")

    @property
    def here(self) -> int:
        """Workers on this machine."""
        return self.workers or usable_cores()


def attempt(job: Job, pool: Pool, listen: Listen) -> Outcome:
    """Do a job in this process, if there is room for what it makes. Tells first that it has begun."""
    listen(Event("started", "", job.source))
    try:
        require_space(job.out, pool.free_mb << 20)
    except OutputError as error:
        return Outcome.failed(job, error)
    return pool.task(job, listen)


def memory_mb(pid: int) -> int:
    """What a process holds in memory; 0 where that cannot be told (not Linux, or it is gone)."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE_BYTES >> 20
    except (OSError, ValueError, IndexError):
        return 0


def usable_cores() -> int:
    """Cores this process may use, which a container or `taskset` may have made fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
