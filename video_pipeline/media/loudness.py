"""Loudness as platforms ask for it, by FFmpeg's `loudnorm` in two passes: measured first, then changed once."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Any

from video_pipeline.core.errors import FfmpegFailed
from video_pipeline.media import ffmpeg

_MEASURED = re.compile(r"\{[^{}]*\"input_i\"[^{}]*\}")
_SILENT_LUFS = -60.0
"""Below this there is nothing to raise but noise."""
_MEASURE_LIMIT_S = 1800.0


@dataclass(frozen=True, slots=True)
class LoudnessOptions:
    """Targets after EBU R 128, which YouTube, TikTok, Instagram and Spotify play at -14 LUFS.

    Attributes:
        on: change the loudness at all.
        integrated_lufs: of the whole piece.
        true_peak_dbtp: the most any peak may reach, between samples too.
        range_lu: loudness range, where the level must be ridden since one gain for all would clip.
    """

    on: bool = True
    integrated_lufs: float = -14.0
    true_peak_dbtp: float = -1.0
    range_lu: float = 11.0

    def __post_init__(self) -> None:
        if not (-70 <= self.integrated_lufs <= -5 and -9 <= self.true_peak_dbtp <= 0 and 1 <= self.range_lu <= 50):
            raise ValueError("integrated_lufs must be -70 to -5, true_peak_dbtp -9 to 0, range_lu 1 to 50")

    @property
    def _targets(self) -> dict[str, float]:
        return {"i": self.integrated_lufs, "tp": self.true_peak_dbtp, "lra": self.range_lu}


def levelled(sound: Any, measured: dict[str, float], options: LoudnessOptions) -> Any:
    """A sound of FFmpeg's graph at the target: by one gain for all of it where peaks allow that; silence stays as it is."""
    if not measured:
        return sound
    known = {f"measured_{key}": measured[key] for key in ("i", "tp", "lra", "thresh")}
    return sound.filter("loudnorm", **options._targets, **known, offset=measured["offset"], linear="true")


def measure(sound: Any, task: ffmpeg.Task, options: LoudnessOptions) -> dict[str, float]:
    """`loudnorm`'s first pass over a sound of FFmpeg's graph; empty for silence.

    Raises:
        FfmpegFailed, FfmpegTimeout: the sound cannot be decoded.
    """
    node = ffmpeg.graph().output(sound.filter("loudnorm", **options._targets, print_format="json"), "-", format="null")
    _, text = ffmpeg.run(ffmpeg.command(node, verbosity="info"), ffmpeg.Task(task.doing, task.path, _MEASURE_LIMIT_S))
    found = _MEASURED.search(text)
    if found is None:
        raise FfmpegFailed("measuring the loudness of", task.path, ffmpeg.tail(text))
    told = {key: float(value) for key, value in json.loads(found[0]).items() if key != "normalization_type"}
    values = {key.removeprefix("input_"): told[key] for key in ("input_i", "input_tp", "input_lra", "input_thresh")}
    values["offset"] = told["target_offset"]
    heard = values["i"] > _SILENT_LUFS and all(map(math.isfinite, values.values()))
    return values if heard else {}
