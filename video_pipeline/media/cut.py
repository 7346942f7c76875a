"""Pieces of a video as files of their own: cut as asked, or else exactly, and compared with the source before they are kept."""

from __future__ import annotations

import dataclasses
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
from video_pipeline.media.probe import MediaInfo
from video_pipeline.media.targets import refusals, whole

__all__ = ["CutOptions", "CutReport", "Look", "Piece", "cut", "cut_planned", "estimated_bytes", "suffix"]

_BITS_PER_PIXEL = 0.1
"""Of x264 at crf 23, veryfast, for moving pictures; each 6 steps of crf double it. A generous figure, to be on the safe side."""
_USUAL_FPS = 30.0
_COPIED_TIMES = 3
"""A smart cut has its stretches, the joined stream and the file on the disk at once."""


def suffix(info: MediaInfo) -> str:
    """The container a piece of this source gets."""
    return ".mp4" if info.video else ".m4a"


def cut(piece: Piece, target: Path, options: CutOptions, done: Callable[[float], None] = lambda done_s: None) -> CutReport:
    """Make a piece a file, MP4 or M4A. Its edges move to the nearest frame; what it really holds is reported.

    A way that does not do, or does not pass its check, gives way to exact cutting; the report says why. `done` is told seconds
    of the piece that are finished.

    Raises:
        FfmpegFailed, FfmpegTimeout: the source cannot be read or encoded.
        NotAsWritten: the exact cut differs from the source. In every case nothing is left at `target` that was not there.
        CannotWrite: the target folder refuses it.
    """
    return cut_planned(planned(piece), target, options, done)


def cut_planned(plan: Plan, target: Path, options: CutOptions, done: Callable[[float], None]) -> CutReport:
    """The same for a piece whose frames were looked up already."""
    fallback, ways = "", list(_ways(options))
    for number, (way, how) in enumerate(ways):
        try:
            with whole(target) as part, refusals(part):
                encoder, held, check = _made(way, plan, (part, target), how, done)
        except (CannotCut, NotAsWritten, FfmpegFailed) as error:
            if number + 1 == len(ways):
                raise
            fallback = fallback or f"not cut by {way}: {_reason(error)}"
        else:
            return CutReport(held.span, way, encoder, fallback, check)
    raise AssertionError("there is always a last way")


def _ways(options: CutOptions) -> Iterator[tuple[str, CutOptions]]:
    """The ways to try, the last of which always can."""
    if options.way != "exact":
        yield options.way, options
    if encoders.chosen(options.encoder) != encoders.SOFTWARE:
        yield "exact", options
    yield "exact", dataclasses.replace(options, encoder=encoders.SOFTWARE)


def _made(
    way: str, plan: Plan, files: tuple[Path, Path], options: CutOptions, done: Callable[[float], None]
) -> tuple[str, Plan, str]:
    """Cut and check; gives the encoder, the plan of what the file holds, and the check in words.

    `files` are the one to write and, for errors, the one that it shall be.
    """
    part, target = files
    seams: list[int] = []
    if way == "copy":
        encoder = copied(plan, part, options, done)
        plan = as_copied(plan)
    elif way == "smart":
        encoder = smart(plan, part, options, done)
        joins = seams_of(plan)
        seams = [number for number, time_s in enumerate(plan.times_s) if time_s in (joins.start_s, joins.end_s)]
        seams += [number - 1 for number in seams if number]
    else:
        encoder = exact(plan, part, options, done)
    return encoder, plan, str(require_same(plan, part, target, seams))


def _reason(error: CannotCut | NotAsWritten | FfmpegFailed) -> str:
    if isinstance(error, FfmpegFailed):
        return error.tail
    return error.reason if isinstance(error, CannotCut) else error.difference


def estimated_bytes(info: MediaInfo, size_px: tuple[int, int] | None, length_s: float, options: CutOptions) -> int:
    """About how much room a piece takes while it is made; `size_px` is its picture's."""
    sound = options.audio_kbps * 125 * length_s
    if size_px is None:
        return int(sound)
    rate_fps = (info.video.rate_fps if info.video else None) or _USUAL_FPS
    encoded = size_px[0] * size_px[1] * min(rate_fps, 120.0) * _BITS_PER_PIXEL * 2 ** ((23 - options.crf) / 6) / 8 * length_s
    if options.way == "exact" or not info.duration_s:
        return int(encoded + sound)
    return int(max(encoded, _COPIED_TIMES * info.path.stat().st_size / info.duration_s * length_s) + sound)
