"""What travels between a run and its workers, on this machine or another: plain data."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self


@dataclass(frozen=True, slots=True)
class Job:
    """One video to bring to `goals`; plain data, so that it travels to another process or machine.

    Attributes:
        video: the file; of a remote one only its name, after which the results are called.
        out: results go to a folder in it, called like the video.
        said: what a person said over the preset, as in `presets.load`.
        url: where a remote video lies; empty for a file.
        etag: changes with the content of a remote video; empty where that is unknown.
        bytes: size of a remote video, as its listing says.
        sidecars: the subtitles are also put beside the video.
        upload: a folder elsewhere that results are also put into; empty for none.
    """

    video: Path
    out: Path
    goals: tuple[str, ...]
    preset: str = "default"
    said: Mapping[str, Any] = field(default_factory=dict)
    url: str = ""
    etag: str = ""
    bytes: int = 0
    sidecars: bool = False
    upload: str = ""

    @property
    def source(self) -> str:
        """What the item is called in the catalogue, wherever the run was started."""
        return self.url or str(self.video.absolute())

    def anywhere(self) -> Self:
        """The same with paths that hold in every working folder."""
        video = self.video if self.url else self.video.absolute()
        return dataclasses.replace(self, video=video, out=self.out.absolute())


@dataclass(frozen=True, slots=True)
class Output:
    """A file that a job made: its path relative to the folder of results (absolute where outside), as it was left there.

    `digest` is the BLAKE3 of what was written.
    """

    path: str
    bytes: int
    mtime_ns: int
    digest: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job. `error` is empty where it went well, else the sentence a person reads.

    Attributes:
        took_s: seconds of work, without waiting for a worker.
        media_s: seconds of sound heard.
        engine: what listened, and on which device.
        digest: BLAKE3 of the video's bytes.
        stages: seconds each stage took; those whose results were there already are absent.
        same_as: the source of the item with the same content, whose folder this is.
    """

    job: Job
    took_s: float
    media_s: float = 0.0
    folder: str = ""
    clips: int = 0
    error: str = ""
    error_type: str = ""
    engine: str = ""
    digest: str = ""
    outputs: tuple[Output, ...] = ()
    stages: Mapping[str, float] = field(default_factory=dict)
    worker: str = ""
    same_as: str = ""

    @classmethod
    def failed(cls, job: Job, error: BaseException, took_s: float = 0.0) -> Self:
        words = " ".join(str(error).split())  # on one line, whatever a library has to say
        return cls(job, took_s, error=words or type(error).__name__, error_type=type(error).__name__)

    @property
    def rtf(self) -> float:
        """Seconds of work for a second of media (real-time factor); 0 where nothing was heard."""
        return self.took_s / self.media_s if self.media_s else 0.0


Kind = Literal["started", "stage", "advance", "ended", "notice", "finished", "worker"]


@dataclass(frozen=True, slots=True)
class Event:
    """What a worker is doing.

    Attributes:
        kind: `started` and `finished` frame an item (`text`: its error), `stage` and `ended` a stage (`text`: "fresh" where its
            results were there), `advance` says how far a stage is, `notice` is for people, `worker` tells how that itself fares.
        done_s, total_s: seconds of media in the stage; `total_s` is None where that is unknown.
    """

    kind: Kind
    worker: str
    source: str = ""
    stage: str = ""
    done_s: float = 0.0
    total_s: float | None = None
    text: str = ""


Listen = Callable[[Event], None]


def unheard(event: Event) -> None:
    """Listens to nothing."""


@dataclass(frozen=True, slots=True)
class Post:
    """Where a worker stands: how many there are, and the address and key of the shared engine, where there is one."""

    workers: int
    engine: str = ""
    key: bytes = b""
