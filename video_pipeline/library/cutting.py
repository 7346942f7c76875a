"""Moments of a library as clips of their own, with subtitles and with a little room around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from video_pipeline.core.errors import NoSuchFile, PipelineError
from video_pipeline.core.files import atomic_write, safe_name
from video_pipeline.core.printable import path_stored
from video_pipeline.core.span import Span
from video_pipeline.core.titles import name_of_words
from video_pipeline.library.remote import is_remote, local_copy, name_of
from video_pipeline.library.search import Moment
from video_pipeline.media.cut import Piece, cut, suffix
from video_pipeline.media.probe import probe
from video_pipeline.video.captions import Captions
from video_pipeline.video.video import Video

_ROOM_S = 0.4
"""Before and after the words, so that neither is cut short."""
_NEAR_S = 30.0
_TITLE_LENGTH = 40


def cut_moments(moments: Sequence[Moment], folder: Path) -> Iterator[Path | PipelineError]:
    """Each moment as `NUMBER_VIDEO_TIME_WORDS.mp4` (`.m4a` where there is no picture), with its subtitles beside it.

    How it is cut, and how its subtitles look, are the options that the video was made with.

    A video that is gone or cannot be cut gives its error, and the others are cut all the same.
    """
    for number, moment in enumerate(moments, 1):
        try:
            yield _cut(number, moment, folder)
        except PipelineError as error:
            yield error


def _cut(number: int, moment: Moment, folder: Path) -> Path:
    with _video(moment.source) as path:
        video, info = Video.open(moment.folder, video=path), probe(path)
        last_s = max(moment.end_s, min(info.duration_s or 0.0, moment.end_s + _ROOM_S))
        span = Span(max(0.0, moment.start_s - _ROOM_S), last_s)
        target = folder / f"{number:02d}_{_stem(moment)}{suffix(info)}"
        options = video.options
        held = cut(
            Piece(info, video.transcript.media.track, span, loudness=options.clips.loudness), target, options.clips.cut
        ).span
    _write_subtitles(target, video, held)
    return target


def _write_subtitles(clip: Path, video: Video, span: Span) -> None:
    """Beside the clip, in the formats and the style that the video was made with."""
    words = Captions(video.cues, video.options.subtitles, clip.stem)
    size_px = (video.info.video.width_px, video.info.video.height_px) if video.info.video else (1920, 1080)
    for path, content in words.files(span, size_px, clip.with_suffix("")).items():
        atomic_write(path, content)


def _video(source: str) -> AbstractContextManager[Path]:
    if is_remote(source):
        return local_copy(source, name_of(source))
    path = path_stored(source)
    if not path.is_file():
        raise NoSuchFile(path)
    return nullcontext(path)


def _stem(moment: Moment) -> str:
    video = Path(name_of(moment.source) if is_remote(moment.source) else path_stored(moment.source)).stem
    minutes, seconds = divmod(int(moment.start_s), 60)
    words = name_of_words(moment.text or moment.event, _TITLE_LENGTH)
    return safe_name(f"{video[:_TITLE_LENGTH]}_{minutes}m{seconds:02d}s_{words}".rstrip("_"))
