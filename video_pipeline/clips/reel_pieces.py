"""The pieces of a reel as files of one format: intro, title card, clips, outro."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from video_pipeline.clips.base import ClipJob, MadeClip, MadeClips
from video_pipeline.clips.footage import footage
from video_pipeline.clips.thumbnails import picture_s
from video_pipeline.clips.title_card import title_card
from video_pipeline.core.span import Span
from video_pipeline.core.timecode import clock
from video_pipeline.media.cut import Piece as Stretch
from video_pipeline.media.cut import cut
from video_pipeline.media.frame import frame
from video_pipeline.media.mixdown import conform
from video_pipeline.media.probe import MediaInfo, probe

_USUAL_FPS = 30.0
"""Assumed if a file does not state its frame rate."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A file with the size of the reel."""

    path: Path
    rate_fps: float
    duration_s: float
    clip: Span | None = None
    """The part of the source that it shows; None for other material."""
    still_s: float = 0.0
    """For how long a still picture is shown; 0 for videos."""


def pieces(job: ClipJob, made: MadeClips, place: Path) -> list[Piece]:
    """All pieces in order; files that are made for them go into `place`.

    Raises:
        NoSuchFile, NotMedia, NoPicture: the intro or the outro is not a video, or the music has no sound.
    """
    options = job.options.reel
    for file in (options.intro, options.outro, options.music.file):
        if file:
            probe(Path(file))  # before any long work starts
    numbers = sorted(range(len(job.clips))[: options.clips], key=lambda number: job.clips[number].start_s)
    body = [_clip(job, made.get(number), number, place) for number in numbers]
    info = probe(body[0].path)
    before = list(_other(options.intro, "intro", info, place))
    after = list(_other(options.outro, "outro", info, place))
    card = [_card(job, made, info, len(body), place)] if options.title_s else []
    return [*before, *card, *body, *after]


def _clip(job: ClipJob, made: MadeClip | None, number: int, place: Path) -> Piece:
    """The clip's own file if there is one; otherwise it is cut for the reel."""
    if made is not None and made.path is not None:
        return Piece(made.path, _rate_fps(probe(made.path)), made.span.duration_s, made.span)
    path = place / f"clip-{number}.mp4"
    what = Stretch(job.source.info, job.source.track, job.clips[number], loudness=job.options.loudness)
    span = cut(what, path, job.options.cut).span
    return Piece(path, _rate_fps(job.source.info), span.duration_s, span)


def _other(file: str, name: str, like: MediaInfo, place: Path) -> Iterator[Piece]:
    if not file or like.video is None:
        return
    target, rate_fps = place / f"{name}.mp4", _rate_fps(like)
    conform(probe(Path(file)), (like.video.width_px, like.video.height_px), rate_fps, target)
    yield Piece(target, rate_fps, probe(target).duration_s or 0.0)


def _card(job: ClipJob, made: MadeClips, like: MediaInfo, count: int, place: Path) -> Piece:
    assert like.video is not None
    best = footage(job, made, 0)
    assert best is not None
    frame(best.info, picture_s(job, 0, best), place / "card.jpg", width_px=like.video.width_px)
    seconds = sum(clip.duration_s for clip in job.clips[:count])
    below = f"{count} best moment{'s' * (count != 1)}  ·  {clock(round(seconds)).removesuffix('.0')}"
    title = job.options.reel.title or job.source.info.stem.replace("_", " ")
    path, still_s = place / "card.png", job.options.reel.title_s
    card, missing = title_card(place / "card.jpg", title, below, job.source.language, job.fonts)
    card.save(path)
    if missing:
        job.notice(missing)
    return Piece(path, _rate_fps(like), still_s, still_s=still_s)


def _rate_fps(info: MediaInfo) -> float:
    return (info.video.rate_fps if info.video else None) or _USUAL_FPS
