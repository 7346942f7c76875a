"""What goes between the server and the process that does the work; plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker is told to do.

    Attributes:
        video: the file, and its BLAKE3 `digest`.
        folder: of its results.
        name: what people call it, for messages.
        preview: where a copy for browsers goes, if they cannot play the file.
        limit_s: longest video.
        export: what to make of its highlights; None: process the video itself.
    """

    video: Path
    digest: str
    folder: Path
    name: str
    preset: str
    said: Mapping[str, Any]
    preview: Path
    limit_s: float
    export: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """How it went: `error` is empty where it went well, else the sentence for people."""

    error: str = ""
    error_type: str = ""
    made: str = ""
    media_s: float | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """How far a worker is: a stage with `total_s` seconds of media before it, `done_s` of them done, or a notice."""

    stage: str = ""
    done_s: float = 0.0
    total_s: float | None = None
    notice: str = ""
