"""Copy a piece without encoding, from the key frame before its start: fast, lossless, inexact; its loudness is unchanged."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path

from video_pipeline.core.span import Span
from video_pipeline.media import ffmpeg
from video_pipeline.media.cutting.base import CutOptions
from video_pipeline.media.cutting.exact import STALL_S
from video_pipeline.media.cutting.packets import EARLY_S, Packet
from video_pipeline.media.cutting.plan import Plan
from video_pipeline.media.errors import CannotCut

_MARGIN_S = 1.0
"""Read this much longer: packets are stored in another order than they are shown."""
PICTURES = frozenset({"h264", "hevc", "av1", "vp9", "mpeg4"})
SOUNDS = frozenset({"aac", "mp3", "ac3", "eac3", "alac", "opus"})
"""Codecs that an MP4 holds and that players of MP4 play."""


def copied(plan: Plan, part: Path, options: CutOptions, on_progress: Callable[[float], None]) -> str:
    """Copy the piece to `part` as MP4.

    Raises:
        CannotCut: the picture is changed, or an MP4 cannot hold its streams.
        FfmpegFailed, FfmpegTimeout: the source cannot be read.
    """
    path = plan.piece.info.path
    require_unchanged(plan, "copy", PICTURES)
    track = plan.piece.info.audio_track(plan.piece.track) if plan.piece.has_sound else None
    if track is not None and track.codec not in SOUNDS:
        raise CannotCut(path, "copy", f"an MP4 cannot hold {track.codec} sound as it is")
    held = as_copied(plan)
    start_s, length_s = held.span.start_s, held.span.duration_s
    streams = []
    if plan.picture is not None:
        source = ffmpeg.source(path, ss=start_s + EARLY_S, t=length_s + _MARGIN_S)
        streams.append(source[str(plan.picture.number)])
    if track is not None:
        source = ffmpeg.source(path, ss=start_s + EARLY_S, t=length_s - EARLY_S)
        streams.append(source[f"a:{plan.piece.track}"])
    how = {"c": "copy", "movflags": "+faststart", "map_metadata": -1, "map_chapters": -1, "format": "mp4"}
    if plan.picture is not None:
        how |= {"tag:v": "hvc1"} if plan.picture.codec == "hevc" else {}  # Apple's players open no other
        # drop frames that need others before the key frame, and what is stored after the last frame
        stop_s = _stop(plan) - start_s - EARLY_S
        kept = leave_out(f"lt(pts*tb,{-2 * EARLY_S})+gte(dts*tb,{stop_s - EARLY_S:.6f})")
        # the first frame begins at exactly 0: players skip what begins before, and an edit list must not begin after it
        how["bsf:v"] = f"{kept},setts=pts=PTS-STARTPTS:dts=DTS-STARTPTS"
    node = ffmpeg.graph().output(*streams, ffmpeg.url(part), **how)
    ffmpeg.follow(ffmpeg.command(node), ffmpeg.Task("copying a part of", path, STALL_S), on_progress)
    return ""


def as_copied(plan: Plan) -> Plan:
    """The span that a copy holds: from a key frame to the first place where no packet stored earlier is shown later."""
    if plan.packets is None:
        return plan
    rows = _stretch(plan)
    start_s = rows[0].pts_s
    times_s = sorted(row.pts_s for row in rows if row.pts_s >= start_s)
    first = plan.packets.times_s.index(start_s)
    after = first + len(times_s)
    end_s = plan.packets.times_s[after] if after < len(plan.packets.times_s) else plan.packets.end_s
    return dataclasses.replace(plan, span=Span(start_s, end_s), first=first, count=len(times_s))


def _stretch(plan: Plan) -> Sequence[Packet]:
    """The packets of a copy, in decoding order."""
    assert plan.packets is not None
    rows, times_s = plan.packets.rows, plan.packets.times_s
    keys = [at for at, row in enumerate(rows) if row.key and row.pts_s <= plan.span.start_s + EARLY_S]
    if not keys:
        raise CannotCut(plan.piece.info.path, "copy", "there is no key frame before it")
    begin, last_s, count = keys[-1], 0.0, 0
    first = times_s.index(rows[begin].pts_s)
    for at in range(begin, len(rows)):
        if rows[at].pts_s >= rows[begin].pts_s:
            last_s, count = max(last_s, rows[at].pts_s), count + 1
        if last_s >= plan.times_s[-1] and times_s[first + count - 1] == last_s:
            return rows[begin : at + 1]
    return rows[begin:]


def _stop(plan: Plan) -> float:
    """The decoding time of the first packet after the copy."""
    assert plan.packets is not None
    rows = plan.packets.rows
    after = rows.index(_stretch(plan)[-1]) + 1
    return rows[after].dts_s if after < len(rows) else rows[-1].dts_s + 1.0


def require_unchanged(plan: Plan, way: str, codecs: frozenset[str]) -> None:
    """Raise CannotCut if the picture cannot be copied without encoding."""
    path, look = plan.piece.info.path, plan.piece.look
    if plan.picture is None and way == "smart":
        raise CannotCut(path, way, "it has no picture, and sound is always cut exactly")
    if look.captions is not None:
        raise CannotCut(path, way, "captions are drawn into the picture")
    if look.framing is not None:
        raise CannotCut(path, way, "the picture gets another shape")
    if plan.held:
        raise CannotCut(path, way, "its picture ends before its sound")
    if plan.picture is not None and plan.picture.codec not in codecs:
        raise CannotCut(
            path, way, f"its picture is {plan.picture.codec}, and only {', '.join(sorted(codecs))} can be cut in this way"
        )
    if plan.packets is not None and plan.packets.decoded_from_s is not None:
        raise CannotCut(path, way, "its container stores no frame times")


def leave_out(condition: str) -> str:
    """A bitstream filter that drops the packets for which an expression is not 0."""
    return f"noise=drop='{condition}'"
