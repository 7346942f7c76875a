"""Moments of a library as clips of their own, with subtitles and with a little room around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from video_pipeline.core.errors import NoSuchFile, PipelineError
from video_pipeline.core.files import atomic_write, safe_name
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import AudioEvent, Transcript
from video_pipeline.library.remote import is_remote, local_copy, name_of
from video_pipeline.library.search import Moment
from video_pipeline.media.cut import CutOptions, Piece, cut, suffix
from video_pipeline.media.probe import probe
from video_pipeline.subtitles.files import appearance_of, rendered
from video_pipeline.subtitles.layout import make_cues
from video_pipeline.subtitles.retime import retimed
from video_pipeline.subtitles.rules import SubtitleOptions
from video_pipeline.video.records import EventsFile
from video_pipeline.video.workspace import Workspace

_ROOM_S = 0.4
"""Before and after the words, so that neither is cut short."""
_NEAR_S = 30.0
_NOT_WORD = re.compile(r"[^\w]+")
_TITLE_LENGTH = 40


def cut_moments(moments: Sequence[Moment], folder: Path) -> Iterator[Path | PipelineError]:
    """Each moment as `NUMBER_VIDEO_TIME_WORDS.mp4` (`.m4a` where there is no picture), with an `.srt` beside it.

    A video that is gone or cannot be cut gives its error, and the others are cut all the same.
    """
    for number, moment in enumerate(moments, 1):
        try:
            yield _cut(number, moment, folder)
        except PipelineError as error:
            yield error


def _cut(number: int, moment: Moment, folder: Path) -> Path:
    space = Workspace(Path(moment.folder), "")
    transcript = space.read_json(space.transcript, Transcript)
    with _video(moment.source) as video:
        info = probe(video)
        last_s = max(moment.end_s, min(info.duration_s or 0.0, moment.end_s + _ROOM_S))
        span = Span(max(0.0, moment.start_s - _ROOM_S), last_s)
        target = folder / f"{number:02d}_{_stem(moment)}{suffix(info)}"
        held = cut(Piece(info, transcript.media.track, span), target, CutOptions()).span
    events = space.read_json(space.events, EventsFile).events
    _write_subtitles(target.with_suffix(".srt"), transcript, events, held)
    return target


def _write_subtitles(path: Path, transcript: Transcript, events: Sequence[AudioEvent], span: Span) -> None:
    """Only what is near is laid out: a transcript may be hours long."""
    near = Span(max(0.0, span.start_s - _NEAR_S), span.end_s + _NEAR_S)
    segments = [segment for segment in transcript.segments if segment.overlaps(near)]
    cues = make_cues(segments, [event for event in events if event.overlaps(near)], SubtitleOptions())
    if pieces := retimed(cues, span):
        document = rendered("srt", pieces, appearance_of(SubtitleOptions(), (1920, 1080), path.stem))
        atomic_write(path, document.encode())


def _video(source: str) -> AbstractContextManager[Path]:
    if is_remote(source):
        return local_copy(source, name_of(source))
    if not Path(source).is_file():
        raise NoSuchFile(Path(source))
    return nullcontext(Path(source))


def _stem(moment: Moment) -> str:
    video = Path(name_of(moment.source) if is_remote(moment.source) else moment.source).stem
    minutes, seconds = divmod(int(moment.start_s), 60)
    words = _NOT_WORD.sub("-", moment.text or moment.event)[:_TITLE_LENGTH].strip("-")
    return safe_name(f"{video[:_TITLE_LENGTH]}_{minutes}m{seconds:02d}s_{words}".rstrip("_"))
