"""What is posted with a clip: its title, hashtags from its own words, and where in the video it is from."""

from __future__ import annotations

from pathlib import Path

from video_pipeline.clips.base import ClipJob, Exported, MadeClips
from video_pipeline.clips.hashtags import hashtags
from video_pipeline.core.timecode import whole_clock
from video_pipeline.media.targets import whole

_HASHTAGS = 5
"""More are taken for spam; some networks show three."""


class PostsExport:
    """`01_title_87.post.txt` beside each clip."""

    reads: tuple[str, ...] = ()

    def export(self, job: ClipJob, made: MadeClips) -> Exported:
        files = []
        for number in range(len(job.clips)):
            target = job.folder / f"{job.stem(number)}.post.txt"
            with whole(target) as part:
                part.write_text(post(job, number), encoding="utf-8")
            files.append(target)
        return Exported(tuple[Path, ...](files))


def post(job: ClipJob, number: int) -> str:
    """The text for one clip."""
    clip, segments = job.clips[number], job.source.segments
    own = " ".join(segment.text for segment in segments if clip.holds(segment.middle_s))
    rest = [segment.text for segment in segments if not clip.holds(segment.middle_s)]
    tags = " ".join(hashtags(own, rest, _HASHTAGS))
    origin = f"{job.source.info.path.name}, {whole_clock(clip.start_s)} - {whole_clock(clip.end_s)}"
    return "\n\n".join(part for part in (clip.title, tags, origin) if part) + "\n"
