"""Which files of a video are as new as its words. What is not is kept on disk too: an end of the server forgets none of it."""

from __future__ import annotations

from pathlib import Path

from video_pipeline.video.base import Goal


class Settled:
    """Of one server. A video whose subtitle files are older than its words has an empty file of its id in a folder."""

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
