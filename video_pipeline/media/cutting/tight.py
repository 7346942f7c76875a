"""Encode several stretches of a piece one after another, as one file: whole frames of picture, and sound without clicks."""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from video_pipeline.core.span import Span
from video_pipeline.media import ffmpeg
from video_pipeline.media.clock import on_one_clock
from video_pipeline.media.cutting import encoders
from video_pipeline.media.cutting.base import CutOptions
from video_pipeline.media.cutting.exact import Taken, encode, sound
from video_pipeline.media.cutting.plan import Plan
from video_pipeline.media.errors import FfmpegFailed
from video_pipeline.media.targets import refusals, whole

_FADE_S = 0.005
"""Fade at both ends of each stretch of sound: long enough against clicks, too short to be heard."""
_BLOCK_BYTES = 1 << 20
_AU_HEADER = struct.Struct(">4sIIIII")
"""Magic, where the samples begin, their bytes, their coding, rate and channels: a format whose length may be left unknown."""
_UNKNOWN_SIZE = 0xFFFFFFFF
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


def joined(
    plan: Plan,
    kept: Sequence[Span],
    target: Path,
    options: CutOptions,
    on_progress: Callable[[float], None] = lambda done_s: None,
) -> None:
    """Write stretches of a piece, as `on_frames` gives them, to an MP4 or M4A file; `on_progress` receives its finished seconds.

    Raises:
        FfmpegFailed, FfmpegTimeout: the source cannot be decoded or encoded. CannotWrite: the folder is not writable.
    """
    how: dict[str, Any] = {"b:a": f"{options.audio_kbps}k"}
    source, streams = plan.source(), []
    with whole(target) as part, refusals(part), tempfile.TemporaryDirectory(dir=part.parent, prefix=".sound-") as beside:
        if plan.picture is not None:
            rate, name = rate_of(plan), encoders.SOFTWARE
            picture = plan.shown(source).filter("fps", str(rate), start_time=0)
            picture = picture.filter("select", "+".join(_frames(span, rate) for span in kept)).filter("setpts", f"N/({rate})/TB")
            streams.append(plan.piece.look.onto(picture, part.parent))
            how |= {"c:v": name, **encoders.ENCODERS[name].quality(options.crf, options.speed)}
            how |= {"enc_time_base:v": str(1 / rate), "fps_mode:v": "passthrough"}
        if plan.piece.has_sound:
            sounds = Path(beside) / "joined.au"
            join_sounds(plan, kept, sounds)
            streams.append(ffmpeg.source(sounds)["a:0"])
        encode(Taken(source, streams), how, plan, part, on_progress)


def _frames(span: Span, rate: Fraction) -> str:
    """An expression of FFmpeg that is not 0 for the frames of a stretch."""
    return f"between(n,{round(span.start_s * rate)},{round(span.end_s * rate) - 1})"


def join_sounds(plan: Plan, kept: Sequence[Span], target: Path) -> None:
    """Write the sound of the stretches as PCM: in blocks, because a graph of a thousand cuts would keep all of it in memory."""
    source = plan.source()
    node = on_one_clock(
        ffmpeg.graph().output(sound(plan, source), "pipe:", format="au", acodec="pcm_f32be"), source, plan.piece.info.path
    )
    ending, task = ffmpeg.Ending(), ffmpeg.Task("decoding the sound of", plan.piece.info.path)
    blocks = ffmpeg.stream(ffmpeg.command(node), task, _BLOCK_BYTES, ending)
    with target.open("wb") as file:
        first = next(blocks, b"")
        if len(first) < _AU_HEADER.size:
            raise FfmpegFailed(task.doing, task.path, ending.tail or "it gave no sound")
        magic, begins, _, coding, rate_hz, channels = _AU_HEADER.unpack(first[: _AU_HEADER.size])
        file.write(_AU_HEADER.pack(magic, _AU_HEADER.size, _UNKNOWN_SIZE, coding, rate_hz, channels))
        place = _Place(kept, rate_hz)
        rest = first[begins:]
        for block in chain([b""], blocks):
            rest += block
            whole_bytes = len(rest) - len(rest) % (4 * channels)
            rows = np.frombuffer(rest[:whole_bytes], ">f4").reshape(-1, channels)
            rest = rest[whole_bytes:]
            for part in place.taken(rows):
                file.write(part.astype(">f4").tobytes())


class _Place:
    """Takes stretches out of samples that come in blocks, each faded at both ends."""

    def __init__(self, kept: Sequence[Span], rate_hz: int) -> None:
        self._edges = [(round(span.start_s * rate_hz), round(span.end_s * rate_hz)) for span in kept]
        self._fade = max(1, round(_FADE_S * rate_hz))
        self._first = 0

    def taken(self, rows: Any) -> Iterator[Any]:
        """What of the next rows, [samples, channels], is kept."""
        first, self._first = self._first, self._first + len(rows)
        for start, end in self._edges:
            if start < self._first and end > first:
                numbers = np.arange(max(start, first), min(end, self._first))
                level = np.clip(np.minimum(numbers - start, end - 1 - numbers) / self._fade, 0.0, 1.0)
                yield rows[numbers - first] * level[:, None]
