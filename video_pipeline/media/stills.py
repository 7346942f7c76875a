"""Small pictures from a span of video, as arrays, one after another."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from video_pipeline.core.span import Span
from video_pipeline.media import ffmpeg
from video_pipeline.media.clock import opened
from video_pipeline.media.errors import FfmpegFailed
from video_pipeline.media.probe import MediaInfo

Picture = NDArray[np.uint8]
"""[height, width, 3] in RGB."""


def height_for(info: MediaInfo, width_px: int) -> int:
    """The even height of the upright picture with square pixels at a width; 0 for sound alone."""
    if info.video is None:
        return 0
    return max(2, round(width_px * info.video.height_px / info.video.width_px / 2) * 2)


def stills(info: MediaInfo, within: Span, rate_fps: float, width_px: int) -> Iterator[Picture]:
    """Pictures `1 / rate_fps` apart, the first at the start of `within`; none if the file has no picture there.

    Raises:
        FfmpegFailed, FfmpegTimeout: it cannot be decoded.
    """
    height_px = height_for(info, width_px)
    if not height_px:
        return
    place = opened(info.path, within.start_s, within.duration_s)
    picture = (
        place.picture("v:0").filter("fps", f"{rate_fps:.6f}", start_time=0).filter("scale", width_px, height_px, flags="area")
    )
    node = place.output(picture, filename="pipe:", format="rawvideo", pix_fmt="rgb24")
    size, ending = width_px * height_px * 3, ffmpeg.Ending()
    task, count = ffmpeg.Task("looking at", info.path), 0
    for block in ffmpeg.stream(ffmpeg.command(node), task, size, ending):
        if len(block) == size:
            count += 1
            yield np.frombuffer(block, np.uint8).reshape(height_px, width_px, 3)
    if not count and ending.status != 0:
        raise FfmpegFailed(task.doing, info.path, ending.tail)
