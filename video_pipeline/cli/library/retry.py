"""`library retry`: process failed videos again."""

from __future__ import annotations

from typing import Annotated

import typer

from video_pipeline.cli.flags import OUT, ShowFlags
from video_pipeline.cli.flatten import flattened
from video_pipeline.cli.library.flags import LibraryFolder, Names, WorkerFlags


@flattened
def retry(
    workers: WorkerFlags,
    show: ShowFlags,
    videos: Names = None,
    out: LibraryFolder = OUT,
    empty: Annotated[bool, typer.Option("--empty", help="Those without sound or speech instead of the failed ones.")] = False,
) -> None:
    """Process failed videos again, with the options of their run; other videos are not touched."""
    from video_pipeline.cli.library.following import Form, follow
    from video_pipeline.cli.library.naming import matching
    from video_pipeline.library.catalogue import catalogue
    from video_pipeline.library.records import EMPTY, FAILED
    from video_pipeline.library.runner import LibraryOptions

    with show.shown():
        options = LibraryOptions(executor=workers.chosen_executor, pool=workers.pool(), staging=workers.staging)
        with catalogue(out, new=False) as record:
            state = EMPTY if empty else FAILED
            chosen = set(matching(videos or (), (row.source for row in record.rows(state))))
            jobs = [job for job in record.jobs(state) if job.source in chosen]
            record.retry(chosen, state)
        follow(jobs, out, options, Form(show.quiet, show.json))
