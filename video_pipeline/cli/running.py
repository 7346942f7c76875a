"""A run over the videos that a command names: the only place where a command calls the pipeline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from video_pipeline.cli.flags import BesideFlags, RunFlags
    from video_pipeline.cli.show import Show
    from video_pipeline.options import Options
    from video_pipeline.video.base import Goal
    from video_pipeline.video.records import Result

STANDARD_INPUT = "-"


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a command does with each of its videos."""

    goals: Sequence[Goal]
    options: Options
    run: RunFlags
    beside: BesideFlags | None = None
    results: list[Result] = field(default_factory=list)
    """Of the videos that are done."""


def run_videos(asked: Sequence[str], request: Request, show: Show) -> list[Result]:
    """Process every video and show its result. With several, one that fails does not stop the others.

    Raises:
        PipelineError: of the only video. SomeFailed: of several, some failed. BadValue, NoSuchFile: a source is none.
    """
    sources = sources_of(asked)
    if request.beside is not None:
        request.beside.checked_name()
        _check_places(sources, request.beside)
    if len(sources) == 1:
        _run(sources[0], request, show)
        return request.results
    failed, empty = _run_each(sources, request, show)
    if failed or empty or not request.run.dry_run:
        show.end_of_all(len(sources), failed, empty)
    if failed:
        from video_pipeline.library.errors import SomeFailed

        raise SomeFailed(failed, len(sources))
    return request.results


def sources_of(asked: Sequence[str]) -> list[str]:
    """Files and addresses, each once, in the order in which they were named; patterns and folders of a bucket in full.

    Raises NoSuchFile, RemoteError, and BadValue for standard input.
    """
    from video_pipeline.core.errors import BadValue
    from video_pipeline.library.remote import is_remote
    from video_pipeline.library.sources import find_videos

    found: list[str] = []
    for source in asked:
        if source == STANDARD_INPUT:
            raise BadValue(
                "VIDEO", "a video is read more than once, so it cannot come from standard input; save it to a file first"
            )
        path = source.removeprefix("file://")
        if is_remote(source) or (_is_pattern(path) and not Path(path).exists()):
            found += [video.source for video in find_videos([source])]
        else:
            found.append(path)
    once: dict[str, str] = {}
    for source in found:
        once.setdefault(source if is_remote(source) else str(Path(source).absolute()), source)
    return list(once.values())


def _check_places(sources: Sequence[str], beside: BesideFlags) -> None:
    """Raises BadValue where subtitles were to lie beside a video on a web server, before anything is listened to."""
    from video_pipeline.core.errors import BadValue
    from video_pipeline.library.web import is_web

    for source in filter(is_web, sources if beside.is_beside else ()):
        raise BadValue("--beside", f"a web server takes no files, so none can lie beside {source}; --out says where results go")


def _is_pattern(path: str) -> bool:
    return any(character in path for character in "*?[")


def _run_each(sources: Sequence[str], request: Request, show: Show) -> tuple[int, int]:
    """The number of those that failed, and of those with nothing to do, which is no failure among others."""
    from video_pipeline.cli.exit_codes import exit_code
    from video_pipeline.core.errors import PipelineError
    from video_pipeline.library.records import EMPTY_ERRORS

    failed = empty = 0
    for number, source in enumerate(sources, 1):
        show.video(source, number, len(sources))
        try:
            _run(source, request, show)
        except PipelineError as error:
            if type(error).__name__ in EMPTY_ERRORS:
                empty += 1
                show.empty(source, error)
            else:
                failed += 1
                show.failed(source, error, exit_code(error))
    return failed, empty


def _run(source: str, request: Request, show: Show) -> None:
    from video_pipeline.video.process import process

    run, goals, options = request.run, request.goals, request.options
    if run.dry_run:
        from video_pipeline.cli.dry_run import print_plan

        print_plan(source, goals, options, run)
        return
    with _local(source, show) as (video, address):
        result = process(video, goals, options, run.out, show, again=run.again, address=address).result(goals)
    show.result(result, goals, _put_beside(source, result, request))
    request.results.append(result)


def _put_beside(source: str, result: Result, request: Request) -> Sequence[Path]:
    if request.beside is None or not request.beside.is_beside:
        return ()
    from video_pipeline.library.deliver import put_beside
    from video_pipeline.library.sidecars import sidecar_names

    return put_beside(source, result, sidecar_names(request.beside.name, result.language, request.options))


@contextmanager
def _local(source: str, show: Show) -> Iterator[tuple[Path, str]]:
    """The video as a file; a remote one is fetched, and the copy removed when the block ends. Errors name the address.

    With the address that results may name; empty for a file.
    """
    from video_pipeline.core.errors import PipelineError
    from video_pipeline.library.addresses import identity
    from video_pipeline.library.remote import is_remote, local_copy, name_of

    if not is_remote(source):
        yield Path(source), ""
        return
    show.begin("fetch", None)
    with local_copy(source, name_of(source)) as video:
        show.end(fresh=False)
        try:
            yield video, identity(source)
        except PipelineError as error:
            if getattr(error, "path", None) == video:
                vars(error)["path"] = source  # the copy is not what was named
            raise
