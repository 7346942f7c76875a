"""What travels between a run and its workers, on this machine or another: plain data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self

from video_pipeline.core.errors import PipelineError
from video_pipeline.core.progress import Progress


@dataclass(frozen=True, slots=True)
class Done:
    """What a task returns."""

    media_s: float = 0.0
    """Seconds of media it worked through; workers are replaced after so many."""
    value: Any = None
    """Whatever the task's owner wants back; plain data."""


Task = Callable[[Any, Progress], Done]
"""What is done with a job's payload, in a worker: a function that workers can import. It may raise anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of work: a task and what to apply it to."""

    id: str
    """Tells this job from the others of the run."""
    name: str
    """What people call it, for messages."""
    out: Path
    """The folder for results; it must have room before the job starts."""
    task: Task
    payload: Any
    preset: str = "default"
    """With `overrides`, the options it runs with: they decide which speech engine is used, and where."""
    overrides: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobResult:
    """How a job ended: `error` is empty after success, else one sentence for people."""

    job: Job
    took_s: float = 0.0
    """Seconds of work, without waiting for a worker."""
    media_s: float = 0.0
    value: Any = None
    error: str = ""
    error_type: str = ""
    is_defect: bool = False
    """The error is none that the program raises on purpose."""
    stages: Mapping[str, float] = field(default_factory=dict)
    """Seconds each stage took; stages whose results existed already are absent."""
    worker: str = ""

    @classmethod
    def failed(cls, job: Job, error: BaseException, took_s: float = 0.0) -> Self:
        return cls(
            job=job,
            took_s=took_s,
            error=one_line(error),
            error_type=type(error).__name__,
            is_defect=not isinstance(error, PipelineError),
        )


def one_line(error: BaseException) -> str:
    """The error's sentence without line breaks; its type when it has no words."""
    return " ".join(str(error).split()) or type(error).__name__


UpdateKind = Literal["started", "stage", "advance", "ended", "notice", "alive", "finished", "worker"]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobUpdate:
    """What a worker is doing."""

    kind: UpdateKind
    """`started` and `finished` frame a job, `stage` and `ended` a stage, `advance` is progress in it, `notice` is for people,
    `worker` reports on the worker itself. `alive` is only a sign of progress, which the run keeps to itself."""
    job_id: str = ""
    worker: str = ""
    stage: str = ""
    done_s: float = 0.0
    """Seconds of media done in the stage."""
    total_s: float | None = None
    """Seconds of media in the stage; None when unknown."""
    text: str = ""
    """Of `finished` its error, of `ended` "fresh" when the results existed already, else a sentence for people."""


OnUpdate = Callable[[JobUpdate], None]


def ignore(update: JobUpdate) -> None:
    """For runs that nobody follows."""


@dataclass(frozen=True, slots=True)
class WorkerSetup:
    """What a worker process has to know about the run before its first job."""

    workers: int
    """How many share this machine."""
    engine: str = ""
    """Folder where the shared engine listens; empty: the worker opens an engine of its own."""
    key: bytes = b""
    """Secret that the shared engine asks for."""
    silence_s: float = 0.0
    """The shared engine hangs when it gives no sign of life for longer. 0 disables this."""


@dataclass(frozen=True, slots=True)
class EngineLost:
    """A worker needs another shared engine in place of the one with this name."""

    name: str
