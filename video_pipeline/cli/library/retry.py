"""`library retry`: process failed videos again."""

from __future__ import annotations

from video_pipeline.cli.flags import OUT, ShowFlags
from video_pipeline.cli.flatten import flattened
from video_pipeline.cli.library.flags import LibraryFolder, Names, WorkerFlags


@flattened
def retry(workers: WorkerFlags, show: ShowFlags, videos: Names = None, out: LibraryFolder = OUT) -> None:
    """Process failed videos again, with the options of their run; other videos are not touched."""
    from video_pipeline.cli.library.following import Form, follow
    from video_pipeline.cli.library.naming import matching
    from video_pipeline.library.catalogue import catalogue
    from video_pipeline.library.runner import LibraryOptions

    with show.shown():
        options = LibraryOptions(executor=workers.executor, pool=workers.pool())
        with catalogue(out, new=False) as record:
            chosen = set(matching(videos or (), (row.source for row in record.rows("failed"))))
            jobs = [job for job in record.jobs("failed") if job.source in chosen]
        follow(jobs, out, options, Form(show.quiet, show.json))
