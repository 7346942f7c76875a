"""Set the loudness that platforms require, in two passes: `loudnorm` measures, then one gain is applied and peaks are limited.

`loudnorm` itself would change the level dynamically wherever one gain makes a peak too high: that pumps under laughter, and it
lost the last 60 ms of a clip in tests.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec

from video_pipeline.core.constraints import check_fields
from video_pipeline.media import ffmpeg
from video_pipeline.media.clock import on_one_clock
from video_pipeline.media.errors import FfmpegFailed

_MEASURED = re.compile(r"\{[^{}]*\"input_i\"[^{}]*\}")
_SILENT_LUFS = -60.0
"""Quieter sound is noise and is not raised."""
_MEASURE_LIMIT_S = 1800.0
_ENCODING_DB = 0.5
"""AAC raises peaks by about this much."""
_OVERSAMPLED_HZ = 192_000
"""Four times 48 kHz, as EBU R 128 measures true peaks."""


@dataclass(frozen=True, slots=True)
class LoudnessOptions:
    """The loudness of clips, after EBU R 128. YouTube, TikTok, Instagram and Spotify play at -14 LUFS."""

    on: bool = True
    """Whether the loudness is changed at all."""

    integrated_lufs: Annotated[float, msgspec.Meta(ge=-70, le=-5)] = -14.0
    """Loudness of the whole piece, in LUFS."""

    true_peak_dbtp: Annotated[float, msgspec.Meta(ge=-9, le=0)] = -1.0
    """The most any peak may reach, between samples too, in dBTP."""

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True, slots=True)
class Loudness:
    """Measured loudness of some sound."""

    integrated_lufs: float
    true_peak_dbtp: float


def levelled(sound: Any, measured: Loudness | None, options: LoudnessOptions) -> Any:
    """A sound of FFmpeg's graph at the target loudness: one gain for all of it, and a limiter if a peak needs one."""
    if measured is None:
        return sound
    gain_db = options.integrated_lufs - measured.integrated_lufs
    sound = sound.filter("volume", f"{gain_db:.2f}dB")
    ceiling_dbtp = options.true_peak_dbtp - _ENCODING_DB
    if measured.true_peak_dbtp + gain_db <= ceiling_dbtp:
        return sound
    # oversampled, so that peaks between samples are seen too; without make-up gain and delay of the limiter
    sound = sound.filter("aresample", _OVERSAMPLED_HZ)
    return sound.filter("alimiter", limit=f"{10 ** (ceiling_dbtp / 20):.4f}", level=0, latency=1)


def measure(sound: Any, task: ffmpeg.Task, source: Any = None) -> Loudness | None:
    """Measure a sound of FFmpeg's graph; None for silence. `source` is the node that reads the file of the task.

    Raises:
        FfmpegFailed, FfmpegTimeout: the sound cannot be decoded.
    """
    node = ffmpeg.graph().output(sound.filter("loudnorm", print_format="json"), "-", format="null")
    if source is not None:
        node = on_one_clock(node, source, task.path)
    _, text = ffmpeg.run(ffmpeg.command(node, verbosity="info"), ffmpeg.Task(task.doing, task.path, _MEASURE_LIMIT_S))
    found = _MEASURED.search(text)
    if found is None:
        raise FfmpegFailed("measuring the loudness of", task.path, ffmpeg.tail(text))
    values = json.loads(found[0])
    loudness = Loudness(float(values["input_i"]), float(values["input_tp"]))
    audible = loudness.integrated_lufs > _SILENT_LUFS and math.isfinite(loudness.true_peak_dbtp)
    return loudness if audible else None
