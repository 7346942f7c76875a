"""`highlights`: the best moments, why they are, and their clips."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from video_pipeline.cli import arguments as a

if TYPE_CHECKING:
    from video_pipeline.core.clip import Clip
    from video_pipeline.video.base import Goal

GOALS: tuple[Goal, ...] = ("highlights", "clips", "report")


def highlights(
    video: Annotated[Path, typer.Argument(help="A video or audio file.")],
    top: a.Top = None,
    explain: Annotated[bool, typer.Option("--explain", help="Also what each signal adds to a clip's score, or takes.")] = False,
    weights: Annotated[
        list[str] | None,
        typer.Option("--weights", "-w", help="SIGNAL=WEIGHT, for instance laughter=1.5; ranks anew without listening."),
    ] = None,
    preset: a.Preset = "default",
    out: a.Out = a.OUT,
    engine: a.Engine = None,
    language: a.Language = None,
    device: a.Device = None,
    model: a.Model = None,
    exact: a.Exact = None,
    transcript: a.Stored = None,
    track: a.Track = None,
    labels: a.Labels = None,
    cut: a.Cut = None,
    aspect: a.Aspect = None,
    captions: a.Captions = None,
    exports: a.Exports = None,
    emotion: a.Emotion = None,
    settings: a.Settings = None,
    again: a.Again = False,
    quiet: a.Quiet = False,
    json: a.Json = False,
) -> None:
    """Find, explain and cut the best moments."""
    from video_pipeline.cli.show import shown
    from video_pipeline.video.video import process

    said = {
        **a.speech(engine, language, device, model, exact, transcript),
        **a.clips(cut, aspect, captions, exports),
        "track": track,
        "subtitles.labels": labels,
        "emotion": emotion,
        "highlights.top": top,
        **weights_said(weights or ()),
    }
    with shown(quiet=quiet, as_json=json) as show:
        result = process(video, GOALS, a.options(preset, said, settings), out, show, again=again).result(GOALS)
        show.result(result, GOALS)
        if explain and not quiet and not json:
            print_reasons(result.clips)


def weights_said(texts: Sequence[str]) -> dict[str, object]:
    """Options by key. Raises BadValue for what is no SIGNAL=WEIGHT; whether there is such a signal, the options know."""
    import math

    from video_pipeline.core.errors import BadValue

    said: dict[str, object] = {}
    for text in texts:
        name, found, value = (part.strip() for part in text.partition("="))
        try:
            weight = float(value)
        except ValueError:
            weight = math.nan
        if not name or not found or not math.isfinite(weight):
            raise BadValue("--weights", f"write SIGNAL=WEIGHT, for instance laughter=1.5, not {text!r}")
        said[f"highlights.weights.{name}"] = weight
    return said


def print_reasons(clips: Sequence[Clip]) -> None:
    """A table per clip whose points add up to its score."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console(soft_wrap=True)
    for rank, clip in enumerate(clips, 1):
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=f"#{rank}", title_justify="left", show_footer=True)
        table.add_column("signal", footer="score")
        table.add_column("a minute", justify="right")
        table.add_column("weight", justify="right")
        table.add_column("points", justify="right", footer=f"{clip.score:.2f}")
        for reason in clip.reasons:
            table.add_row(reason.signal, f"{reason.value:.2f}", f"{reason.weight:g}", f"{reason.contribution:+.2f}")
        console.print(table)
