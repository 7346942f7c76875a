"""Encode a piece again: from exactly its first frame to its last, with the frame times of the source."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from video_pipeline.core.errors import CannotWrite
from video_pipeline.media import ffmpeg
from video_pipeline.media.cutting import encoders
from video_pipeline.media.cutting.base import CutOptions
from video_pipeline.media.cutting.plan import Plan
from video_pipeline.media.loudness import levelled, measure

STALL_S = 300.0
"""Without progress for this long, FFmpeg is stopped."""
CLOCK = "1:90000"
"""Encoder time base: fine enough for the frame times of any source, so variable frame rates are kept."""
_FADE_S = 0.03
"""Fade at both ends of the sound, against clicks."""
_RATES_HZ = (48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000)
"""Sample rates for AAC, highest first; the rate of the source is rounded down to one of them."""


def exact(plan: Plan, part: Path, options: CutOptions, on_progress: Callable[[float], None]) -> str:
    """Write the piece to `part` as MP4; returns the encoder. `on_progress` receives finished seconds.

    The picture becomes 8 bits, SDR, with square pixels: what every player supports.

    Raises:
        FfmpegFailed, FfmpegTimeout: the source cannot be decoded or encoded.
    """
    if plan.picture is None:
        source = plan.source()
        encode([sound(plan, source)], {}, plan, part, options, on_progress)
        return ""
    name = encoders.chosen(options.encoder)
    encoder = encoders.ENCODERS[name]
    source = plan.source(**dict(encoder.device))
    streams = [encoders.uploaded(plan.piece.look.onto(plan.shown(source), part.parent), name)]
    if plan.piece.has_sound:
        streams.append(sound(plan, source))
    how = {"c:v": name, **encoder.quality(options.crf, options.speed), "enc_time_base": CLOCK}
    # a slide may be shown for much longer than the piece
    how["bsf:v"] = f"setts=pts=PTS:dts=DTS:duration='min(DURATION,{plan.span.duration_s:.6f}/TB-PTS)'"
    encode(streams, how, plan, part, options, on_progress)
    return name


def sound(plan: Plan, source: Any) -> Any:
    """The sound of the piece at the requested loudness, faded over 30 ms at both ends against clicks."""
    loudness, rate_hz = plan.piece.loudness, plan.piece.info.audio_track(plan.piece.track).rate_hz
    out = plan.sound(source)
    if loudness.on:
        task = ffmpeg.Task("measuring the loudness of", plan.piece.info.path)
        out = levelled(out, measure(plan.sound(plan.source()), task), loudness)
    out = out.filter("aresample", next((rate for rate in _RATES_HZ if rate <= rate_hz), 48_000))
    out = out.filter("afade", type="in", duration=_FADE_S)
    return out.filter("afade", type="out", start_time=max(0.0, plan.span.duration_s - _FADE_S), duration=_FADE_S)


def encode(
    streams: list[Any], how: dict[str, Any], plan: Plan, part: Path, options: CutOptions, on_progress: Callable[[float], None]
) -> None:
    """Run FFmpeg over streams of its graph; the sound among them becomes AAC."""
    how = {"c:a": "aac", "b:a": f"{options.audio_kbps}k", **how, "movflags": "+faststart", "map_metadata": -1, "format": "mp4"}
    node = ffmpeg.graph().output(*streams, ffmpeg.url(part), **how)
    task = ffmpeg.Task("encoding a part of", plan.piece.info.path, STALL_S)
    ffmpeg.follow(ffmpeg.command(node), task, on_progress, cwd=part.parent)
    if not part.is_file():
        raise CannotWrite(part.parent, "FFmpeg wrote no file there")
