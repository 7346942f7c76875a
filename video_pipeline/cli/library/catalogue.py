"""`library catalogue`: where the catalogue is, and moving it."""

from __future__ import annotations

from typing import Annotated

import typer

from video_pipeline.cli.flags import OUT
from video_pipeline.cli.library.flags import LibraryFolder

_FILE = "file"


def catalogue(
    to: Annotated[
        str, typer.Argument(help="Move it: to postgresql://user@host/name?schema=NAME, or `file` for OUT/library.sqlite.")
    ] = "",
    out: LibraryFolder = OUT,
) -> None:
    """Say where the catalogue of the library is, or move it to a database and back, with all that it knows."""
    from video_pipeline.library.chosen import address_of
    from video_pipeline.library.moving import move
    from video_pipeline.library.rows import reading

    moved = move(out, "" if to == _FILE else to) if to else None
    with reading(out) as rows:
        count = rows.totals().items
        typer.echo(f"{rows.name}: {count} {'video' if count == 1 else 'videos'}{' moved there' if moved is not None else ''}")
    if to == _FILE and address_of(out):
        typer.echo("note: VIDEO_PIPELINE_CATALOGUE names a database, to which the next run moves it again", err=True)
