"""A table of events, then the number and total duration of each sound."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from video_pipeline.core.labels import Sound, counted
from video_pipeline.core.timecode import clock
from video_pipeline.core.transcript import AudioEvent
from video_pipeline.video.records import Result


def print_events(result: Result) -> None:
    """Print it on standard output. Each path has a line of its own, so that it can be copied."""
    console = Console(soft_wrap=True)
    if result.events:
        console.print(_table(result.events))
    console.print(Text(f"{clock(result.duration_s)} of sound: {_totals(result)}"))
    for path in result.kept:
        console.print(Text(f"your edited version was kept as {path}"))
    for stage in ("events", "timeline"):
        for path in result.files.get(stage, ()):
            console.print(Text(f"  {path}", style="cyan"))


def _table(events: Sequence[AudioEvent]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("start", "end", "length"):
        table.add_column(name, justify="right")
    table.add_column("sound")
    table.add_column("score", justify="right")
    marked = any(event.marks for event in events)
    if marked:
        table.add_column("marks")
    for event in events:
        row = [clock(event.start_s), clock(event.end_s), f"{event.duration_s:.1f} s", event.label, f"{event.score:.2f}"]
        table.add_row(*row, *([", ".join(event.marks)] if marked else []))
    return table


def _totals(result: Result) -> str:
    found = {sound: [event for event in result.events if event.label is sound] for sound in Sound}
    words = [
        f"{counted(len(events), sound)} ({sum(event.duration_s for event in events):.1f} s)"
        for sound, events in found.items()
        if events
    ]
    return ", ".join(words) or "no laughter, applause or other sounds"
