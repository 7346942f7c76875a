"""The contract of a clip export.

To add one:
1. write one file here with a class that satisfies `ClipExport`;
2. add its line to `EXPORTS` in `__init__.py`;
3. run `tests/clips/test_exports.py`, which holds every member of the table to the contract.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Protocol

from video_pipeline.clips import EXPORTS
from video_pipeline.clips.hook.options import HookOptions
from video_pipeline.clips.reel_options import ReelOptions
from video_pipeline.clips.shape.base import ShapeOptions
from video_pipeline.clips.tighten.options import TightenOptions
from video_pipeline.clips.timelines import TIMELINES
from video_pipeline.core.clip import Clip
from video_pipeline.core.constraints import OneOf, check_fields
from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import Language
from video_pipeline.core.span import Span
from video_pipeline.core.titles import name_of_words
from video_pipeline.core.transcript import AudioEvent, Segment
from video_pipeline.media.cutting.base import CutOptions
from video_pipeline.media.framing import Place
from video_pipeline.media.loudness import LoudnessOptions
from video_pipeline.media.probe import MediaInfo

CAPTIONS = ("burned", "files", "none")
_TITLE_LENGTH = 48
"""Characters of the title kept in a file name: short enough for any file system."""


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

    tighten: TightenOptions = field(default_factory=TightenOptions)
    """What the export `tightened` takes out."""

    hook: HookOptions = field(default_factory=HookOptions)
    """What the export `hooked` shows first."""

    reel: ReelOptions = field(default_factory=ReelOptions)
    """One video made of all clips."""

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceVideo:
    """The video that clips are taken from, and what is known about its content. Times are on its own clock."""

    info: MediaInfo
    track: int = 0
    """Number of the audio track."""
    language: Language = Language.UNKNOWN
    """Main language; decides which fonts are used for captions."""
    segments: Sequence[Segment] = ()
    events: Sequence[AudioEvent] = ()
    cues: Sequence[Cue] = ()
    cuts_s: Sequence[float] = ()
    """When the picture cuts."""
    removed: Sequence[Span] = ()
    """What a person cut out, in order and apart from each other; tightened clips do without it."""
    crop: Sequence[Place] = ()
    """Where a person put the crop, in order of time: centres between which it moves evenly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeClip:
    """The result of cutting one clip."""

    path: Path | None
    """None if the clip could not be made: `error` says why."""
    span: Span
    """The part of the source that the file holds, with the edges moved onto frames. Its start is zero on the clip's own clock."""
    size_px: tuple[int, int] | None = None
    """Size of the picture as shown; None for sound alone."""
    way: str = ""
    """How it was cut: exact, smart or copy."""
    fallback: str = ""
    """Why it was not cut as requested."""
    check: str = ""
    """What was compared with the source, in words."""
    shape: str = ""
    """How the picture was fitted, in words."""
    error: str = ""


MadeClips = Mapping[int, MadeClip]
"""By the number of the clip in `ClipJob.clips`, from 0. Empty if the export `video` was not requested."""


def _ignore(_: object) -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipJob:
    """Clips of one video, best first, to be made into files."""

    source: SourceVideo
    clips: Sequence[Clip]
    folder: Path
    """Where the files go."""
    options: ClipOptions
    captions: Callable[[int, tuple[int, int]], str] | None = None
    """Gives the ASS document of a clip on its own clock, from its number and the size of its picture in pixels."""
    fonts: Path | None = None
    """A folder of fonts that are preferred to the system's."""
    on_progress: Callable[[float], None] = _ignore
    """Called with the seconds of finished clips."""
    notice: Callable[[str], None] = _ignore
    """Called with sentences that a person should read."""

    def stem(self, number: int) -> str:
        """File name of clip `number` (from 0), without its suffix: `01_the-punchline_87`."""
        clip = self.clips[number]
        words = name_of_words(clip.title, _TITLE_LENGTH) or "clip"
        return f"{number + 1:02d}_{words}_{clip.score:.0f}"


@dataclass(frozen=True, slots=True)
class Exported:
    """The result of one export."""

    files: tuple[Path, ...] = ()
    """All inside `ClipJob.folder`."""
    clips: MadeClips = field(default_factory=dict)
    """Clips that the exports after this one use instead of the source; only the export `video` makes any."""


class ClipExport(Protocol):
    """Makes files from clips.

    Attributes:
        reads: names of the `ClipOptions` that its files depend on; a change of the others does not make them stale.
    """

    reads: tuple[str, ...]

    def export(self, job: ClipJob, made: MadeClips) -> Exported:
        """Makes the files. `made` are the clips of earlier exports. On an error no file is left half-written."""
        ...
