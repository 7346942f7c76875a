"""The checks of `doctor`, one function each."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from video_pipeline.cli.advice import advised
from video_pipeline.core.errors import PipelineError
from video_pipeline.core.extras import install_command

if TYPE_CHECKING:
    from video_pipeline.speech.base import SpeechOptions

_PACKAGES = ("onnxruntime", "scikit-learn", "pysrt", "moviepy")
_ENGINE_PACKAGES = {"torch": "sensevoice", "funasr": "sensevoice", "faster-whisper": "whisper", "pocketsphinx": "draft"}
"""Package -> the extra that brings it. What an engine needs is not needed by the rest of the program."""
_FREE_BYTES = 2_000_000_000
"""The model takes 1 GB; the rest is room for clips."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked. `advice` says what to do if it is not `ok`; nothing runs without what is `needed`."""

    what: str
    ok: bool
    found: str
    advice: str = ""
    needed: bool = False


def examine(model: str) -> list[Check]:
    """All checks, in the order in which they are shown."""
    return [_python(), _ffmpeg(), *_drawing(), *_packages(), _device(), *_engines(model), _disk()]


def _python() -> Check:
    return Check("python", True, f"{platform.python_version()} on {platform.system()} {platform.machine()}")


def _ffmpeg() -> Check:
    from video_pipeline.media import ffmpeg

    try:
        return Check("ffmpeg", True, f"{ffmpeg.ffmpeg_version()} ({ffmpeg.find_ffmpeg()})", needed=True)
    except PipelineError as error:
        return Check("ffmpeg", False, "not found", advised(error), needed=True)


def _drawing() -> Iterator[Check]:
    """Requirements of `--burn`: libass in FFmpeg, and a font for each language."""
    from video_pipeline.media import fonts
    from video_pipeline.media.font_names import SAMPLES, install_hint

    try:
        found = fonts.languages()
    except PipelineError as error:
        yield Check("libass", False, "not usable", advised(error))
        return
    yield Check("libass", True, "this FFmpeg has it, so subtitles can be drawn into the picture (--burn)")
    for language, font in found.items():
        what = "" if font else install_hint(SAMPLES[language], language)
        yield Check(f"font {language}", bool(font), font or "none: subtitles in this language cannot be drawn", what)


def _packages() -> Iterator[Check]:
    for name in _PACKAGES:
        try:
            yield Check(name, True, importlib.metadata.version(name), needed=True)
        except importlib.metadata.PackageNotFoundError:
            yield Check(name, False, "not installed", f"pip install {name}", needed=True)
    for name, extra in _ENGINE_PACKAGES.items():
        try:
            yield Check(name, True, importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            yield Check(name, False, f"not installed; the engine {extra} needs it", install_command(extra))


def _device() -> Check:
    try:
        import torch
    except ImportError:
        return Check("device", True, "cpu (without torch, no GPU is used)")
    if torch.cuda.is_available():
        return Check("device", True, f"cuda: {torch.cuda.get_device_name(0)}")
    return Check("device", True, "cpu (no usable CUDA device; everything works, but more slowly)")


def _engines(model: str) -> Iterator[Check]:
    from video_pipeline.speech.base import SpeechOptions
    from video_pipeline.speech.choose import availabilities, choose

    options = SpeechOptions(model=model)
    for name, answer in availabilities(options).items():
        yield Check(f"engine {name}", answer.ready, answer.reason, _fetching_advice(options) if name == "sensevoice" else "")
    try:
        choice = choose(options)
        yield Check("engine auto", True, f"{choice.name}, because {choice.why}", needed=True)
    except PipelineError as error:
        yield Check("engine auto", False, "no engine can run", advised(error), needed=True)


def _fetching_advice(options: SpeechOptions) -> str:
    """When the weights will come, if they are missing. The network is not asked."""
    from video_pipeline.core import hub_cache
    from video_pipeline.speech.choose import fetchable
    from video_pipeline.speech.sensevoice import fetching, hubs, weights

    if fetchable(options) is None:
        return ""
    files = f"or put {', '.join(hubs.FILES)} into {weights.default_folder()}"
    if reason := hub_cache.offline_reason():
        return f"they are not fetched ({reason}); allow it, {files}"
    here = f" ({fetching.partial_bytes() / 1e6:.0f} MB are here already)" if fetching.partial_bytes() else ""
    size = f"{fetching.total_bytes() / 1e6:.0f} MB{here}"
    return f"the first run fetches them, {size}; video-pipeline models fetch does it now, {files}"


def _disk() -> Check:
    free = shutil.disk_usage(Path.cwd()).free
    advice = "" if free >= _FREE_BYTES else "make room: clips and the model need up to 2 GB"
    return Check("disk", free >= _FREE_BYTES, f"{free / 1e9:.1f} GB free in this folder", advice)
