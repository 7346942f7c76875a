"""`library status`: how every video fared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from video_pipeline.cli.flags import OUT, Json
from video_pipeline.cli.library.flags import LibraryFolder, Names

if TYPE_CHECKING:
    from rich.text import Text

    from video_pipeline.library.rows import Row, Totals

_COLOURS = {"done": "bold green", "failed": "bold red", "empty": "dim", "running": "bold cyan", "waiting": "dim"}


def status(
    videos: Names = None,
    out: LibraryFolder = OUT,
    state: Annotated[str | None, typer.Option(help="Only these: done, failed, empty, running or waiting.")] = None,
    json: Json = False,
) -> None:
    """List every video of a library with its state, and the reason where it failed or is empty."""
    import msgspec
    from rich.console import Console

    from video_pipeline.cli.library.naming import matching
    from video_pipeline.core.errors import UnknownName
    from video_pipeline.library.rows import reading

    if state is not None and state not in _COLOURS:
        raise UnknownName("state", state, tuple(_COLOURS))
    console = Console(soft_wrap=True)
    with reading(out) as record:
        chosen = set(matching(videos, record.sources(state))) if videos else None
        for row in record.rows(state):
            if chosen is None or row.source in chosen:
                if json:
                    typer.echo(msgspec.json.encode(row))
                else:
                    console.print(_line(row))
        if not json:
            console.print(_total(record.totals()))


def _line(row: Row) -> Text:
    from rich.text import Text

    from video_pipeline.cli.advice import advised_record
    from video_pipeline.core.printable import one_line
    from video_pipeline.core.timecode import clock
    from video_pipeline.library.progress import clips_words, speed_words

    if row.state == "empty":
        how = f": {row.error}"
    elif row.error:
        tries = f" ({row.attempts} attempts)" if row.attempts > 1 else ""
        how = f": {advised_record(row.error, row.error_type)}{tries}"
    elif row.same_as:
        how = f"  duplicates {row.same_as}"
    else:
        how = f"  {clock(row.media_s)}, {clips_words(row.clips)}, {speed_words(1 / row.rtf)}" if row.rtf else ""
    return Text.assemble((f"{row.state:<8}", _COLOURS.get(row.state, "")), one_line(f"{row.source}{how}"))


def _total(totals: Totals) -> str:
    from video_pipeline.core.timecode import span_words

    counts = {
        "done": totals.done,
        "failed": totals.failed,
        "empty": totals.empty,
        "running": totals.running,
        "waiting": totals.waiting,
    }
    named = ", ".join(f"{count} {state}" for state, count in counts.items() if count) or "no video yet"
    return f"{named}; {span_words(totals.media_s)} of sound" if totals.media_s else named
