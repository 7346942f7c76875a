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
    kind: Annotated[
        str | None,
        typer.Option("--kind", help="call, lesson or podcast: OUT/conversations.html, .csv and .json with trends instead."),
    ] = None,
    by: Annotated[
        str, typer.Option("--by", help="With --kind, means of a day, week or month; auto goes by the time covered.")
    ] = "auto",
    json: Json = False,
) -> None:
    """Write OUT/library.html (totals, speed, failures, best moments, sounds and emotions) and library.jsonl, a line per video.

    With --kind: what the conversations were like over time and by agent, from results with speakers, without listening again.
    """
    import msgspec

    from video_pipeline.cli.show import shown
    from video_pipeline.library.index import index_to_read
    from video_pipeline.library.report import records, write_report
    from video_pipeline.library.rows import reading

    if kind is not None:
        _report_conversations(out, kind, by, to or out / "conversations.html", as_json=json)
        return
    with shown(quiet=False, as_json=json), reading(out) as record, index_to_read(record) as searched:
        rows = records(record, searched)
        if json:
            for row in rows:
                typer.echo(msgspec.json.encode(row).decode())
        else:
            for path in write_report(record, searched, to or out / "library.html"):
                typer.echo(path)


def _report_conversations(out: Path, kind: str, by: str, to: Path, *, as_json: bool) -> None:
    """Raises UnknownName, CannotWrite."""
    import msgspec

    from video_pipeline.cli.show import shown
    from video_pipeline.core.errors import UnknownName
    from video_pipeline.library.rows import reading
    from video_pipeline.library.trend_files import write_trends
    from video_pipeline.library.trends import PERIODS, read_conversations, trends_of
    from video_pipeline.report.conversation.options import KINDS

    with shown(quiet=False, as_json=as_json) as show:
        for what, name, known in (("kind of conversation", kind, KINDS), ("period", by, PERIODS)):
            if name not in known:
                raise UnknownName(what, name, known)
        with reading(out) as record:
            found, left_out = read_conversations(record, kind)
        trends = trends_of(found, kind, by, left_out)
        if left_out:
            show.notice(f"left out: {len(left_out)} videos whose results cannot be reported on")
        if as_json:
            typer.echo(msgspec.json.encode(trends).decode())
        else:
            for path in write_trends(trends, to):
                typer.echo(path)
