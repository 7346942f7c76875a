"""How a library run looks: one bar over all, a line per video, a total at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from video_pipeline.core.errors import NoSuchFile, SomeFailed
from video_pipeline.core.timecode import clock
from video_pipeline.library.base import Outcome
from video_pipeline.library.catalogue import NAME, catalogue
from video_pipeline.library.runner import LibraryOptions, plan, run


def show_run(sources: Sequence[str], out: Path, options: LibraryOptions, *, quiet: bool, as_json: bool) -> None:
    """Raises SomeFailed where at least one video failed."""
    console = Console(soft_wrap=True, quiet=quiet or as_json)
    jobs = plan(sources, out, options)
    counts: Counter[str] = Counter()
    with catalogue(out) as record, _bars(quiet or as_json) as bars:
        waiting = [job for job in jobs if not record.is_done(job)]
        before = len(jobs) - len(waiting)
        task = bars.add_task("videos", total=len(jobs), completed=before)
        for outcome in run(waiting, record, options):
            counts["failed" if outcome.error else "done"] += 1
            bars.advance(task)
            console.print(_line(outcome))
            if as_json:
                print(msgspec.json.encode(outcome, enc_hook=str).decode(), flush=True)
    console.print(f"{len(jobs)} videos: {counts['done']} done now, {before} done before, {counts['failed']} failed")
    if counts["failed"]:
        raise SomeFailed(counts["failed"], len(jobs))


def show_status(out: Path) -> None:
    if not (out / NAME).is_file():
        raise NoSuchFile(out / NAME)
    console = Console(soft_wrap=True)
    counts: Counter[str] = Counter()
    with catalogue(out) as record:
        for row in record.rows():
            counts[row.state] += 1
            how = f": {row.error}" if row.error else f"  {clock(row.media_s)}, {row.clips} clips"
            console.print(Text(f"{row.state:<7}{row.video}{how}"))
    console.print(", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "no video yet")


def _line(outcome: Outcome) -> Text:
    name = str(outcome.job.video)
    if outcome.error:
        return Text.assemble(("failed ", "bold red"), f"{name}: {outcome.error}")
    speed = outcome.media_s / max(1e-3, outcome.took_s)
    return Text.assemble(
        ("done   ", "bold green"), f"{name}  {clock(outcome.media_s)}, {speed:.0f}x realtime, {outcome.clips} clips"
    )


def _bars(silent: bool) -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(40), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, disable=silent or not console.is_terminal)
