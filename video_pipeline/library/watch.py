"""Folders that are watched: what is new or changed there is ready for work when it has come to rest, and the machine is free."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from video_pipeline.core.errors import BadValue
from video_pipeline.library.records import VideoJob

_HOURS = re.compile(r"(\d\d?)(?::([0-5]\d))?-(\d\d?)(?::([0-5]\d))?")
_DAY_MIN = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """When a machine is worked."""

    hours: str = ""
    """`22-6` or `12:30-13:30`, by its own clock; empty is always."""
    max_load: float = 0.0
    """Nothing is begun while more processes than this want to run (load average of a minute); 0 does not ask."""

    def __post_init__(self) -> None:
        if self.hours and self._bounds_min() is None:
            raise BadValue("--hours", f"{self.hours!r} is no range of hours such as 22-6 or 12:30-13:30")
        if self.max_load < 0:
            raise BadValue("--max-load", "this is 0 or more")

    def allow(self, now: datetime | None = None, load: float | None = None) -> bool:
        """Whether another video may be begun."""
        return not self.hindrance(now, load)

    def hindrance(self, now: datetime | None = None, load: float | None = None) -> str:
        """What another video waits for; empty where it may be begun."""
        if self.max_load and (os.getloadavg()[0] if load is None else load) > self.max_load:
            return f"the load to fall to {self.max_load:g}"
        bounds = self._bounds_min()
        if bounds is None:
            return ""
        now = now or datetime.now()
        first, last = bounds
        minute = 60 * now.hour + now.minute
        is_in = first <= minute < last if first < last else minute >= first or minute < last
        return "" if is_in else f"the hours {self.hours}"

    def _bounds_min(self) -> tuple[int, int] | None:
        """Minutes of the day; None for every time, or where they make no sense."""
        found = _HOURS.fullmatch(self.hours.replace(" ", ""))
        if found is None:
            return None
        first, last = (60 * int(found[k]) + int(found[k + 1] or 0) for k in (1, 3))
        return (first, last) if max(first, last) <= _DAY_MIN and first != last else None

    def while_allowed(self, jobs: Iterable[VideoJob]) -> Iterator[VideoJob]:
        """Jobs until the machine is wanted otherwise; those that were begun are brought to their end."""
        for job in jobs:
            if not self.allow():
                return
            yield job


@dataclass(slots=True)
class Rest:
    """Knows which files have stopped changing. A file that is still being copied grows, or is touched."""

    rest_s: float = 60.0
    """How long a file must be unchanged."""
    clock: Callable[[], float] = time.monotonic
    wall_clock: Callable[[], float] = time.time
    _seen: dict[str, tuple[tuple[int, int], float]] = field(default_factory=dict, init=False)
    _is_first: bool = field(default=True, init=False)

    def at_rest(self, jobs: Iterable[VideoJob]) -> list[VideoJob]:
        """Those of `jobs`, which are all that there are, that may be worked on.

        What lay there when watching began is judged by its time; what comes later is watched, since copies may bring old times.
        Remote files appear when they are whole.
        """
        now_s, before = self.clock(), self._seen
        self._seen, ready = {}, []
        for job in jobs:
            if job.url:
                ready.append(job)
                continue
            try:
                stat = job.video.stat()
            except OSError:
                continue
            stamp = (stat.st_size, stat.st_mtime_ns)
            known = before.get(job.source)
            age_s = self.wall_clock() - stat.st_mtime if self._is_first else 0.0
            since_s = known[1] if known is not None and known[0] == stamp else now_s - max(0.0, age_s)
            self._seen[job.source] = (stamp, since_s)
            if stat.st_size and now_s - since_s >= self.rest_s:
                ready.append(job)
        self._is_first = False
        return ready
