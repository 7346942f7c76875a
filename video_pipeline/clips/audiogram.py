"""A video of each clip of sound alone, for places that only take videos: the waveform, with the words below it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from video_pipeline.clips.base import ClipJob, Exported, MadeClips
from video_pipeline.core.span import Span
from video_pipeline.media.audiogram import Audiogram, write_audiogram
from video_pipeline.media.cut import cut
from video_pipeline.media.cutting.base import Piece
from video_pipeline.media.fonts import typeset

_SIZE_PX = (1080, 1080)
"""If no shape is asked for: a square, which every feed shows whole."""


class AudiogramExport:
    """`01_title_87.mp4` of sound alone; nothing for videos, whose clips are videos already."""

    reads = ("captions", "cut", "shape", "loudness")

    def export(self, job: ClipJob, made: MadeClips) -> Exported:
        if job.source.info.video is not None:
            return Exported()
        files: list[Path] = []
        for number, clip in enumerate(job.clips):
            own = made.get(number)
            if own is not None and own.path is None:
                continue  # a notice has said why
            target = job.folder / f"{job.stem(number)}.mp4"
            with tempfile.TemporaryDirectory(prefix="video-pipeline-") as place:
                sound = own.path if own is not None and own.path else _cut(job, clip, Path(place) / "sound.m4a")
                write_audiogram(sound, _shown(job, number), target, job.options.cut)
            files.append(target)
            job.on_progress(sum(one.duration_s for one in job.clips[: number + 1]))
        return Exported(tuple(files))


def _cut(job: ClipJob, span: Span, target: Path) -> Path:
    piece = Piece(job.source.info, job.source.track, Span(span.start_s, span.end_s), loudness=job.options.loudness)
    cut(piece, target, job.options.cut)
    return target


def _shown(job: ClipJob, number: int) -> Audiogram:
    size_px = job.options.shape.size_px or _SIZE_PX
    document = job.captions(number, size_px) if job.captions is not None and job.options.captions != "none" else ""
    captions = typeset(document, job.source.language, job.fonts) if "Dialogue:" in document else None
    return Audiogram(size_px, captions)
