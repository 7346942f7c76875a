"""A picture for each clip: its best frame, in the shape of the clip."""

from __future__ import annotations

from video_pipeline.clips.base import ClipJob, Exported, MadeClips
from video_pipeline.clips.best_frame import best_frame_s
from video_pipeline.clips.footage import Footage, pictured, reactions
from video_pipeline.media.frame import frame
from video_pipeline.media.probe import VideoTrack

_LONGEST_PX = 1280
"""Longer side of the picture: YouTube recommends 1280x720."""


class ThumbnailsExport:
    """`01_title_87.jpg` beside each clip; nothing for sound alone."""

    reads: tuple[str, ...] = ()

    def export(self, job: ClipJob, made: MadeClips) -> Exported:
        files = []
        for number, shot, video in pictured(job, made):
            target = job.folder / f"{job.stem(number)}.jpg"
            frame(shot.info, picture_s(job, number, shot), target, width_px=_width_px(video))
            files.append(target)
        return Exported(tuple(files))


def picture_s(job: ClipJob, number: int, shot: Footage) -> float:
    """The time of the best frame of a clip, on the clock of its file."""
    shifted = [event.shifted(shot.shift_s) for event in reactions(job, number)]
    return best_frame_s(shot.info, shot.span, shifted, [cut_s + shot.shift_s for cut_s in job.source.cuts_s])


def _width_px(video: VideoTrack) -> int:
    """Pictures are never enlarged."""
    width, height = video.width_px, video.height_px
    return max(2, round(width * min(1.0, _LONGEST_PX / max(width, height)) / 2) * 2)
