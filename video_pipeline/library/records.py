"""The records of a library: one video to process, what it made, and what became of it. Plain data."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from video_pipeline.core.printable import path_stored, stored_path
from video_pipeline.jobs.messages import one_line
from video_pipeline.library.addresses import identity


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoJob:
    """One video to bring to `goals`; stored in the catalogue, and sent to workers."""

    video: Path
    """The file; of a remote video only its name, after which the results are called."""
    out: Path
    """Results go to a folder in it, named after the video."""
    goals: tuple[str, ...]
    preset: str = "default"
    overrides: Mapping[str, Any] = field(default_factory=dict)
    """Options over the preset, by dotted keys, as `load_options` takes them."""
    url: str = ""
    """Where a remote video is; empty for a file."""
    etag: str = ""
    """Changes with the content of a remote video; empty when unknown."""
    bytes: int = 0
    """Size of a remote video, as its listing says."""
    sidecars: bool = False
    """Also put the subtitles beside the video."""
    sidecar_name: str = ""
    """Template of their names, see `SidecarNames`; empty for the video's own name."""
    upload: str = ""
    """An address that the results are also put to; empty for none."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """What else a table says of the video: its title, its date, and so on. For search and reports; nothing is made of it."""
    claim: str = ""
    """While it is worked on: the file that says which run may, and after a line break what it must say."""
    staging: str = ""
    """While it is worked on where nobody shares the folder `out`: the address through which results travel."""

    @property
    def source(self) -> str:
        """The item's name in the catalogue, wherever the run was started: no secret of an address, and always text."""
        return identity(self.url) if self.url else stored_path(self.video.absolute())

    def kept(self) -> Self:
        """As it is stored: absolute, without secrets, and without what belongs to one run."""
        return dataclasses.replace(self.anywhere(), url=identity(self.url), claim="", staging="")

    def anywhere(self) -> Self:
        """The same with paths that hold in every working folder."""
        video = self.video if self.url else self.video.absolute()
        return dataclasses.replace(self, video=video, out=self.out.absolute())


@dataclass(frozen=True, slots=True)
class Output:
    """A file that a job made, as it was left there."""

    path: str
    """Relative to the folder of results; absolute outside of it."""
    bytes: int
    mtime_ns: int
    digest: str
    """BLAKE3 of what was written."""

    def at(self, folder: Path) -> Path:
        """Where it lies, of results in `folder`."""
        path = path_stored(self.path)
        return path if path.is_absolute() else folder / path


ALL_GOALS = ("subtitles", "highlights", "clips", "report")
"""What a run makes of a video unless it says otherwise."""
DONE = "done"
FAILED = "failed"
EMPTY = "empty"
"""State of a video that holds nothing to work on: no sound, or neither words nor reactions."""
EMPTY_ERRORS = ("NoAudio", "NothingHeard")
"""Types of the errors that mean so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a video. `error` is empty after success, else the sentence a person reads."""

    job: VideoJob
    took_s: float = 0.0
    """Seconds of work, without waiting for a worker."""
    media_s: float = 0.0
    """Seconds of sound that were listened to."""
    folder: str = ""
    clips: int = 0
    error: str = ""
    error_type: str = ""
    engine: str = ""
    """The speech engine, and its device."""
    digest: str = ""
    """BLAKE3 of the video's bytes."""
    outputs: tuple[Output, ...] = ()
    stages: Mapping[str, float] = field(default_factory=dict)
    """Seconds each stage took; stages whose results existed already are absent."""
    worker: str = ""
    same_as: str = ""
    """The source of the item with the same content, whose folder this is."""
    etag: str = ""
    """Of a web address: what the server said of the file that came."""

    @classmethod
    def failed(cls, job: VideoJob, error: BaseException, took_s: float = 0.0) -> Self:
        return cls(job=job, took_s=took_s, error=one_line(error), error_type=type(error).__name__)

    @property
    def state(self) -> str:
        """`DONE`, `FAILED` or `EMPTY`."""
        return DONE if not self.error else EMPTY if self.error_type in EMPTY_ERRORS else FAILED

    @property
    def rtf(self) -> float:
        """Seconds of work for a second of media (real-time factor); 0 when there was no sound."""
        return self.took_s / self.media_s if self.media_s else 0.0
