"""Show moments as text or JSON, and cut their clips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.text import Text

from video_pipeline.core.errors import PipelineError
from video_pipeline.core.labels import SHOWN_EMOTIONS
from video_pipeline.core.palette import EMOTION_COLOURS
from video_pipeline.core.timecode import clock
from video_pipeline.library.errors import SomeFailed
from video_pipeline.library.search import Moment

_EMPTY = ("", 0)


def show_moments(moments: Sequence[Moment], summary: str, clips: Path | None, *, as_json: bool) -> None:
    """Show each moment; with `clips`, also cut it into that folder. Raises SomeFailed if one could not be cut."""
    from video_pipeline.library.cutting import cut_moments

    console = Console(soft_wrap=True, quiet=as_json)
    made = cut_moments(moments, clips) if clips is not None else iter([None] * len(moments))
    failed = 0
    for number, (moment, file) in enumerate(zip(moments, made, strict=True), 1):
        failed += isinstance(file, PipelineError)
        if as_json:
            print(msgspec.json.encode(_record(moment, file)).decode(), flush=True)
        for line in _lines(number, moment, file):
            console.print(line)
    console.print(summary)
    if failed:
        raise SomeFailed(failed, len(moments))


def _record(moment: Moment, file: Path | PipelineError | None) -> dict[str, Any]:
    """Unknown values have no key, so that disabled emotions leave no trace."""
    known = {key: value for key, value in asdict(moment).items() if value not in _EMPTY or key in ("start_s", "end_s")}
    if file is None:
        return known
    return {**known, "error" if isinstance(file, PipelineError) else "clip": str(file)}


def _lines(number: int, moment: Moment, file: Path | PipelineError | None) -> list[Text]:
    head = Text.assemble((f"{number}. ", "bold"), (moment.source, "cyan"), f"  {clock(moment.start_s)} to {clock(moment.end_s)}")
    if moment.score:
        head.append(f"  {moment.score:.0f} points", "bold green")
    for emotion in SHOWN_EMOTIONS:
        if moment.emotion == emotion:
            head.append(f"  {emotion}", EMOTION_COLOURS[emotion])
    if moment.event:
        head.append(f"  {moment.event} {moment.event_s:.1f} s", "yellow")
    lines = [
        head,
        Text(f"   {moment.text}"),
        Text(f"   {moment.why}", "dim"),
        Text(f"   {file or ''}", "cyan" if isinstance(file, Path) else "red"),
    ]
    return [line for line in lines if line.plain.strip()]
