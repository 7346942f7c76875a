"""Each clip as a video (or, of a source without a picture, a sound) file of its own."""

from __future__ import annotations

from pathlib import Path

from video_pipeline.clips.base import ClipJob
from video_pipeline.media.cut import cut, suffix


class VideoExport:
    """Cut to the frame by encoding again."""

    def export(self, job: ClipJob) -> list[Path]:
        made: list[Path] = []
        done_s = 0.0
        for number, clip in enumerate(job.clips):
            target = job.folder / (job.stem(number) + suffix(job.source))
            cut(job.source, job.track, clip, target, job.options.cut)
            made.append(target)
            done_s += clip.duration_s
            job.done(done_s)
        return made
