"""Small pictures of a span of video as arrays, for image analysis."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from video_pipeline.core.span import Span
from video_pipeline.media import ffmpeg
from video_pipeline.media.clock import opened
from video_pipeline.media.probe import MediaInfo
from video_pipeline.media.upright import picture_of, upright

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
    place = opened(info.path, span.start_s, span.duration_s)
    # scaled down before the colours are converted: the same picture for a fraction of the work
    small = (
        place.picture(str(stream.number)).filter("fps", rate_fps, start_time=0).filter("scale", width_px, height_px, flags="area")
    )
    picture = upright(small.filter("setsar", 1), stream).filter("scale", width_px, height_px).filter("format", "rgb24")
    node = place.output(picture, filename="-", format="rawvideo")
    out, _ = ffmpeg.run(ffmpeg.command(node), ffmpeg.Task("looking at", info.path, _LIMIT_S))
    count = len(out) // (width_px * height_px * 3)
    return np.frombuffer(out[: count * width_px * height_px * 3], np.uint8).reshape(count, height_px, width_px, 3)
