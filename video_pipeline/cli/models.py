"""`models`: locate, fetch and verify the weights."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from video_pipeline.core.errors import UnknownName

app = typer.Typer(no_args_is_help=True)

_Name = Annotated[str, typer.Argument(metavar="[MODEL]", help="sensevoice, whisper, a size of Whisper such as small, or m2m100.")]
_Folder = Annotated[str | None, typer.Option("--model", help="A model's folder outside the usual places.")]
_DEFAULT = "sensevoice"


@app.command("list")
def list_() -> None:
    """List the models that can be fetched, with the folders of those that are on this machine."""
    from video_pipeline.speech.models import here
    from video_pipeline.translate.weights import NAME, located

    typer.echo(f"{'MODEL':16} FOLDER ON THIS MACHINE, - if not fetched", err=True)
    found = {**here(), NAME: located() or "-"}
    for name in _names():
        typer.echo(f"{name:16} {found.get(name, '-')}")


@app.command()
def where(name: _Name = _DEFAULT, model: _Folder = None) -> None:
    """Print the folder of the weights that would be used."""
    typer.echo(_located(name, model))


@app.command()
def fetch(
    name: _Name = _DEFAULT,
    again: Annotated[bool, typer.Option("--again", help="Download even if a complete model exists.")] = False,
    revision: Annotated[str | None, typer.Option(help="A revision of SenseVoiceSmall other than the pinned one.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
) -> None:
    """Download a model once: SenseVoiceSmall (936 MB; FunASR Model License 1.1), a Whisper (MIT) or M2M-100 (MIT). Resumes."""
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

    from video_pipeline.speech.models import MODELS, factory_of, folder_of
    from video_pipeline.speech.sensevoice import fetching
    from video_pipeline.translate import weights

    _check(name)
    if revision is not None and name != _DEFAULT:
        raise typer.BadParameter("only SenseVoiceSmall is pinned to one", param_hint="--revision")
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
        task = bars.add_task(_title(name), total=None)

        def show(done: int, total: int) -> None:
            bars.update(task, completed=done, total=total)

        if name == weights.NAME:
            folder = weights.fetch(show, again=again)
        elif revision is not None:
            folder = fetching.fetch(again=again, revision=revision, on_progress=show)
        else:
            factory_of(name).fetch_weights(MODELS[name], show, again=again)
            folder = folder_of(name)
    typer.echo(folder)


@app.command()
def verify(name: _Name = _DEFAULT, model: _Folder = None) -> None:
    """Compare every file of the model with the checksums recorded when it was fetched."""
    from video_pipeline.speech.checksums import verify as verify_folder

    folder = _located(name, model)
    verify_folder(folder)
    typer.echo(f"{folder}: all files are intact")


def _located(name: str, model: str | None) -> Path:
    from video_pipeline.speech.base import SpeechOptions
    from video_pipeline.speech.models import SENSEVOICE, WHISPER, factory_of, folder_of
    from video_pipeline.speech.whisper import weights
    from video_pipeline.translate import weights as translation

    _check(name)
    if name == translation.NAME:
        if (folder := Path(model) if model else translation.located()) is None:
            raise translation.missing()
        return folder
    if model is None:
        return folder_of(name)
    engine = WHISPER if weights.reads(model) else SENSEVOICE
    return factory_of(engine).folder(SpeechOptions(engine=engine, model=model))


def _title(name: str) -> str:
    from video_pipeline.speech.models import MODELS

    if name == _DEFAULT:
        return "SenseVoiceSmall"
    return f"Whisper {MODELS[name].model}".strip() if name in MODELS else "M2M-100"


def _names() -> tuple[str, ...]:
    from video_pipeline.speech.models import MODELS
    from video_pipeline.translate.weights import NAME

    return (*MODELS, NAME)


def _check(name: str) -> None:
    """Raises UnknownName."""
    if name not in _names():
        raise UnknownName("model", name, _names())
