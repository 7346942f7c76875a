"""How much of a machine or a cluster a run may take, and when a worker has gone wrong."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from video_pipeline.core.constraints import AboveZero, AtLeastOne, AtLeastZero, Count, check_fields
from video_pipeline.core.cores import usable_cores

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
"""Unit of /proc/PID/statm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The workers of a run and their limits."""

    workers: Count = 0
    """At once; 0 is one per usable core, on a cluster as many as it has room for."""
    memory_mb: Count = 0
    """Of one worker with its engine; above it the worker is ended and its job fails. 0 disables this."""
    hang_s: AtLeastZero = 900.0
    """A worker that reports no progress for this long is ended, and its job fails. 0 disables this."""
    item_s: AtLeastZero = 0.0
    """The longest that one job may take. 0 disables this."""
    recycle_h: AtLeastZero = 20.0
    """A worker that has worked through this many hours of media is replaced by a fresh one. 0 disables this."""
    free_mb: Count = 64
    """Room that must be left in the folder for results before a job starts."""
    tries: AtLeastOne = 2
    """Workers that may die while they work on one job before it has failed."""
    share_engine: Literal["auto", "yes", "no"] = "auto"
    """`yes`: one process holds the speech engine and the workers decode for it; `auto`: when the engine runs on a GPU."""
    address: str = ""
    """Of a Ray cluster; empty takes `RAY_ADDRESS`, else starts Ray on this machine."""
    cpus: AboveZero = 1.0
    """Of a Ray node, for one worker."""
    gpus: AtLeastZero = 0.0
    """Of a Ray node, for one worker; may be a fraction."""
    resources: Mapping[str, float] = field(default_factory=dict)
    """Other resources of a Ray node, for one worker."""

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def local_workers(self) -> int:
        """Workers on this machine."""
        return self.workers or usable_cores()


def memory_mb(pid: int) -> int:
    """Memory that a process holds; 0 when unknown (not Linux, or the process is gone)."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE_BYTES >> 20
    except (OSError, ValueError, IndexError):
        return 0
