"""`library report`: one page and one table about all videos."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from video_pipeline.cli.flags import OUT, Json
from video_pipeline.cli.library.flags import LibraryFolder


def report(
    out: LibraryFolder = OUT,
    to: Annotated[Path | None, typer.Option("--to", help="Another file than OUT/library.html.")] = None,
    json: Json = False,
) -> None:
    """Write OUT/library.html (totals, speed, failures, best moments, sounds and emotions) and library.jsonl, a line per video."""
    import msgspec

    from video_pipeline.cli.show import shown
    from video_pipeline.library.index import index_to_read
    from video_pipeline.library.report import records, write_report
    from video_pipeline.library.rows import reading

    with shown(quiet=False, as_json=json), reading(out) as record, index_to_read(record) as searched:
        rows = records(record, searched)
        if json:
            for row in rows:
                typer.echo(msgspec.json.encode(row).decode())
        else:
            for path in write_report(record, searched, to or out / "library.html"):
                typer.echo(path)
