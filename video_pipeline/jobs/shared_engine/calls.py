"""What a worker and the process with the engine say to each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from video_pipeline.core.transcript import EngineIdentity
from video_pipeline.speech.base import SpeechOptions

MORE = "more"
"""Asks a worker for the next window."""
ALIVE = "alive"
"""Tells a worker that its call waits for its turn."""


@dataclass(frozen=True, slots=True)
class End:
    """The last answer to a call; `memory` is what the engine remembers of the file for its next stretch."""

    memory: dict[str, str]


@dataclass(frozen=True, slots=True)
class Call:
    """What a worker asks of the engine."""

    what: Literal["open", "transcribe", "event_posterior"]
    options: SpeechOptions
    identity: EngineIdentity
    values: tuple[Any, ...] = ()
    memory: dict[str, str] = field(default_factory=dict)
