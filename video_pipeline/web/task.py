"""What travels between the server and its workers: plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from video_pipeline.video.base import Goal

GOALS: tuple[Goal, ...] = ("subtitles", "highlights", "report")
"""What is made of a video for the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a worker has to know; plain data."""

    video: Path
    digest: str
    """BLAKE3 of the video."""
    folder: Path
    """Of its results."""
    name: str
    """What people call it, for messages."""
    preset: str
    overrides: Mapping[str, Any]
    """Options over the preset, by dotted keys."""
    preview: Path
    """Where a copy for browsers goes, if they cannot play the file."""
    limit_s: float
    """Longest video that is processed."""
    goals: tuple[Goal, ...] = GOALS
    """What to make of the video."""
    export: Mapping[str, Any] | None = None
    """What to make of its highlights; None: process the video itself."""


@dataclass(frozen=True, slots=True)
class Made:
    """The value of finished work."""

    file: str = ""
    """What an export made, relative to the folder of results."""
