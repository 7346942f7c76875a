"""`library retry`: process failed videos again."""

from __future__ import annotations

from video_pipeline.cli import arguments as a
from video_pipeline.cli.library import flags as f


def retry(
    videos: f.Names = None,
    out: f.Library = a.OUT,
    executor: f.Executor = "inline",
    workers: f.Workers = 0,
    address: f.Address = "",
    gpus: f.Gpus = 0.0,
    memory_mb: f.Memory = 0,
    time_limit: f.TimeLimit = 0.0,
    quiet: a.Quiet = False,
    json: f.Json = False,
) -> None:
    """Process failed videos again, with the options of their run; other videos are not touched."""
    from video_pipeline.cli.library.following import Form, follow
    from video_pipeline.cli.library.naming import matching
    from video_pipeline.cli.show import shown
    from video_pipeline.library.catalogue import catalogue
    from video_pipeline.library.runner import LibraryOptions

    with shown(quiet=quiet, as_json=json):
        options = LibraryOptions(executor=executor, pool=f.pool(workers, address, gpus, memory_mb, time_limit))
        with catalogue(out, new=False) as record:
            chosen = set(matching(videos or (), (row.source for row in record.rows("failed"))))
            jobs = [job for job in record.jobs("failed") if job.source in chosen]
        follow(jobs, out, options, Form(quiet, json))
