"""Encode a piece again: from exactly its first frame to its last, with the frame times of the source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from video_pipeline.core.errors import CannotWrite
from video_pipeline.media import ffmpeg
from video_pipeline.media.clock import on_one_clock
from video_pipeline.media.cutting import encoders
from video_pipeline.media.cutting.base import CutOptions
from video_pipeline.media.cutting.plan import Plan
from video_pipeline.media.loudness import levelled, measure
from video_pipeline.media.upright import is_hdr

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

    The picture becomes 8 bits, SDR, with square pixels: what every player supports; HDR stays if it is asked for.

    Raises:
        FfmpegFailed, FfmpegTimeout: the source cannot be decoded or encoded.
    """
    if plan.picture is None:
        source = plan.source()
        encode(Taken(source, [sound(plan, source)]), {"b:a": f"{options.audio_kbps}k"}, plan, part, on_progress)
        return ""
    hdr = keeps_hdr(plan, options)
    name = encoders.HDR if hdr else encoders.chosen(options.encoder)
    encoder = encoders.HDR_ENCODER if hdr else encoders.ENCODERS[name]
    source = plan.source(**dict(encoder.device))
    streams = [encoders.uploaded(plan.piece.look.onto(plan.shown(source, hdr=hdr), part.parent), encoder)]
    if plan.piece.has_sound:
        streams.append(sound(plan, source))
    how = {"c:v": name, **encoder.quality(options.crf, options.speed), "b:a": f"{options.audio_kbps}k"}
    how |= {"enc_time_base:v": str(1 / plan.rate_fps) if plan.rate_fps else CLOCK, "fps_mode:v": "passthrough"}
    # a slide may be shown for much longer than the piece
    how["bsf:v"] = f"setts=pts=PTS:dts=DTS:duration='min(DURATION,{plan.span.duration_s:.6f}/TB-PTS)'"
    encode(Taken(source, streams), how, plan, part, on_progress)
    return name


def keeps_hdr(plan: Plan, options: CutOptions) -> bool:
    """Whether the piece stays HDR. Drawn captions would be as bright as the sun in it."""
    wished = options.hdr and plan.picture is not None and is_hdr(plan.picture)
    return wished and plan.piece.look.captions is None and encoders.hdr_works()


def sound(plan: Plan, source: Any) -> Any:
    """The sound of the piece at the requested loudness, faded over 30 ms at both ends against clicks."""
    loudness, rate_hz = plan.piece.loudness, plan.piece.info.audio_track(plan.piece.track).rate_hz
    out = plan.sound(source)
    if loudness.on:
        task = ffmpeg.Task("measuring the loudness of", plan.piece.info.path)
        again = plan.source()
        out = levelled(out, measure(plan.sound(again), task, again), loudness)
    out = out.filter("aresample", next((rate for rate in _RATES_HZ if rate <= rate_hz), 48_000))
    out = out.filter("afade", type="in", duration=_FADE_S)
    return out.filter("afade", type="out", start_time=max(0.0, plan.span.duration_s - _FADE_S), duration=_FADE_S)


@dataclass(frozen=True, slots=True)
class Taken:
    """Streams of FFmpeg's graph, and the nodes that read the file from which they come."""

    source: Any
    streams: list[Any]
    again: Any = None
    """A second node that reads the same file, if there is one."""


def encode(taken: Taken, how: dict[str, Any], plan: Plan, part: Path, on_progress: Callable[[float], None]) -> None:
    """Run FFmpeg over streams of its graph; the sound among them becomes AAC."""
    how = {"c:a": "aac", "movflags": "+faststart", "map_metadata": -1, "map_chapters": -1, "format": "mp4", **how}
    path = plan.piece.info.path
    node = on_one_clock(ffmpeg.graph().output(*taken.streams, ffmpeg.url(part), **how), taken.source, path)
    node = on_one_clock(node, taken.again, path) if taken.again is not None else node
    ffmpeg.follow(ffmpeg.command(node), ffmpeg.Task("encoding a part of", path, STALL_S), on_progress, cwd=part.parent)
    if not part.is_file():
        raise CannotWrite(part.parent, "FFmpeg wrote no file there")
