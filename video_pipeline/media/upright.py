"""A picture as players show it: whole frames, square pixels, the colours of a usual screen."""

from __future__ import annotations

import re
from typing import Any

from video_pipeline.media.errors import NoPicture
from video_pipeline.media.probe import MediaInfo, Stream

_INTERLACED = re.compile(r"\b(?:top|bottom) (?:coded )?first\b")
"""How FFmpeg prints that a picture consists of two fields, taken one after the other."""
_TRANSFERS = re.compile(r"smpte2084|arib-std-b67")
"""Transfer functions of HDR10 and HLG, as FFmpeg prints them."""
_WHITE_NITS = 203
"""Luminance of white paper in HDR, which is the brightest white of SDR (ITU-R BT.2408)."""
_PEAK = 1000 / _WHITE_NITS
"""Brightest highlight, as a multiple of that white: of HLG's nominal screen, and of most HDR10."""
_KEPT = 0.95
"""Brightness, as a share of that white, up to which nothing is changed: highlights are pressed into what is left above."""


def picture_of(info: MediaInfo) -> Stream:
    """The first video stream that is not a cover image. Raises NoPicture."""
    found = next((s for s in info.streams if s.kind == "Video" and not s.is_cover), None)
    if info.video is None or found is None:
        raise NoPicture(info.path, "subtitles cannot be put into it")
    return found


def is_interlaced(stream: Stream) -> bool:
    """Whether frames consist of two fields, taken one after the other."""
    return bool(_INTERLACED.search(stream.detail))


def progressive(picture: Any, stream: Stream) -> Any:
    """Make whole frames of those that consist of two fields, one for each; must come before any change of the size."""
    return picture.filter("bwdif", mode="send_frame", deint="interlaced") if is_interlaced(stream) else picture


def is_hdr(stream: Stream) -> bool:
    """Whether its transfer function is that of HDR10 or HLG."""
    return bool(_TRANSFERS.search(stream.detail))


def upright(picture: Any, stream: Stream, *, hdr: bool = False) -> Any:
    """Convert a picture to square pixels, an even size (x264 needs it) and SDR colours. FFmpeg has already rotated it.

    With `hdr` the colours of an HDR picture stay as they are, in 10 bits.
    """
    picture = picture.filter("scale", "trunc(iw*sar/2)*2", "trunc(ih/2)*2").filter("setsar", 1)
    if hdr:
        return picture.filter("format", "yuv420p10le")
    if is_hdr(stream):  # 8 bits of PQ or HLG without this look washed out
        picture = picture.filter("zscale", transfer="linear", npl=_WHITE_NITS).filter("format", "gbrpf32le")
        picture = picture.filter("zscale", primaries="bt709")
        picture = picture.filter("tonemap", "mobius", param=_KEPT, peak=f"{_PEAK:.3f}", desat=0)
        picture = picture.filter("zscale", transfer="bt709", matrix="bt709", range="tv")
    return picture.filter("format", "yuv420p")
