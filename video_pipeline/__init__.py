"""Emotion-labelled subtitles and ready-to-post highlight clips from videos.

Example:
    >>> import video_pipeline as v
    >>> talk = v.process("talk.mp4", ["subtitles", "clips"], language="en")
    >>> talk.outputs("subtitles"), [clip.title for clip in talk.clips]

The names below are the public interface. They are loaded when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

import importlib
import os
from typing import TYPE_CHECKING

__version__ = "0.1.0"

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # onnxruntime 1.32 and newer report usage by default, on Linux too
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
"""Libraries must not report usage to their makers. They read this when they are loaded; what a person has set stands."""

if TYPE_CHECKING:
    from video_pipeline.core.clip import Clip as Clip
    from video_pipeline.core.cue import Cue as Cue
    from video_pipeline.core.errors import PipelineError as PipelineError
    from video_pipeline.core.progress import Progress as Progress
    from video_pipeline.core.transcript import AudioEvent as AudioEvent
    from video_pipeline.core.transcript import Segment as Segment
    from video_pipeline.core.transcript import Transcript as Transcript
    from video_pipeline.options import Options as Options
    from video_pipeline.options import load_options as load_options
    from video_pipeline.video.process import process as process
    from video_pipeline.video.process import transcribe as transcribe
    from video_pipeline.video.video import Video as Video

_HOMES = {
    "AudioEvent": "core.transcript",
    "Clip": "core.clip",
    "Cue": "core.cue",
    "Options": "options",
    "PipelineError": "core.errors",
    "Progress": "core.progress",
    "Segment": "core.transcript",
    "Transcript": "core.transcript",
    "Video": "video.video",
    "load_options": "options",
    "process": "video.process",
    "transcribe": "video.process",
}
"""The module of each public name."""

__all__ = [  # noqa: RUF022 - in the order in which people meet them
    "process",
    "transcribe",
    "Video",
    "Options",
    "load_options",
    "Progress",
    "PipelineError",
    "Transcript",
    "Segment",
    "AudioEvent",
    "Cue",
    "Clip",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
