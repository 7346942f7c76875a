"""What is done with one video of a library, in whatever worker got it."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from video_pipeline.core.errors import PipelineError
from video_pipeline.core.files import fenced, file_digest, remove_parts
from video_pipeline.core.printable import printable, stored_path
from video_pipeline.core.progress import Progress, Silent
from video_pipeline.jobs.messages import Done, Job, JobResult, Task
from video_pipeline.library.addresses import identity
from video_pipeline.library.claims import check_claim
from video_pipeline.library.errors import SourceChanged
from video_pipeline.library.records import Outcome, Output, VideoJob
from video_pipeline.options import Options, load_options
from video_pipeline.video.records import Result
from video_pipeline.video.workspace import read_state

_PRESETS_KEPT = 64
"""A table may name a preset per video."""


def work(job: VideoJob, progress: Progress) -> Done:
    """Bring a video to its goals and deliver the results. Raises whatever is wrong with it, SourceChanged before any result is
    written where the file changes meanwhile.

    The value is an `Outcome` that knows all but the times and the worker.
    """
    marks: list[str] = []
    check_source = _steady(job)

    def check() -> None:
        check_claim(job)
        check_source()

    try:
        with fenced(check), _local(job, progress, marks.append) as video:
            result = _processed(job, video, progress)
    except PipelineError:
        check_source()  # which then is why
        raise
    check()
    remove_parts(result.folder)  # left by a worker that was killed: nobody else works on this video
    outcome = Outcome(
        job=job,
        media_s=result.duration_s,
        folder=str(result.folder),
        clips=len(result.clips),
        engine=f"{result.engine.name} on {result.engine.device}" if result.engine else "",
        digest=read_state(result.folder).source,
        outputs=_outputs(job, result, progress),
        etag=marks[0] if marks else "",
    )
    return Done(result.duration_s, outcome)


def _steady(job: VideoJob) -> Callable[[], None]:
    """A check that raises SourceChanged once the file is another than now: it is still recorded or copied, or was replaced.

    What was made of it by then is of no file that there ever was. Remote videos are worked on as copies.
    """
    before = _stamp(job)

    def check() -> None:
        now = _stamp(job)
        if before is not None and now is not None and now != before:
            raise SourceChanged(job.video)

    return check


def _stamp(job: VideoJob) -> tuple[int, int] | None:
    """Size and time of a file of this machine; None for others, and for one that cannot be seen."""
    if job.url:
        return None
    try:
        stat = job.video.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns


def _processed(job: VideoJob, video: Path, progress: Progress) -> Result:
    """The only call of the pipeline in a library."""
    from video_pipeline.video.goals import check_goals
    from video_pipeline.video.process import process

    options = _options(job.preset, msgspec.json.encode(job.overrides))
    address = identity(job.url) if job.url else ""
    return process(video, check_goals(job.goals), options, job.out, progress, address=address).result(job.goals)


def job_of(video: VideoJob, task: Task = work) -> Job:
    """A video of a library as a job for workers."""
    return Job(
        id=video.source,
        name=printable(video.video.name),
        out=_place(video),
        task=task,
        payload=video,
        preset=video.preset,
        overrides=video.overrides,
    )


def _place(video: VideoJob) -> Path:
    """Where the worker writes."""
    if not video.staging:
        return video.out
    from video_pipeline.library.remote import scratch

    return scratch()


def outcome_of(result: JobResult) -> Outcome:
    """What a worker's result means for the video."""
    video: VideoJob = dataclasses.replace(result.job.payload, claim="", staging="")
    if result.error:
        return Outcome(job=video, took_s=result.took_s, error=result.error, error_type=result.error_type, worker=result.worker)
    outcome: Outcome = result.value
    return dataclasses.replace(
        outcome, job=video, took_s=result.took_s, media_s=result.media_s, stages=result.stages, worker=result.worker
    )


@functools.lru_cache(maxsize=_PRESETS_KEPT)
def _options(preset: str, overrides: bytes) -> Options:
    """A worker reads a preset once, not once per video."""
    found: Mapping[str, Any] = msgspec.json.decode(overrides)
    return load_options(preset, found)


@contextmanager
def _local(job: VideoJob, progress: Progress, on_mark: Callable[[str], None]) -> Iterator[Path]:
    """The video as a file; a remote one is fetched, and removed when the block ends."""
    if not job.url:
        yield job.video
        return
    from video_pipeline.library.remote import local_copy

    progress.begin("fetch", None)
    with local_copy(job.url, job.video.name, on_mark) as video:
        progress.end(fresh=False)
        yield video


def copied(job: VideoJob, folder: str) -> tuple[Output, ...]:
    """The outputs of a job whose work was done for another video of the same content, delivered for this one too."""
    stages = read_state(Path(folder)).stages
    files = {stage: [Path(folder, name) for name in made.outputs] for stage, made in stages.items()}
    language = language_of(Path(folder)) if job.sidecars else ""
    return _outputs(job, Result(folder=Path(folder), language=language, files=files), Silent())


def language_of(folder: Path) -> str:
    """The language that most of a finished video is in."""
    from video_pipeline.video.video import Video

    return Video.open(folder).transcript.language


def _outputs(job: VideoJob, result: Result, progress: Progress) -> tuple[Output, ...]:
    """Everything that the stages made, and what was put beside the video."""
    files = {
        result.folder / name: digest
        for stage in read_state(result.folder).stages.values()
        for name, digest in stage.outputs.items()
    }
    if job.sidecars or job.upload:
        from video_pipeline.library.deliver import deliver
        from video_pipeline.library.sidecars import sidecar_names

        progress.begin("deliver", None)
        names = sidecar_names(job.sidecar_name, result.language, _options(job.preset, msgspec.json.encode(job.overrides)))
        files |= {path: file_digest(path) for path in deliver(job, result, names)}
        progress.end(fresh=False)
    return tuple(output_of(path, digest, result.folder) for path, digest in files.items())


def output_of(path: Path, digest: str, folder: Path) -> Output:
    """A file as it is now, as an output of the results in `folder`."""
    stat = path.stat()
    name = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else stored_path(path)
    return Output(name, stat.st_size, stat.st_mtime_ns, digest)
