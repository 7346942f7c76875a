"""`library forget`: remove videos from the catalogue."""

from __future__ import annotations

from typing import Annotated

import typer

from video_pipeline.cli.flags import OUT
from video_pipeline.cli.library.flags import LibraryFolder, Names


def forget(
    videos: Names = None,
    out: LibraryFolder = OUT,
    missing: Annotated[bool, typer.Option("--missing", help="Only those whose files no longer exist.")] = False,
    failed: Annotated[bool, typer.Option("--failed", help="Only those that failed.")] = False,
) -> None:
    """Remove videos from the catalogue and the search index of the library. Their results are kept."""
    from video_pipeline.cli.library.naming import matching
    from video_pipeline.core.errors import BadValue
    from video_pipeline.core.printable import path_stored
    from video_pipeline.library.catalogue import catalogue
    from video_pipeline.library.index import index
    from video_pipeline.library.remote import is_remote

    if not (videos or missing or failed):
        raise BadValue("VIDEOS", "name the videos to forget, or use --missing or --failed; '*' means all")
    with catalogue(out, new=False) as record:
        sources = matching(videos or (), [row.source for row in record.rows("failed" if failed else None)])
        if missing:
            sources = [source for source in sources if not is_remote(source) and not path_stored(source).is_file()]
        count = record.forget(sources)
        with index(out) as searched:
            searched.refresh(record)
    typer.echo(f"{count} forgotten; their results are kept")
