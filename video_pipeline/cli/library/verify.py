"""`library verify`: compare results with what was written."""

from __future__ import annotations

from video_pipeline.cli.flags import OUT, Json
from video_pipeline.cli.library.flags import LibraryFolder


def verify(out: LibraryFolder = OUT, json: Json = False) -> None:
    """Read every result and compare it with what was written. The next run makes missing ones again."""
    import msgspec
    import typer

    from video_pipeline.library.rows import reading

    count = 0
    with reading(out) as record:
        for damage in record.damaged():
            count += 1
            words = f"{damage.why:<8}{damage.path}  (of {damage.source})"
            typer.echo(msgspec.json.encode(damage, enc_hook=str).decode() if json else words)
        done = record.totals().done
    if not json:
        typer.echo(f"{done} videos: {count} files missing or changed" if count else f"{done} videos: all files are intact")
    raise typer.Exit(10 if count else 0)
