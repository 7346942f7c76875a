"""Write each clip to a file of its own, video or sound as the source, and check it against the source."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from video_pipeline.clips.base import ClipJob, Exported, MadeClip, MadeClips
from video_pipeline.clips.shape.plan import shaped
from video_pipeline.core.span import Span
from video_pipeline.media.cut import cut_planned, estimated_bytes, suffix
from video_pipeline.media.cutting.base import Look, Piece
from video_pipeline.media.cutting.plan import Plan, planned
from video_pipeline.media.errors import FfmpegFailed, FfmpegTimeout, NotAsWritten
from video_pipeline.media.fonts import typeset
from video_pipeline.media.probe import probe
from video_pipeline.media.targets import require_space


class VideoExport:
    """Cut, shaped, captioned. A clip that cannot be made is left out with a notice, and has `error` set."""

    reads = ("captions", "cut", "shape", "loudness")

    def export(self, job: ClipJob, made: MadeClips) -> Exported:
        require_space(job.folder, _needed_bytes(job))
        clips: dict[int, MadeClip] = {}
        done_s = 0.0
        try:
            for number, clip in enumerate(job.clips):
                target = job.folder / (job.stem(number) + suffix(job.source.info))
                try:
                    clips[number] = _made(job, number, target, done_s)
                except (FfmpegFailed, FfmpegTimeout, NotAsWritten) as error:
                    clips[number] = MadeClip(path=None, span=Span(clip.start_s, clip.end_s), error=str(error))
                    job.notice(f"clip {number + 1} was left out: {error}")
                done_s += clip.duration_s
                job.on_progress(done_s)
        except BaseException:  # also Ctrl-C: a folder with half of the clips would look like all of them
            _remove(_files(clips), job.folder)
            raise
        if not _files(clips):
            _remove((), job.folder)
        return Exported(_files(clips), clips)


def _files(clips: MadeClips) -> tuple[Path, ...]:
    return tuple(clip.path for clip in clips.values() if clip.path is not None)


def _made(job: ClipJob, number: int, target: Path, before_s: float) -> MadeClip:
    """Cut one clip. Raises FfmpegFailed, NotAsWritten: it cannot be made. Other errors concern all clips."""
    clip, options = job.clips[number], job.options
    plan = planned(Piece(job.source.info, job.source.track, Span(clip.start_s, clip.end_s), loudness=options.loudness))
    look, words = _look(job, number, plan)
    plan = dataclasses.replace(plan, piece=dataclasses.replace(plan.piece, look=look))
    report = cut_planned(plan, target, options.cut, lambda done_s: job.on_progress(before_s + min(done_s, clip.duration_s)))
    if report.fallback:
        job.notice(f"clip {number + 1} was cut by {report.way}: {report.fallback}")
    for note in report.notes:
        job.notice(f"clip {number + 1}: {note}")
    video = probe(target).video
    size_px = (video.width_px, video.height_px) if video else None
    return MadeClip(
        path=target,
        span=report.span,
        size_px=size_px,
        way=report.way,
        fallback=report.fallback,
        check=report.check,
        shape=words,
    )


def _look(job: ClipJob, number: int, plan: Plan) -> tuple[Look, str]:
    """Framing and captions of a clip, and the framing in words."""
    if job.source.info.video is None:
        return Look(), ""
    shape = shaped(job.source, plan.span, job.options.shape)
    framing = shape.framing if shape else None
    captions = None
    if job.options.captions == "burned" and job.captions is not None:
        document = job.captions(number, _size_px(job) or (1920, 1080))
        captions = typeset(document, job.source.language, job.fonts) if "Dialogue:" in document else None
    return Look(framing, captions), shape.words if shape else ""


def _size_px(job: ClipJob) -> tuple[int, int] | None:
    """Size of the picture of clips."""
    video = job.source.info.video
    if video is None:
        return None
    return job.options.shape.size_px or (max(2, video.width_px // 2 * 2), max(2, video.height_px // 2 * 2))


def _needed_bytes(job: ClipJob) -> int:
    sizes = (estimated_bytes(job.source.info, _size_px(job), clip.duration_s, job.options.cut) for clip in job.clips)
    return sum(sizes)


def _remove(paths: Sequence[Path], folder: Path) -> None:
    """Delete the files, and the folder if it is then empty."""
    for path in paths:
        path.unlink(missing_ok=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
