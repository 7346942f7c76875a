"""A picture for each clip: its most telling frame, in the clip's own shape."""

from __future__ import annotations

from pathlib import Path

from video_pipeline.clips.base import ClipJob
from video_pipeline.clips.best_frame import best_frame_s
from video_pipeline.clips.footage import Footage, footage, reactions
from video_pipeline.media.frame import frame

_LONGEST_PX = 1280
"""YouTube asks for 1280x720."""


class ThumbnailsExport:
    """`01_title_87.jpg` beside each clip; nothing for sound alone."""

    reads: tuple[str, ...] = ()

    def export(self, job: ClipJob) -> list[Path]:
        made: list[Path] = []
        for number in range(len(job.clips)):
            shot = footage(job, number)
            if shot is None or shot.info.video is None:
                continue
            target = job.folder / f"{job.stem(number)}.jpg"
            frame(shot.info, telling_s(job, number, shot), target, width_px=_width_px(shot))
            made.append(target)
        return made


def telling_s(job: ClipJob, number: int, shot: Footage) -> float:
    """When the most telling frame of a clip is shown, on the clock of its file."""
    heard = [event.shifted(shot.shift_s) for event in reactions(job, number)]
    return best_frame_s(shot.info, shot.span, heard, [cut_s + shot.shift_s for cut_s in job.cuts_s])


def _width_px(shot: Footage) -> int:
    """Never larger than the picture is."""
    assert shot.info.video is not None
    width, height = shot.info.video.width_px, shot.info.video.height_px
    return max(2, round(width * min(1.0, _LONGEST_PX / max(width, height)) / 2) * 2)
