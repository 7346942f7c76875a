"""A video of sound alone: its waveform as it is heard, and subtitles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from video_pipeline.media import ffmpeg
from video_pipeline.media.cutting.base import CutOptions
from video_pipeline.media.drawing import Typeset, drawing
from video_pipeline.media.targets import refusals, whole

RATE_FPS = 25
_STALL_S = 300.0
"""Without progress for this long, FFmpeg is stopped."""
_BACKGROUND = "0x16202e"
_WAVE = "0x6fc3df"
_HIGH = 0.3
"""Height of the waveform, as a share of the picture's; it stands in the middle, above the captions."""


@dataclass(frozen=True, slots=True)
class Audiogram:
    """What a video of sound alone shows: its size, and captions on the clock of the sound."""

    size_px: tuple[int, int]
    captions: Typeset | None = None


def write_audiogram(
    sound: Path, shown: Audiogram, target: Path, options: CutOptions, on_progress: Callable[[float], None] = lambda done_s: None
) -> None:
    """Write an MP4 of a whole sound file, with its sound as AAC; `on_progress` receives finished seconds.

    Raises:
        FfmpegFailed, FfmpegTimeout: it cannot be decoded. CannotWrite: the folder is not writable.
    """
    width, height = shown.size_px
    source = ffmpeg.source(sound)
    wave = {"s": f"{width}x{round(height * _HIGH / 2) * 2}", "mode": "cline", "rate": RATE_FPS, "colors": _WAVE, "scale": "sqrt"}
    empty = ffmpeg.graph().input(f"color=c={_BACKGROUND}:s={width}x{height}:r={RATE_FPS}", f="lavfi")
    waves = source["a:0"].filter("aformat", channel_layouts="mono").filter("showwaves", **wave)
    with whole(target) as part, refusals(part):
        picture = ffmpeg.graph().overlay(empty, waves, x=0, y="(H-h)/2", shortest=1)
        if shown.captions is not None:
            picture = drawing(picture, shown.captions, part.parent)
        picture = picture.filter("format", "yuv420p")
        how: dict[str, Any] = {"c:v": "libx264", "crf": options.crf, "preset": options.speed, "c:a": "aac", "format": "mp4"}
        how |= {"b:a": f"{options.audio_kbps}k", "movflags": "+faststart", "map_metadata": -1, "map_chapters": -1}
        line = ffmpeg.command(ffmpeg.graph().output(picture, source["a:0"], ffmpeg.url(part), **how))
        ffmpeg.follow(line, ffmpeg.Task("drawing the waveform of", sound, _STALL_S), on_progress, cwd=part.parent)
