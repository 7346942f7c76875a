"""Where the pictures of a clip come from: its own file if it was made, because that has the clip's shape, else the source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from video_pipeline.clips.base import ClipJob, MadeClips
from video_pipeline.core.labels import REACTIONS
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import AudioEvent
from video_pipeline.media.probe import MediaInfo, VideoTrack, probe


@dataclass(frozen=True, slots=True)
class Footage:
    """A file with a picture, and the part of it that is the clip. Time t of the source is t + `shift_s` in the file."""

    info: MediaInfo
    span: Span
    shift_s: float

    def time(self, source_s: float) -> float:
        """A time of the source on the file's clock, within the clip."""
        return min(max(source_s + self.shift_s, self.span.start_s), self.span.end_s)


def footage(job: ClipJob, made: MadeClips, number: int) -> Footage | None:
    """The pictures of clip `number`; None if it has none."""
    if job.source.info.video is None:
        return None
    own = made.get(number)
    if own is None or own.path is None:
        clip = job.clips[number]
        return Footage(job.source.info, Span(clip.start_s, clip.end_s), 0.0)
    return Footage(probe(own.path), Span(0.0, own.span.duration_s), -own.span.start_s)


def pictured(job: ClipJob, made: MadeClips) -> Iterator[tuple[int, Footage, VideoTrack]]:
    """The clips that have a picture: number, footage, video track."""
    for number in range(len(job.clips)):
        shot = footage(job, made, number)
        if shot is not None and shot.info.video is not None:
            yield number, shot, shot.info.video


def reactions(job: ClipJob, number: int) -> Sequence[AudioEvent]:
    """Reactions of the audience in a clip, in chronological order."""
    clip = job.clips[number]
    return sorted((e for e in job.source.events if e.label in REACTIONS and e.overlaps(clip)), key=lambda event: event.start_s)
