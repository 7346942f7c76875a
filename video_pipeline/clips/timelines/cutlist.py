"""The chosen clips in frames of the source, with its time code. All timeline formats are written from this."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from video_pipeline.clips.base import ClipJob, MadeClips
from video_pipeline.clips.timelines.marks import COLOURS, Colours, Moment, moments
from video_pipeline.clips.timelines.rate import Rate, first_frame, rate_for
from video_pipeline.core.labels import Language
from video_pipeline.core.span import Span
from video_pipeline.media.probe import MediaInfo

RECORD_START_S = 3600
"""Programmes start at one hour of time code, by convention: there is room for leaders before it."""
_CHANNELS = {"mono": 1, "stereo": 2, "downmix": 2, "2.1": 3, "quad": 4, "4.0": 4, "5.0": 5, "5.1": 6, "6.1": 7, "7.1": 8}
"""Number of channels by FFmpeg's name of the layout."""
_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
"""Characters that end a line or that XML forbids: in all formats a name is one line of text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """The source file."""

    path: Path
    address: str = ""
    """As a URL, if it was only fetched for this run; empty for a file that stays."""
    start: int
    """Number of its first frame."""
    frames: int
    """How many it has."""
    width_px: int
    height_px: int
    """As stored; 0, as the width, for sound alone."""
    pixel_aspect: tuple[int, int] = (1, 1)
    """Width to height of a pixel."""
    channels: int
    """Of the sound that is used; 0 without sound."""
    channels_before: int = 0
    """Of the audio tracks before it in the file."""
    channels_in_file: int = 0
    """Of all audio tracks; 0 if it has no others."""
    rate_hz: int
    """Sample rate of its sound."""

    @property
    def name(self) -> str:
        """File name, by which editing programs show and find it."""
        return _UNWRITABLE.sub("\ufffd", self.path.name)

    @property
    def place(self) -> str:
        """The full path or the address, for people."""
        return _UNWRITABLE.sub("\ufffd", self.address or str(self.path.absolute()))

    @property
    def url(self) -> str:
        """Editing programs relink by it."""
        return self.address or self.path.absolute().as_uri()

    @property
    def has_picture(self) -> bool:
        return self.width_px > 0


@dataclass(frozen=True, slots=True)
class Mark:
    """A marker from frame `start` to `end` of the source, one frame or more."""

    start: int
    end: int
    label: str
    note: str
    colours: Colours

    @property
    def text(self) -> str:
        return f"{self.label} {self.note}".strip()


@dataclass(frozen=True, slots=True)
class Caption:
    """Words that are shown from frame `start` to `end` of the source."""

    start: int
    end: int
    text: str
    """Its lines end with line feeds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One clip as an edit: a range of frames of the source, placed in the programme."""

    rank: int
    """1 for the best clip."""
    score: float
    title: str
    why: str
    source_in: int
    source_out: int
    """The first frame after it."""
    record_in: int
    """Its first frame in the programme."""
    marks: tuple[Mark, ...] = ()
    """Markers that begin in it."""
    captions: tuple[Caption, ...] = ()
    """In order, inside it, one at a time."""

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
    """`edits` in chronological order, end to end; `marks` of the whole source."""

    title: str
    rate: Rate
    media: Media
    edits: tuple[Edit, ...]
    marks: tuple[Mark, ...]
    language: Language = Language.UNKNOWN
    """Of the captions."""

    @property
    def frames(self) -> int:
        return sum(edit.frames for edit in self.edits)

    @property
    def record_start(self) -> int:
        return self.rate.nominal_fps * RECORD_START_S if not self.rate.drop else self.rate.frame(RECORD_START_S)


def cut_list(job: ClipJob, made: MadeClips) -> CutList:
    """Clips in chronological order, with the edges of their files, or as chosen if they were not cut."""
    info = job.source.info
    rate = rate_for(info.video.rate_fps if info.video else None, info.timecode)
    media = _media(info, job.source.track, rate, max((clip.end_s for clip in job.clips), default=0.0))
    marks = tuple(_mark(moment, media, rate) for moment in moments(job.source.events, job.source.segments))
    cuts = CutList(f"{_one_line(info.stem)} highlights", rate, media, (), marks)
    return CutList(cuts.title, rate, media, tuple(_edits(job, made, cuts)), marks, job.source.language)


def _media(info: MediaInfo, track: int, rate: Rate, least_s: float) -> Media:
    """A file without a stated duration is as long as the part that is used."""
    size, pixel_aspect = (info.video.width_px, info.video.height_px) if info.video else (0, 0), (1, 1)
    if info.video and not info.video.rotation_deg and info.video.stored_px != (0, 0):
        size, pixel_aspect = info.video.stored_px, info.video.pixel_aspect
    counts = [_channels(one.layout) for one in info.audio]
    frames = max(rate.frame(info.duration_s or 0.0), rate.frame(least_s), 1)
    sound = next((one for one in info.audio if one.number == track), None)
    channels, rate_hz = (_channels(sound.layout), sound.rate_hz) if sound else (0, 0)
    return Media(
        path=info.path,
        address=info.url if info.address else "",
        start=first_frame(info.timecode, rate, info.timecode_fps),
        frames=frames,
        width_px=size[0],
        height_px=size[1],
        pixel_aspect=pixel_aspect,
        channels=channels,
        channels_before=sum(counts[:track]),
        channels_in_file=sum(counts),
        rate_hz=rate_hz,
    )


def _channels(layout: str) -> int:
    """Number of channels of a layout as FFmpeg prints it: `stereo`, `5.1(side)`, `4 channels`."""
    name, _, unit = layout.partition("(")[0].partition(" ")
    return int(name) if unit == "channels" and name.isdigit() else _CHANNELS.get(name, 2)


def _edits(job: ClipJob, made: MadeClips, cuts: CutList) -> Iterator[Edit]:
    spans = {number: one.span for number, one in made.items() if one.path is not None}
    ranked = sorted(enumerate(job.clips), key=lambda pair: pair[1].start_s)
    record_in = cuts.record_start
    for number, clip in ranked:
        start, end = _frames(spans.get(number, clip), cuts.media, cuts.rate)
        inside = tuple(mark for mark in cuts.marks if start <= mark.start < end)
        yield Edit(
            rank=number + 1,
            score=clip.score,
            title=_one_line(clip.title),
            why=_one_line(clip.why),
            source_in=start,
            source_out=end,
            record_in=record_in,
            marks=inside,
            captions=tuple(_captions(job, cuts, (start, end))),
        )
        record_in += end - start


def _captions(job: ClipJob, cuts: CutList, edit: tuple[int, int]) -> Iterator[Caption]:
    """The words in an edit. One that begins during another ends it, because editing programs show one at a time."""
    if job.options.captions == "none":
        return
    texts: dict[int, tuple[int, str]] = {}
    for cue in sorted(job.source.cues, key=lambda cue: cue.start_s):
        start, end = _frames(cue, cuts.media, cuts.rate)
        text = "\n".join(filter(None, map(_one_line, cue.lines)))
        if text and start < edit[1] and end > edit[0]:
            start, before = max(start, edit[0]), texts.get(max(start, edit[0]))
            texts[start] = (max(end, before[0]), f"{before[1]}\n{text}") if before else (end, text)
    for start, next_start in pairwise([*texts, edit[1]]):
        end, text = texts[start]
        yield Caption(start, min(end, next_start), text)


def _frames(span: Span, media: Media, rate: Rate) -> tuple[int, int]:
    """First and last frame of a span: within the file, and at least one frame."""
    last = media.start + media.frames
    start = min(media.start + rate.frame(span.start_s), last - 1)
    return start, max(start + 1, min(media.start + rate.frame(span.end_s), last))


def _mark(moment: Moment, media: Media, rate: Rate) -> Mark:
    start, end = _frames(moment, media, rate)
    return Mark(start, end, str(moment.label), _one_line(moment.note), COLOURS[moment.label])


def _one_line(text: str) -> str:
    return " ".join(_UNWRITABLE.sub(" ", text).split())
