"""The contract of a clip export.

To add one:
1. write one file here with a class that satisfies `ClipExport`;
2. add its line to `EXPORTS` in `__init__.py`;
3. run `tests/clips/test_exports.py`, which holds every member of the table to the contract.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Protocol

from video_pipeline.clips import EXPORTS
from video_pipeline.clips.reel_options import ReelOptions
from video_pipeline.clips.shape.base import ShapeOptions
from video_pipeline.clips.timelines import TIMELINES
from video_pipeline.core.clip import Clip
from video_pipeline.core.constraints import OneOf, check_fields
from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import Language
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import AudioEvent, Segment
from video_pipeline.media.cutting.base import CutOptions
from video_pipeline.media.loudness import LoudnessOptions
from video_pipeline.media.probe import MediaInfo

CAPTIONS = ("burned", "files", "none")
_NOT_WORD = re.compile(r"[^\w]+")
_TITLE_LENGTH = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipOptions:
    """What is made of the chosen clips."""

    exports: tuple[Annotated[str, OneOf("clip export", EXPORTS)], ...] = ("video", "thumbnails", "timelines", "gallery")
    """The kinds of files to make."""

    captions: Annotated[str, OneOf("way to show captions", CAPTIONS)] = "files"
    """`burned` draws them into the picture; `files` writes the subtitle formats beside each clip; `none` makes none."""

    cut: CutOptions = field(default_factory=CutOptions)
    """How pieces are cut and encoded."""

    shape: ShapeOptions = field(default_factory=ShapeOptions)
    """The shape of the picture."""

    loudness: LoudnessOptions = field(default_factory=LoudnessOptions)
    """The loudness of the sound."""

    timelines: tuple[Annotated[str, OneOf("timeline format", TIMELINES)], ...] = TIMELINES.built_in
    """Formats of the export `timelines`."""

    reel: ReelOptions = field(default_factory=ReelOptions)
    """One video made of all clips."""

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True, slots=True)
class MadeClip:
    """What became of one clip.

    Attributes:
        number: of the clip, from 0.
        path: its file, None where it could not be made: then `error` says why.
        span: what it holds of the source, its edges moved onto frames; where it begins is its own clock's zero.
        size_px: of its picture as shown.
        way: exact, smart or copy, as it was really cut.
        fallback: why not as asked.
        check: what was compared with the source, in words.
        shape: how the picture was fitted, in words.
    """

    number: int
    path: Path | None
    span: Span
    size_px: tuple[int, int] | None = None
    way: str = ""
    fallback: str = ""
    check: str = ""
    shape: str = ""
    error: str = ""


def _say_nothing(text: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class ClipJob:
    """Clips of one video, best first, and all that is known for making files of them. Times are on the source's clock.

    Attributes:
        source: the video.
        track: number of its audio track.
        clips: to be made.
        folder: where their files go.
        options: what a person chose.
        done: is told seconds of finished clip.
        captions: gives the ASS document of a clip, by its number and the size of its picture in pixels, on the clip's own clock.
        language: of the captions, for their fonts.
        fonts: a folder of fonts that go before the system's.
        segments: what is said in the video.
        events: what is heard in it.
        cues: what is shown of both.
        cuts_s: when its picture cuts.
        notice: is told what a person should know.
        made: what became of each clip; the export `video`, the table's first, fills it for those after it.
    """

    source: MediaInfo
    track: int
    clips: Sequence[Clip]
    folder: Path
    options: ClipOptions
    done: Callable[[float], None]
    captions: Callable[[int, tuple[int, int]], str] | None = None
    language: Language = Language.UNKNOWN
    fonts: Path | None = None
    segments: Sequence[Segment] = ()
    events: Sequence[AudioEvent] = ()
    cues: Sequence[Cue] = ()
    cuts_s: Sequence[float] = ()
    notice: Callable[[str], None] = _say_nothing
    made: list[MadeClip] = field(default_factory=list)

    def stem(self, number: int) -> str:
        """File name of clip `number` (from 0), without its suffix: `01_the-punchline_87`."""
        clip = self.clips[number]
        words = _NOT_WORD.sub("-", clip.title).strip("-")[:_TITLE_LENGTH].strip("-")
        return f"{number + 1:02d}_{words or 'clip'}_{clip.score:.0f}"

    def made_file(self, number: int) -> Path | None:
        """The file of clip `number`, None where there is none."""
        return next((made.path for made in self.made if made.number == number), None)


class ClipExport(Protocol):
    """Makes files of clips.

    Attributes:
        reads: names of the `ClipOptions` that its files depend on; others may change without making them again.
    """

    reads: tuple[str, ...]

    def export(self, job: ClipJob) -> list[Path]:
        """The files made, all inside `job.folder`; on an error none of them is left half-written."""
        ...
