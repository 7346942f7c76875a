"""H.264 encoders: graphics hardware if it encodes a real frame, else x264, which runs everywhere."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from video_pipeline.core.errors import ToolError
from video_pipeline.media import ffmpeg

SOFTWARE = "libx264"
SPEEDS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow", "placebo")
"""Presets of x264, the fastest first."""
_TEST_PICTURE = "testsrc2=s=640x360:r=25:d=0.2"
_TEST_LIMIT_S = 20.0
"""A driver that hangs longer than this counts as not working."""


@dataclass(frozen=True, slots=True)
class Encoder:
    """An encoder of FFmpeg."""

    quality: Callable[[int, str], dict[str, Any]]
    """Its options for a quality on x264's scale and an x264 preset."""
    upload: tuple[tuple[str, ...], ...] = ()
    """Filters that copy a picture into its memory."""
    device: tuple[tuple[str, str], ...] = ()
    """Options that open it, placed before the input."""


ENCODERS: dict[str, Encoder] = {
    "h264_videotoolbox": Encoder(lambda crf, _: {"q:v": max(1, 100 - 2 * crf), "allow_sw": 0}),
    "h264_nvenc": Encoder(lambda crf, _: {"rc": "vbr", "cq": crf, "b:v": 0, "preset": "p5"}),
    "h264_qsv": Encoder(lambda crf, _: {"global_quality": crf, "preset": "medium"}),
    "h264_amf": Encoder(lambda crf, _: {"rc": "cqp", "qp_i": crf, "qp_p": crf + 2, "qp_b": crf + 4}),
    "h264_vaapi": Encoder(
        lambda crf, _: {"rc_mode": "CQP", "qp": crf},
        upload=(("format", "nv12"), ("hwupload",)),
        device=(("vaapi_device", "/dev/dri/renderD128"),),
    ),
    SOFTWARE: Encoder(lambda crf, speed: {"crf": crf, "preset": speed}),
}
"""By FFmpeg's name, in order of preference; the last one always works."""


HDR = "libx265"
"""What encodes HDR: H.264 of 10 bits is played by few."""
HDR_ENCODER = Encoder(
    lambda crf, speed: {
        "crf": crf,
        "preset": speed,
        "tag:v": "hvc1",
        "x265-params": "log-level=error:hdr10-opt=1:repeat-headers=0",
    }
)


@functools.cache
def works(name: str) -> bool:
    """Whether an encoder can encode real frames on this machine; tried once per process."""
    return _encodes(name, ENCODERS[name], "yuv420p", "h264")


@functools.cache
def hdr_works() -> bool:
    """Whether HDR can be encoded by this FFmpeg."""
    return _encodes(HDR, HDR_ENCODER, "yuv420p10le", "hevc")


def _encodes(name: str, encoder: Encoder, pixels: str, form: str) -> bool:
    picture = ffmpeg.graph().input(_TEST_PICTURE, f="lavfi", **dict(encoder.device))
    node = ffmpeg.graph().output(
        uploaded(picture.filter("format", pixels), encoder),
        "-",
        format=form,
        **{"c:v": name},
        **encoder.quality(20, "veryfast"),
    )
    try:
        made, _ = ffmpeg.run(ffmpeg.command(node), ffmpeg.Task("trying the encoder", Path(name), _TEST_LIMIT_S))
    except ToolError:
        return False
    return len(made) > 0


def chosen(name: str) -> str:
    """The encoder for `auto` or a name; x264 if no other works."""
    candidates = ENCODERS if name == "auto" else (name,)
    return next((one for one in candidates if one == SOFTWARE or works(one)), SOFTWARE)


def uploaded(picture: Any, encoder: Encoder) -> Any:
    """A picture of FFmpeg's graph in the memory of an encoder."""
    for filter_name, *values in encoder.upload:
        picture = picture.filter(filter_name, *values)
    return picture
