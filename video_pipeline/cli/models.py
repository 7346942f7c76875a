"""`models`: locate, fetch and verify the weights."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True)

_Folder = Annotated[str | None, typer.Option("--model", help="A checkpoint folder outside the usual places.")]


@app.command()
def where(model: _Folder = None) -> None:
    """Print the folder of the weights that would be used."""
    typer.echo(_located(model))


@app.command()
def fetch(
    again: Annotated[bool, typer.Option("--again", help="Download even if a complete model exists.")] = False,
    revision: Annotated[str | None, typer.Option(help="A revision other than the pinned one.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q")] = False,
) -> None:
    """Download SenseVoiceSmall once (936 MB; resumes; FunASR Model License 1.1)."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    from video_pipeline.speech.sensevoice import fetching

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=quiet or not console.is_terminal) as bars:
        task = bars.add_task("SenseVoiceSmall", total=None)
        folder = fetching.fetch(
            again=again, revision=revision, on_progress=lambda done, total: bars.update(task, completed=done, total=total)
        )
    typer.echo(folder)


@app.command()
def verify(model: _Folder = None) -> None:
    """Compare every file of the model with the checksums recorded when it was fetched."""
    from video_pipeline.speech.sensevoice import weights

    folder = _located(model)
    weights.verify(folder)
    typer.echo(f"{folder}: all files are intact")


def _located(model: str | None) -> Path:
    from video_pipeline.speech.base import SpeechOptions
    from video_pipeline.speech.sensevoice import weights

    options = SpeechOptions(model=model or "")
    folder = weights.locate(options)
    if folder is None:
        raise weights.missing(options)
    return folder
