"""The export `hooked`: each clip again, begun by its strongest second, with its captions."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from video_pipeline.clips.base import ClipJob, Exported, MadeClips
from video_pipeline.clips.dialogue import clipped, joined
from video_pipeline.clips.hook.strongest import strongest
from video_pipeline.clips.shape.plan import shaped
from video_pipeline.clips.tighten.fillers import whole_words
from video_pipeline.core.span import Span
from video_pipeline.media.cut import suffix
from video_pipeline.media.cutting.base import Look, Piece
from video_pipeline.media.cutting.led import led
from video_pipeline.media.cutting.plan import Plan, planned
from video_pipeline.media.errors import FfmpegFailed, FfmpegTimeout
from video_pipeline.media.fonts import typeset
from video_pipeline.media.targets import whole

FOLDER = "hooked"
_FADE_S = 0.12
"""The end of the part's sound that dies away: a laugh that stops at once sounds like a fault."""


class HookedExport:
    """`hooked/01_title_87.mp4`, and `.ass` unless its captions are drawn."""

    reads = ("captions", "cut", "shape", "loudness", "hook")

    def export(self, job: ClipJob, made: MadeClips) -> Exported:
        files: list[Path] = []
        for number, clip in enumerate(job.clips):
            first = strongest(job.source, Span(clip.start_s, clip.end_s), job.options.hook.length_s)
            if first is None:
                job.notice(f"clip {number + 1} is too short to show a part of it first")
                continue
            try:
                files += _written(job, number, first)
            except (FfmpegFailed, FfmpegTimeout) as error:
                job.notice(f"clip {number + 1} was not given its strongest second first: {error}")
                continue
            at_s = first.start_s - clip.start_s
            job.notice(f"clip {number + 1} begins with {first.duration_s:.1f} s from its second {at_s:.1f}")
            job.on_progress(sum(one.duration_s for one in job.clips[: number + 1]))
        return Exported(tuple(files))


def _written(job: ClipJob, number: int, first: Span) -> list[Path]:
    """The video, and its captions as a file or in the picture."""
    clip, info = job.clips[number], job.source.info
    plans = [
        planned(Piece(info, job.source.track, span, loudness=job.options.loudness))
        for span in (first, Span(clip.start_s, clip.end_s))
    ]
    lead, body = plans
    documents = ["", ""]
    if job.captions is not None and job.options.captions != "none":
        video = info.video
        size_px = job.options.shape.size_px or ((video.width_px, video.height_px) if video else (1920, 1080))
        document = job.captions(number, size_px)
        documents = [clipped(document, lead.span.shifted(-body.span.start_s)), document]
    captions = joined(documents[0], documents[1], lead.span.duration_s)
    drawn = job.options.captions == "burned" and body.picture is not None and "Dialogue:" in captions
    target = job.folder / FOLDER / (job.stem(number) + suffix(info))
    words = typeset(captions, job.source.language, job.fonts) if drawn else None
    led(_framed(job, lead), _framed(job, body), target, job.options.cut, words, _fade_s(job, first))
    if drawn or "Dialogue:" not in captions:
        return [target]
    with whole(target.with_suffix(".ass")) as part:
        part.write_text(captions, encoding="utf-8")
    return [target, target.with_suffix(".ass")]


def _fade_s(job: ClipJob, first: Span) -> float:
    """How long the part's sound dies away; not at all where its last word would."""
    end = Span(first.end_s - _FADE_S, first.end_s)
    return 0.0 if any(word.overlaps(end) for word in whole_words(job.source.segments)) else _FADE_S


def _framed(job: ClipJob, plan: Plan) -> Plan:
    """The plan with its framing."""
    if plan.picture is None:
        return plan
    shape = shaped(job.source, plan.span, job.options.shape)
    return dataclasses.replace(plan, piece=dataclasses.replace(plan.piece, look=Look(shape.framing if shape else None)))
