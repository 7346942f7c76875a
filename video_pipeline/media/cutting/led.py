"""Encode a piece with one part of it shown first, as one file: whole frames of picture, and sound without clicks."""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Any

from video_pipeline.core.span import Span
from video_pipeline.media import ffmpeg
from video_pipeline.media.cutting import encoders
from video_pipeline.media.cutting.base import CutOptions
from video_pipeline.media.cutting.exact import Taken, encode
from video_pipeline.media.cutting.plan import Plan
from video_pipeline.media.cutting.tight import join_sounds, on_frames, rate_of
from video_pipeline.media.drawing import Typeset, drawing
from video_pipeline.media.framing import framed
from video_pipeline.media.targets import refusals, whole


def led(lead: Plan, body: Plan, target: Path, options: CutOptions, captions: Typeset | None = None, fade_s: float = 0.0) -> None:
    """Write `lead`, a part of `body`, and then all of `body` to an MP4 or M4A file. The sound is as loud in both.

    The last `fade_s` of the lead's sound die away: it is cut out of a sound that goes on.

    `captions` are on the clock of that file; those of the pieces' own looks are not drawn.

    Raises:
        FfmpegFailed, FfmpegTimeout: the source cannot be decoded or encoded. CannotWrite: the folder is not writable.
    """
    how: dict[str, Any] = {"b:a": f"{options.audio_kbps}k"}
    sources, streams = [lead.source(), body.source()], []
    first = Span(lead.span.start_s - body.span.start_s, lead.span.end_s - body.span.start_s)
    with whole(target) as part, refusals(part), tempfile.TemporaryDirectory(dir=part.parent, prefix=".sound-") as beside:
        if body.picture is not None:
            rate, name = rate_of(body), encoders.SOFTWARE
            pictures = [_shown(plan, source, rate) for plan, source in zip((lead, body), sources, strict=True)]
            picture = ffmpeg.graph().concat(*pictures, v=1, a=0).filter("setpts", f"N/({rate})/TB")
            streams.append(drawing(picture, captions, part.parent) if captions else picture)
            how |= {"c:v": name, **encoders.ENCODERS[name].quality(options.crf, options.speed)}
            how |= {"enc_time_base:v": str(1 / rate), "fps_mode:v": "passthrough"}
        if body.piece.has_sound:
            parts = [Path(beside) / name for name in ("lead.au", "body.au")]
            stretches = on_frames([first, Span(0.0, body.span.duration_s)], body)
            for stretch, sounds in zip(stretches, parts, strict=True):
                join_sounds(body, [stretch], sounds)
            before, after = (ffmpeg.source(sounds)["a:0"] for sounds in parts)
            if fade_s:
                start_s = max(0.0, stretches[0].duration_s - fade_s)
                before = before.filter("afade", type="out", start_time=start_s, duration=fade_s)
            streams.append(ffmpeg.graph().concat(before, after, v=0, a=1))
        encode(Taken(sources[1], streams, sources[0]), how, body, part, lambda done_s: None)


def _shown(plan: Plan, source: Any, rate: Fraction) -> Any:
    """The picture of a piece at a constant rate, with its framing."""
    frames = round(plan.span.duration_s * rate)
    picture = plan.shown(source).filter("fps", str(rate), start_time=0)
    # Where the source's rate varies a frame may be missing or too many: the sound has exactly this many.
    picture = picture.filter("tpad", stop=2, stop_mode="clone").filter("trim", end_frame=frames)
    framing = plan.piece.look.framing
    return (framed(picture, framing) if framing else picture).filter("format", "yuv420p").filter("setsar", 1)
