"""Cut pieces of a video into files: in the requested way, else exactly; each file is checked against the source."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from video_pipeline.media.cutting import encoders
from video_pipeline.media.cutting.base import CutOptions, CutReport, Look, Piece
from video_pipeline.media.cutting.check import require_same
from video_pipeline.media.cutting.copied import as_copied, copied
from video_pipeline.media.cutting.exact import exact
from video_pipeline.media.cutting.plan import Plan, planned
from video_pipeline.media.cutting.smart import seams_of, smart
from video_pipeline.media.errors import CannotCut, FfmpegFailed, NotAsWritten
from video_pipeline.media.probe import MediaInfo, probe
from video_pipeline.media.targets import refusals, whole
from video_pipeline.media.upright import is_hdr, picture_of

__all__ = ["CutOptions", "CutReport", "Look", "Piece", "cut", "cut_planned", "estimated_bytes", "suffix"]

_BITS_PER_PIXEL = 0.1
"""Of x264 at crf 23, veryfast; every 6 steps of crf double it. Deliberately high, so that the estimate is an upper bound."""
_USUAL_FPS = 30.0
"""Assumed if a file does not state its frame rate."""
_SEEN_S = 0.05
"""From this on it is told that the last frame is held: a sound's last packet may end later than the picture by less."""
_COPIED_TIMES = 3
"""A smart cut keeps its parts, the joined stream and the finished file on the disk at the same time."""


def suffix(info: MediaInfo) -> str:
    """File suffix of pieces of this source."""
    return ".mp4" if info.video else ".m4a"


def cut(piece: Piece, target: Path, options: CutOptions, on_progress: Callable[[float], None] = lambda done_s: None) -> CutReport:
    """Write a piece as an MP4 or M4A file. Its edges move to the nearest frames; the report states the real span.

    If the requested way fails, or its result does not pass the check, the piece is cut exactly; the report says why.
    `on_progress` receives the finished seconds of the piece.

    Raises:
        FfmpegFailed, FfmpegTimeout: the source cannot be read or encoded.
        NotAsWritten: the exact cut differs from the source. On any error, nothing is left at `target`.
        CannotWrite: the target folder is not writable.
    """
    return cut_planned(planned(piece), target, options, on_progress)


def cut_planned(plan: Plan, target: Path, options: CutOptions, on_progress: Callable[[float], None]) -> CutReport:
    """The same for a piece whose frames are already known."""
    fallback, ways = "", list(_ways(options))
    for number, (way, how) in enumerate(ways):
        try:
            with whole(target) as part, refusals(part):
                encoder, held, check = _made(way, plan, (part, target), how, on_progress)
        except (CannotCut, NotAsWritten, FfmpegFailed) as error:
            if number + 1 == len(ways):
                raise
            fallback = fallback or f"not cut by {way}: {_reason(error)}"
        else:
            return CutReport(held.span, way, encoder, fallback, check, tuple(_notes(held, target, options)))
    raise AssertionError("there is always a last way")


def _ways(options: CutOptions) -> Iterator[tuple[str, CutOptions]]:
    """The ways to try, in order; the last one works for every source."""
    if options.way != "exact":
        yield options.way, options
    if encoders.chosen(options.encoder) != encoders.SOFTWARE:
        yield "exact", options
    yield "exact", dataclasses.replace(options, encoder=encoders.SOFTWARE)


def _made(
    way: str, plan: Plan, files: tuple[Path, Path], options: CutOptions, on_progress: Callable[[float], None]
) -> tuple[str, Plan, str]:
    """Cut and check; returns the encoder, the plan of what the file holds, and the result of the check in words.

    `files` are the file to write and, for errors, its final name.
    """
    part, target = files
    seams: list[int] | None = None
    if way == "copy":
        encoder, seams = copied(plan, part, options, on_progress), []
        plan = as_copied(plan)
    elif way == "smart":
        encoder = smart(plan, part, options, on_progress)
        joins = seams_of(plan)
        seams = [number for number, time_s in enumerate(plan.times_s) if time_s in (joins.start_s, joins.end_s)]
        seams += [number - 1 for number in seams if number]
    else:
        encoder = exact(plan, part, options, on_progress)
    return encoder, plan, str(require_same(plan, part, target, seams))


def _notes(plan: Plan, target: Path, options: CutOptions) -> Iterator[str]:
    if plan.held and plan.packets:
        seconds = min(plan.span.end_s - plan.packets.end_s, plan.span.duration_s)
        if seconds >= _SEEN_S:
            yield f"the picture ends {seconds:.1f} s before the sound, and its last frame is held"
    if options.hdr and plan.picture is not None and is_hdr(plan.picture) and not is_hdr(picture_of(probe(target))):
        yield "its HDR became the colours of a usual screen, because captions are drawn or this FFmpeg has no libx265"
    inside = [stream for stream in probe(target).streams if re.search(r"\((?:hev1|avc3) /", stream.detail)]
    if inside:
        yield "its parameter sets change inside the stream (hev1, avc3), which some players, Apple's among them, do not open"


def _reason(error: CannotCut | NotAsWritten | FfmpegFailed) -> str:
    if isinstance(error, FfmpegFailed):
        return error.tail
    return error.reason if isinstance(error, CannotCut) else error.difference


def estimated_bytes(info: MediaInfo, size_px: tuple[int, int] | None, length_s: float, options: CutOptions) -> int:
    """Upper estimate of the disk space that cutting a piece needs; `size_px` is the size of its picture."""
    sound = options.audio_kbps * 125 * length_s
    if size_px is None:
        return int(sound)
    rate_fps = (info.video.rate_fps if info.video else None) or _USUAL_FPS
    encoded = size_px[0] * size_px[1] * min(rate_fps, 120.0) * _BITS_PER_PIXEL * 2 ** ((23 - options.crf) / 6) / 8 * length_s
    if options.way == "exact" or not info.duration_s:
        return int(encoded + sound)
    return int(max(encoded, _COPIED_TIMES * info.path.stat().st_size / info.duration_s * length_s) + sound)
