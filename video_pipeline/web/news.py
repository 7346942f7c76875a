"""What was changed of late: for everybody who has the same video open, and of which videos files are still to be written."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import Any

import msgspec

from video_pipeline.video.base import Goal

_KEPT = 200
"""Changes of a video that are remembered; whoever missed more reads the video again."""
_LARGEST_BYTES = 64 << 10
"""Of a change that is remembered: twenty long lines with the subtitles around them. Larger ones are seen by reading again."""


class News:
    """Numbered changes by video; in memory only, since a page reads the whole video after a restart. Adding is one step."""

    def __init__(self) -> None:
        self._news: dict[str, deque[tuple[int, dict[str, Any] | None]]] = {}

    def add(self, job_id: str, change: dict[str, Any] | None) -> None:
        """`change`: as `EditSession.edit_lines` answers; None for one that is seen only by reading the video again."""
        if change is not None and len(msgspec.json.encode(change)) > _LARGEST_BYTES:
            change = None
        known = self._news.setdefault(job_id, deque(maxlen=_KEPT))
        known.append((self.last(job_id) + 1, change))

    def last(self, job_id: str) -> int:
        """The number of the last change; 0 where there was none."""
        known = self._news.get(job_id)
        return known[-1][0] if known else 0

    def since(self, job_id: str, number: int) -> list[dict[str, Any]]:
        """The changes after that one, oldest first; a single `{"reload": true}` where they cannot be told one by one."""
        last = self.last(job_id)
        if number == last:
            return []
        found = [(one, change) for one, change in tuple(self._news.get(job_id, ())) if one > number]
        if number > last or len(found) != last - number or any(change is None for _, change in found):
            return [{"reload": True, "number": last}]
        return [{**(change or {}), "number": one} for one, change in found]


class Settled:
    """Which files of a video are as new as its words.

    A video whose subtitle files are older has an empty file of its id in a folder: an end of the server forgets none of them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, set[Goal]] = {}
        """After a start, of no video this is known."""

    def has(self, job_id: str, *goals: Goal) -> bool:
        return set(goals) <= self._known.get(job_id, set())

    def changed(self, job_id: str) -> None:
        """All files of a video are older than its words now."""
        self._known.pop(job_id, None)
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / job_id).touch()

    def written(self, job_id: str, *goals: Goal) -> None:
        self._known.setdefault(job_id, set()).update(goals)
        if "subtitles" in goals:
            (self._folder / job_id).unlink(missing_ok=True)

    def forget(self, job_id: str) -> None:
        """The video was removed."""
        self._known.pop(job_id, None)
        (self._folder / job_id).unlink(missing_ok=True)

    def left(self) -> list[str]:
        """Videos whose subtitle files are still to be written, also from before the last start."""
        return sorted(path.name for path in self._folder.glob("*"))
