"""One job, here and now, in the process of whatever worker got it."""

from __future__ import annotations

import functools
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from video_pipeline.core.files import file_digest
from video_pipeline.library.jobs import Event, Job, Listen, Outcome, Output, unheard
from video_pipeline.options import Options, load_options
from video_pipeline.video.records import Result
from video_pipeline.video.workspace import read_state

_PRESETS_KEPT = 64
_ADVANCE_EVERY_S = 0.25


def work(job: Job, listen: Listen = unheard) -> Outcome:
    """Bring a video to its goals. Everything that can go wrong with one file becomes its outcome."""
    from video_pipeline.video.goals import check_goals
    from video_pipeline.video.process import process

    began, stages = time.monotonic(), Stages(job.source, listen)
    try:
        options = _options(job.preset, msgspec.json.encode(job.said))
        with _here(job) as video:
            result = process(video, check_goals(job.goals), options, job.out, stages).result(job.goals)
        _sweep(result.folder)
        outputs = _outputs(job, result)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one file must not end the run; it is its outcome
        return Outcome.failed(job, error, time.monotonic() - began)
    engine = f"{result.engine.name} on {result.engine.device}" if result.engine else ""
    return Outcome(
        job, time.monotonic() - began, result.duration_s, str(result.folder), len(result.clips),
        engine=engine, digest=read_state(result.folder).source, outputs=outputs, stages=stages.took_s,
    )  # fmt: skip


@functools.lru_cache(maxsize=_PRESETS_KEPT)
def _options(preset: str, said: bytes) -> Options:
    """A worker reads a preset once, not once per video."""
    found: Mapping[str, Any] = msgspec.json.decode(said)
    return load_options(preset, found)


@contextmanager
def _here(job: Job) -> Iterator[Path]:
    """The video as a file; one that lies elsewhere is here for as long as it is worked on."""
    if not job.url:
        yield job.video
        return
    from video_pipeline.library.remote import local_copy

    with local_copy(job.url, job.video.name) as video:
        yield video


def copied(job: Job, folder: str) -> tuple[Output, ...]:
    """The outputs of a job whose work was done for another video of the same content, delivered for this one too."""
    stages = read_state(Path(folder)).stages
    files = {stage: [Path(folder, name) for name in made.outputs] for stage, made in stages.items()}
    return _outputs(job, Result(folder=Path(folder), files=files))


def _outputs(job: Job, result: Result) -> tuple[Output, ...]:
    """All that the stages made, and what was put beside the video."""
    files = {
        result.folder / name: digest
        for stage in read_state(result.folder).stages.values()
        for name, digest in stage.outputs.items()
    }
    if job.sidecars or job.upload:
        from video_pipeline.library.deliver import deliver

        files |= {path: file_digest(path) for path in deliver(job, result)}
    return tuple(output_of(path, digest, result.folder) for path, digest in files.items())


def output_of(path: Path, digest: str, folder: Path) -> Output:
    stat = path.stat()
    name = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)
    return Output(name, stat.st_size, stat.st_mtime_ns, digest)


def _sweep(folder: Path) -> None:
    """Remove what a worker that was killed left half-written: the item was given to nobody else, so it is nobody's."""
    for part in (*folder.glob(".*.part"), *folder.glob("*/.*.part")):
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        else:
            part.unlink(missing_ok=True)


class Stages:
    """Tells the pipeline's progress as events, and keeps how long each stage took."""

    def __init__(self, source: str, listen: Listen) -> None:
        self.took_s: dict[str, float] = {}
        self._source, self._listen = source, listen
        self._stage = ""
        self._total_s: float | None = None
        self._began = self._told = 0.0

    def begin(self, stage: str, total_s: float | None) -> None:
        self._stage, self._total_s, self._began = stage, total_s, time.monotonic()
        self._listen(Event("stage", "", self._source, stage, total_s=total_s))

    def advance(self, done_s: float) -> None:
        now = time.monotonic()
        if now - self._told >= _ADVANCE_EVERY_S:
            self._told = now
            self._listen(Event("advance", "", self._source, self._stage, done_s, self._total_s))

    def end(self, *, fresh: bool) -> None:
        if not fresh:
            self.took_s[self._stage] = round(self.took_s.get(self._stage, 0.0) + time.monotonic() - self._began, 4)
        self._listen(Event("ended", "", self._source, self._stage, text="fresh" if fresh else ""))

    def notice(self, text: str) -> None:
        self._listen(Event("notice", "", self._source, text=text))
