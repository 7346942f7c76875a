"""A short animated WebP for each clip, of the moment when the audience reacts."""

from __future__ import annotations

from video_pipeline.clips.base import ClipJob, Exported, MadeClips
from video_pipeline.clips.footage import Footage, pictured, reactions
from video_pipeline.core.span import Span
from video_pipeline.media.stills import stills
from video_pipeline.media.targets import whole

_RATE_FPS = 10.0
_LENGTH_S = 3.5
_BEFORE_S = 1.5
"""Shown before the reaction begins."""
_LONGEST_PX = 400
"""Longer side of the picture."""
_QUALITY = 60
_EFFORT = 3
"""WebP quality (0 to 100) and effort (0 to 6)."""


class PreviewExport:
    """`01_title_87.webp` beside each clip, in an endless loop; nothing for sound alone."""

    reads: tuple[str, ...] = ()

    def export(self, job: ClipJob, made: MadeClips) -> Exported:
        from PIL import Image

        files = []
        for number, shot, video in pictured(job, made):
            width_px = _width_px(video.width_px, video.height_px)
            frames = [Image.fromarray(p) for p in stills(shot.info, _moment(job, number, shot), _RATE_FPS, width_px)]
            if not frames:
                continue
            target = job.folder / f"{job.stem(number)}.webp"
            how = {"duration": round(1000 / _RATE_FPS), "loop": 0, "quality": _QUALITY, "method": _EFFORT}
            with whole(target) as part:
                frames[0].save(part, format="WEBP", save_all=True, append_images=frames[1:], **how)
            files.append(target)
        return Exported(tuple(files))


def _moment(job: ClipJob, number: int, shot: Footage) -> Span:
    """Around the start of the strongest reaction, else around the middle of the clip; on the clock of its file."""
    strongest = max(reactions(job, number), key=lambda event: event.score * event.duration_s, default=None)
    at_s = shot.time(strongest.start_s) if strongest else shot.span.middle_s
    start_s = max(shot.span.start_s, min(at_s - _BEFORE_S, shot.span.end_s - _LENGTH_S))
    return Span(start_s, min(start_s + _LENGTH_S, shot.span.end_s))


def _width_px(width: int, height: int) -> int:
    return max(2, round(width * min(1.0, _LONGEST_PX / max(width, height)) / 2) * 2)
