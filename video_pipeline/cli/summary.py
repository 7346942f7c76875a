"""The result of a run in a few lines: sounds, clips, paths of files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from video_pipeline.cli.event_table import print_events
from video_pipeline.core.labels import counted
from video_pipeline.core.timecode import clock
from video_pipeline.video.records import Result


def print_summary(result: Result, goals: Sequence[str], beside: Sequence[Path] = ()) -> None:
    """Print it on standard output. Each path has a line of its own, so that it can be copied."""
    if "events" in goals:
        print_events(result)
        return
    console = Console(soft_wrap=True)
    labels = Counter(event.label for event in result.events)
    sounds = ", ".join(counted(count, label) for label, count in labels.most_common()) or "no laughter, applause or other sounds"
    if result.engine is not None:
        console.print(Text(f"{clock(result.duration_s)} of sound: {sounds}"))
    if result.speakers:
        console.print(Text("speakers: " + ", ".join(f"{row.name} {row.share:.0%}" for row in result.speakers)))
    if "highlights" in goals:
        _print_clips(console, result)
    broken = [finding for finding in result.findings if finding.hard]
    fast = len(result.findings) - len(broken)
    if broken or fast:
        console.print(Text(f"subtitle check: {len(broken)} rules broken, {fast} cues too fast to read comfortably (see qc.json)"))
    for path in result.kept:
        console.print(Text(f"your edited version was kept as {path}"))
    shown = [stage for stage in result.files if stage not in ("listen", "attributed", "events")]
    for stage in shown:
        for path in result.files[stage]:
            console.print(Text(f"  {path}", style="cyan"))
    for path in beside:
        console.print(Text(f"  {path}", style="cyan"))
    if not any(result.files[stage] for stage in shown):
        for path in result.files.get("listen", ()):
            console.print(Text(f"  {path}", style="cyan"))


def _print_clips(console: Console, result: Result) -> None:
    from video_pipeline.highlights.passages import are_passages
    from video_pipeline.speech.spans import NONE

    if not result.clips:
        console.print(Text(f"no clips: {result.explanation}", style="yellow"))
        if not result.events:
            console.print(Text("  the best passages of speech: add --passages, with make ARGS=--passages", style="yellow"))
    elif are_passages(result.clips):
        console.print(Text(result.explanation, style="yellow"))
        if result.engine is not None and result.engine.name == NONE:
            hint = "by the voice alone, as no words are known: add --words full, with make ARGS='--passages --words full'"
            console.print(Text(f"  {hint}", style="yellow"))
    for rank, clip in enumerate(result.clips, 1):
        head = (f"#{rank} ", f"{clip.score:.0f} points  ", f"{clock(clip.start_s)} to {clock(clip.end_s)}  ")
        console.print(Text.assemble((head[0], "bold"), (head[1], "bold green"), head[2], (clip.title, "bold")))
        console.print(Text(f"     {clip.why}"))
