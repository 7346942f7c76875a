"""Small pictures of a video, and the shape of its sound: made from the file itself, whether or not it is processed."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from video_pipeline.core.errors import BadValue
from video_pipeline.core.span import Span
from video_pipeline.media.amplitudes import AMPLITUDE_HOP_S, amplitudes
from video_pipeline.media.frame import frame
from video_pipeline.media.probe import MediaInfo
from video_pipeline.report.viewer import packed
from video_pipeline.web.errors import NotThere
from video_pipeline.web.settings import ServerOptions
from video_pipeline.web.store import StoredJob

_LONGEST_WAVE_S = 180.0
"""Of sound whose shape is given at once."""
_POSTER_PX = 480
"""Width of a small picture."""
_POSTER_STEP_S = 0.2
"""Small pictures are taken at multiples of this."""
_POSTERS = 400
"""Kept per video; the oldest make room."""


class Pictures:
    """Of one server; one is made at a time of each video."""

    def __init__(self, info: Callable[[StoredJob], MediaInfo], server: ServerOptions) -> None:
        self._info, self._server = info, server
        self._locks: dict[str, threading.RLock] = {}

    def alone(self, job: StoredJob) -> AbstractContextManager[bool]:
        """While no other picture of the video is made. `setdefault` is one step, a `defaultdict` is not."""
        return self._locks.setdefault(job.id, threading.RLock())

    def forget(self, job: StoredJob) -> None:
        self._locks.pop(job.id, None)

    def waveform(self, job: StoredJob, start_s: float, end_s: float) -> dict[str, Any]:
        """The shape of a stretch of the sound: the greatest amplitude of each hundredth of a second. Raises BadValue."""
        length_s = end_s - start_s
        if not (0.0 <= start_s < end_s and length_s <= _LONGEST_WAVE_S):
            raise BadValue("end_s", f"it comes after start_s, by {_LONGEST_WAVE_S:g} s at most")
        info = self._info(job)
        with self.alone(job):
            heights = amplitudes(info.path, int(job.options.get("track", 0)), Span(start_s, end_s))
        return {"start_s": start_s, "end_s": end_s, **packed(heights, AMPLITUDE_HOP_S)}

    def poster(self, job: StoredJob, at_s: float) -> Path:
        """A small picture, kept for the next one who asks. Raises NotThere where there is none."""
        server = self._server
        info = self._info(job)
        if info.video is None:
            raise NotThere("picture: it is sound only")
        end_s = max(0.0, (info.duration_s or 0.0) - _POSTER_STEP_S)
        step = round(min(max(0.0, at_s), end_s) / _POSTER_STEP_S) if math.isfinite(at_s) else 0
        target = server.frames / job.id / f"{step:06d}.jpg"
        with self.alone(job):
            if not target.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                for old in sorted(target.parent.glob("*.jpg"), key=_age)[_POSTERS:]:
                    old.unlink(missing_ok=True)
                frame(info, min(end_s, step * _POSTER_STEP_S), target, width_px=_POSTER_PX)
        return target


def _age(path: Path) -> float:
    return -path.stat().st_mtime
