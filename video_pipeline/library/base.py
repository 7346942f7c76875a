"""The contract of an executor, and the work it is given.

To add one:
1. write one file here with a class that satisfies `Executor`;
2. add its line to `EXECUTORS` in `__init__.py`;
3. run `tests/library/test_executors.py`, which holds every member of the table to the contract.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, Self


@dataclass(frozen=True, slots=True)
class Job:
    """One video to bring to `goals`; plain data, so that it travels to another process or machine."""

    video: Path
    out: Path
    goals: tuple[str, ...]
    preset: str = "default"
    said: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job. `error` is empty where it went well, else the sentence a person reads."""

    job: Job
    took_s: float
    media_s: float = 0.0
    folder: str = ""
    clips: int = 0
    error: str = ""
    error_type: str = ""

    @classmethod
    def failed(cls, job: Job, error: BaseException, took_s: float = 0.0) -> Self:
        return cls(job, took_s, error=str(error) or type(error).__name__, error_type=type(error).__name__)


class Executor(Protocol):
    """Runs jobs, in any order, perhaps several at once."""

    def run(self, jobs: Sequence[Job], workers: int) -> Iterator[Outcome]:
        """One outcome for every job, each as soon as it is known. A job that fails, or kills its worker, never ends the run."""
        ...


def work(job: Job) -> Outcome:
    """Do one job here and now. Everything that can go wrong with one file becomes its outcome."""
    from video_pipeline import presets
    from video_pipeline.pipeline import process

    began = time.monotonic()
    try:
        result = process(job.video, job.goals, presets.load(job.preset, dict(job.said)), job.out)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one file must not end the run; it is its outcome
        return Outcome.failed(job, error, time.monotonic() - began)
    return Outcome(job, time.monotonic() - began, result.duration_s, str(result.folder), len(result.clips))
