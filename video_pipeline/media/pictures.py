"""Small pictures of a span of video as arrays, for image analysis."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from video_pipeline.core.span import Span
from video_pipeline.media import ffmpeg
from video_pipeline.media.burn import picture_of, upright
from video_pipeline.media.probe import MediaInfo

_LIMIT_S = 1800.0
"""Time limit for decoding one span."""


def sampled(info: MediaInfo, span: Span, rate_fps: float, width_px: int) -> npt.NDArray[np.uint8]:
    """Pictures at a constant rate, upright, in RGB: [frames, height, width, 3]; frame n is shown at n / `rate_fps`.

    Raises:
        NoPicture: the file has none. FfmpegFailed, FfmpegTimeout: they cannot be decoded.
    """
    stream = picture_of(info)
    assert info.video is not None
    height_px = max(2, round(width_px * info.video.height_px / info.video.width_px / 2) * 2)
    source = ffmpeg.source(info.path, ss=f"{span.start_s:.6f}", t=f"{span.duration_s:.6f}")
    # scaled down before the colours are converted: the same picture for a fraction of the work
    small = source[str(stream.number)].filter("fps", rate_fps).filter("scale", width_px, height_px, flags="area")
    picture = upright(small.filter("setsar", 1), stream).filter("scale", width_px, height_px).filter("format", "rgb24")
    node = ffmpeg.graph().output(picture, "-", format="rawvideo")
    out, _ = ffmpeg.run(ffmpeg.command(node), ffmpeg.Task("looking at", info.path, _LIMIT_S))
    count = len(out) // (width_px * height_px * 3)
    return np.frombuffer(out[: count * width_px * height_px * 3], np.uint8).reshape(count, height_px, width_px, 3)
