"""`voices`: a file of known voices, by which people are recognised in other videos. Nothing is stored unless it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from video_pipeline.cli.flags import OUT

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
VOICES = Path("voices.json")
VoicesPath = Annotated[Path, typer.Option("--voices", help="The file. It holds voice prints: personal data, keep it safe.")]


@app.command()
def remember(
    video: Annotated[str, typer.Argument(metavar="VIDEO", help="A processed video, or its folder of results.")],
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Speakers as `video-pipeline speakers` lists them.")],
    voices: VoicesPath = VOICES,
    out: Annotated[Path, typer.Option("--out", "-o", help="Where the results are: OUT/NAME/.")] = OUT,
) -> None:
    """Store prints of speakers' voices, with their consent, so that `--voices FILE` names them in other videos."""
    from video_pipeline.cli.speakers import opened
    from video_pipeline.video.remembering import remember as store

    stored = store(opened(video, out), names, voices)
    typer.echo(f"{voices}: {', '.join(stored)}")


@app.command("list")
def show(voices: VoicesPath = VOICES) -> None:
    """List whose voices are known, and from which videos."""
    from video_pipeline.speech.speakers.voices import read_voices

    for voice in read_voices(voices).voices:
        typer.echo(f"{voice.name}  ({voice.source})")


@app.command()
def forget(
    names: Annotated[list[str], typer.Argument(metavar="NAME...")],
    voices: VoicesPath = VOICES,
) -> None:
    """Remove people's voices for good; the file goes with the last."""
    from video_pipeline.video.remembering import forget as remove

    typer.echo(f"{remove(names, voices)} removed from {voices}")
