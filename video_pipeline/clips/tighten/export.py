"""The export `tightened`: each clip again without silences and filler words, with its captions and its cut lists."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path

from video_pipeline.clips.base import ClipJob, ClipOptions, Exported, MadeClips, SourceVideo
from video_pipeline.clips.dialogue import moved
from video_pipeline.clips.errors import ToolMissing
from video_pipeline.clips.shape.plan import shaped
from video_pipeline.clips.tighten.keep import kept
from video_pipeline.clips.timelines import TIMELINES
from video_pipeline.clips.timelines.cutlist import cut_list
from video_pipeline.core.clip import Clip
from video_pipeline.core.span import Span
from video_pipeline.media.cut import suffix
from video_pipeline.media.cutting.base import Look, Piece
from video_pipeline.media.cutting.plan import Plan, planned
from video_pipeline.media.cutting.tight import joined, on_frames
from video_pipeline.media.errors import FfmpegFailed, FfmpegTimeout
from video_pipeline.media.fonts import typeset
from video_pipeline.media.targets import whole

FOLDER = "tightened"


class TightenedExport:
    """`tightened/01_title_87.mp4`, `.ass`, and the cuts of all clips in the formats of the export `timelines`."""

    reads = ("captions", "cut", "shape", "loudness", "tighten", "timelines")

    def export(self, job: ClipJob, made: MadeClips) -> Exported:
        files: list[Path] = []
        pieces: list[Clip] = []
        for number, clip in enumerate(job.clips):
            try:
                plan, stretches = kept_of(job.source, Span(clip.start_s, clip.end_s), job.options)
                if not stretches:
                    job.notice(f"clip {number + 1} was left out: nothing of it is left")
                    continue
                files += _written(job, number, plan, stretches)
            except (FfmpegFailed, FfmpegTimeout) as error:
                job.notice(f"clip {number + 1} was not tightened: {error}")
                continue
            taken_s = plan.span.duration_s - sum(one.duration_s for one in stretches)
            job.notice(f"clip {number + 1}: {taken_s:.1f} s of {plan.span.duration_s:.1f} s were taken out")
            pieces += [
                dataclasses.replace(clip, start_s=plan.span.start_s + one.start_s, end_s=plan.span.start_s + one.end_s)
                for one in stretches
            ]
            job.on_progress(sum(one.duration_s for one in job.clips[: number + 1]))
        return Exported((*files, *cut_lists(job, pieces)))


def kept_of(source: SourceVideo, span: Span, options: ClipOptions) -> tuple[Plan, list[Span]]:
    """The frames of a part of a video, and which stretches of it stay, on its own clock and in whole frames."""
    plan = planned(Piece(source.info, source.track, span, loudness=options.loudness))
    stays = kept(source, plan.span, options.tighten)
    return plan, on_frames([one.shifted(-plan.span.start_s) for one in stays], plan)


def _written(job: ClipJob, number: int, plan: Plan, stretches: Sequence[Span]) -> list[Path]:
    """The video, and its captions as a file or in the picture."""
    target = job.folder / FOLDER / (job.stem(number) + suffix(job.source.info))
    document, framing = "", None
    if plan.picture is not None:
        shape = shaped(job.source, plan.span, job.options.shape)
        framing = shape.framing if shape else None
    if job.captions is not None and job.options.captions != "none":
        video = job.source.info.video
        size_px = job.options.shape.size_px or ((video.width_px, video.height_px) if video else (1920, 1080))
        document = retimed(job.captions(number, size_px), stretches)
    burned = job.options.captions == "burned" and plan.picture is not None and "Dialogue:" in document
    captions = typeset(document, job.source.language, job.fonts) if burned else None
    framed = dataclasses.replace(plan, piece=dataclasses.replace(plan.piece, look=Look(framing, captions)))
    joined(framed, stretches, target, job.options.cut)
    if burned or "Dialogue:" not in document:
        return [target]
    with whole(target.with_suffix(".ass")) as part:
        part.write_text(document, encoding="utf-8")
    return [target, target.with_suffix(".ass")]


def retimed(document: str, stretches: Sequence[Span]) -> str:
    """An ASS document of a clip, on the clock of its stretches one after another."""
    return moved(document, lambda time_s: moment(time_s, stretches))


def moment(time_s: float, stretches: Sequence[Span]) -> float:
    """A time of the clip on the clock of its stretches; what was taken out lies between two of them."""
    return sum(min(max(time_s - one.start_s, 0.0), one.duration_s) for one in stretches)


def cut_lists(job: ClipJob, pieces: Sequence[Clip], folder: str = FOLDER) -> Iterator[Path]:
    """Write the pieces of the source that are kept, in the formats of the export `timelines`, into a folder of the job's."""
    if not pieces:
        return
    cuts = cut_list(dataclasses.replace(job, clips=tuple(pieces)), {})
    for name in job.options.timelines:
        member = TIMELINES.load(name)()
        try:
            text = member.render(cuts)
        except ToolMissing as error:
            job.notice(str(error))
            continue
        path = job.folder / folder / member.file_name
        with whole(path) as part:
            part.write_text(text, encoding="utf-8", newline="")
        yield path
