"""The chosen clips as an editor counts: in frames of one source, with its own time code. All formats are written from this."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from video_pipeline.clips.base import ClipJob, MadeClips
from video_pipeline.clips.timelines.marks import COLOURS, Colours, Moment, moments
from video_pipeline.clips.timelines.rate import Rate, first_frame, rate_for
from video_pipeline.core.span import Span
from video_pipeline.media.probe import MediaInfo

RECORD_START_S = 3600
"""Programmes start at one hour of time code, so that there is room before them."""
_CHANNELS = {"mono": 1, "stereo": 2, "downmix": 2, "2.1": 3, "quad": 4, "4.0": 4, "5.0": 5, "5.1": 6, "6.1": 7, "7.1": 8}


_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
"""Ends a line, or stands in no XML: all these formats take a name to be one line of text."""


@dataclass(frozen=True, slots=True)
class Media:
    """The source file. `start` is the number of its first frame, `frames` how many it has; sizes are 0 for sound alone."""

    path: Path
    start: int
    frames: int
    width_px: int
    height_px: int
    channels: int
    rate_hz: int

    @property
    def name(self) -> str:
        """As editors show it and look for it."""
        return _UNWRITABLE.sub("\ufffd", self.path.name)

    @property
    def place(self) -> str:
        """The whole path, for people."""
        return _UNWRITABLE.sub("\ufffd", str(self.path.absolute()))

    @property
    def url(self) -> str:
        """Absolute and percent-encoded, as editors relink by it."""
        return self.path.absolute().as_uri()

    @property
    def has_picture(self) -> bool:
        return self.width_px > 0


@dataclass(frozen=True, slots=True)
class Mark:
    """`start` and `end` are frames of the source; a mark has one frame or more."""

    start: int
    end: int
    label: str
    note: str
    colours: Colours

    @property
    def text(self) -> str:
        return f"{self.label} {self.note}".strip()


@dataclass(frozen=True, slots=True)
class Event:
    """One clip: `source_in` to `source_out` (the first frame after it) of the source, put at `record_in` of the programme.

    `marks` are those that begin in it; `rank` is 1 for the best.
    """

    rank: int
    score: float
    title: str
    why: str
    source_in: int
    source_out: int
    record_in: int
    marks: tuple[Mark, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.rank:02d} {self.title} {self.score:.0f}" if self.title else f"{self.rank:02d} {self.score:.0f}"

    @property
    def frames(self) -> int:
        return self.source_out - self.source_in

    @property
    def record_out(self) -> int:
        return self.record_in + self.frames


@dataclass(frozen=True, slots=True)
class CutList:
    """`events` in the order they happened, end to end; `marks` of the whole source."""

    title: str
    rate: Rate
    media: Media
    events: tuple[Event, ...]
    marks: tuple[Mark, ...]

    @property
    def frames(self) -> int:
        return sum(event.frames for event in self.events)

    @property
    def record_start(self) -> int:
        return self.rate.nominal_fps * RECORD_START_S if not self.rate.drop else self.rate.frame(RECORD_START_S)


def cut_list(job: ClipJob, made: MadeClips) -> CutList:
    """Clips as they were cut where they were, else as they were chosen; in the order they happened."""
    info = job.source.info
    rate = rate_for(info.video.rate_fps if info.video else None, info.timecode)
    media = _media(info, job.source.track, rate, max((clip.end_s for clip in job.clips), default=0.0))
    marks = tuple(_mark(moment, media, rate) for moment in moments(job.source.events, job.source.segments))
    cuts = CutList(f"{_one_line(info.path.stem)} highlights", rate, media, (), marks)
    return CutList(cuts.title, rate, media, tuple(_events(job, made, cuts)), marks)


def _media(info: MediaInfo, track: int, rate: Rate, least_s: float) -> Media:
    """A file whose header claims no length is as long as what is used of it."""
    size = (info.video.width_px, info.video.height_px) if info.video else (0, 0)
    frames = max(rate.frame(info.duration_s or 0.0), rate.frame(least_s), 1)
    sound = next((one for one in info.audio if one.number == track), None)
    heard = (_channels(sound.layout), sound.rate_hz) if sound else (0, 0)
    return Media(info.path, first_frame(info.timecode, rate), frames, *size, *heard)


def _channels(layout: str) -> int:
    """Of a layout as FFmpeg prints it: `stereo`, `5.1(side)`, `4 channels`."""
    name, _, unit = layout.partition("(")[0].partition(" ")
    return int(name) if unit == "channels" and name.isdigit() else _CHANNELS.get(name, 2)


def _events(job: ClipJob, made: MadeClips, cuts: CutList) -> Iterator[Event]:
    spans = {number: one.span for number, one in made.items() if one.path is not None}
    ranked = sorted(enumerate(job.clips), key=lambda pair: pair[1].start_s)
    record_in = cuts.record_start
    for number, clip in ranked:
        start, end = _frames(spans.get(number, clip), cuts.media, cuts.rate)
        inside = tuple(mark for mark in cuts.marks if start <= mark.start < end)
        yield Event(number + 1, clip.score, _one_line(clip.title), _one_line(clip.why), start, end, record_in, inside)
        record_in += end - start


def _frames(span: Span, media: Media, rate: Rate) -> tuple[int, int]:
    """Within the file, and one frame or more."""
    last = media.start + media.frames
    start = min(media.start + rate.frame(span.start_s), last - 1)
    return start, max(start + 1, min(media.start + rate.frame(span.end_s), last))


def _mark(moment: Moment, media: Media, rate: Rate) -> Mark:
    start, end = _frames(moment, media, rate)
    return Mark(start, end, str(moment.label), _one_line(moment.note), COLOURS[moment.label])


def _one_line(text: str) -> str:
    return " ".join(_UNWRITABLE.sub(" ", text).split())
