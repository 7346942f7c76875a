"""Encode several stretches of a piece one after another, as one file: whole frames of picture, and sound without clicks."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from video_pipeline.core.span import Span
from video_pipeline.media import ffmpeg
from video_pipeline.media.cutting import encoders
from video_pipeline.media.cutting.base import CutOptions
from video_pipeline.media.cutting.exact import Taken, encode, sound
from video_pipeline.media.cutting.plan import Plan
from video_pipeline.media.targets import refusals, whole

_FADE_S = 0.005
"""Fade at both ends of each stretch of sound: long enough against clicks, too short to be heard."""
_USUAL_FPS = 25
"""Frames per second to which stretches are aligned where the source has no constant rate or no picture."""


def rate_of(plan: Plan) -> Fraction:
    """The constant rate of the joined file."""
    stated = plan.piece.info.video.rate_fps if plan.piece.info.video else None
    return plan.rate_fps or Fraction(stated or _USUAL_FPS).limit_denominator(1001)


def on_frames(kept: Sequence[Span], plan: Plan) -> list[Span]:
    """The stretches on the piece's clock, moved to whole frames of it; those of less than two frames are left out."""
    rate, end_s = rate_of(plan), plan.span.duration_s
    frames = [(round(span.start_s * rate), round(min(span.end_s, end_s) * rate)) for span in kept]
    return [Span(float(a / rate), float(b / rate)) for a, b in frames if b - a >= 2]


def joined(plan: Plan, kept: Sequence[Span], target: Path, options: CutOptions) -> None:
    """Write stretches of a piece, as `on_frames` gives them, to an MP4 or M4A file.

    Raises:
        FfmpegFailed, FfmpegTimeout: the source cannot be decoded or encoded. CannotWrite: the folder is not writable.
    """
    how: dict[str, Any] = {"b:a": f"{options.audio_kbps}k"}
    source, streams = plan.source(), []
    with whole(target) as part, refusals(part):
        if plan.picture is not None:
            rate, name = rate_of(plan), encoders.SOFTWARE
            picture = plan.shown(source).filter("fps", str(rate), start_time=0)
            picture = picture.filter("select", "+".join(_frames(span, rate) for span in kept)).filter("setpts", f"N/({rate})/TB")
            streams.append(plan.piece.look.onto(picture, part.parent))
            how |= {"c:v": name, **encoders.ENCODERS[name].quality(options.crf, options.speed)}
            how |= {"enc_time_base:v": str(1 / rate), "fps_mode:v": "passthrough"}
        if plan.piece.has_sound:
            streams.append(_sounds(sound(plan, source), kept))
        encode(Taken(source, streams), how, plan, part, lambda done_s: None)


def _frames(span: Span, rate: Fraction) -> str:
    """An expression of FFmpeg that is not 0 for the frames of a stretch."""
    return f"between(n,{round(span.start_s * rate)},{round(span.end_s * rate) - 1})"


def _sounds(whole_sound: Any, kept: Sequence[Span]) -> Any:
    if len(kept) == 1:
        return _sound(whole_sound, kept[0])
    parts = whole_sound.filter_multi_output("asplit", len(kept))
    return ffmpeg.graph().concat(*(_sound(parts[number], span) for number, span in enumerate(kept)), v=0, a=1)


def _sound(part: Any, span: Span) -> Any:
    part = part.filter("atrim", start=f"{span.start_s:.6f}", end=f"{span.end_s:.6f}").filter("asetpts", "PTS-STARTPTS")
    part = part.filter("afade", type="in", duration=_FADE_S)
    return part.filter("afade", type="out", start_time=f"{max(0.0, span.duration_s - _FADE_S):.6f}", duration=_FADE_S)
