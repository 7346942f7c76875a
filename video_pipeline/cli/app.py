"""The table of commands."""

from __future__ import annotations

from typing import Annotated

import typer

from video_pipeline import __version__
from video_pipeline.cli import (
    demo,
    doctor,
    events,
    highlights,
    library,
    models,
    presets,
    qc,
    report,
    speakers,
    video,
    voices,
    web,
)

app = typer.Typer(
    name="video-pipeline",
    help="Emotion-labelled subtitles and ready-to-post highlight clips from videos.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("transcribe")(video.transcribe)
app.command("subtitles")(video.subtitles)
app.command("process")(video.process)
app.add_typer(library.app, name="library", help="Many videos: run over folders, files and lists.")
app.add_typer(models.app, name="models", help="The speech model's weights: fetch, find, verify.")
app.add_typer(voices.app, name="voices", help="Known voices: remember, list and forget people, on request only.")
app.command("highlights")(highlights.highlights)
app.command("events")(events.events)
app.command("report")(report.report)
app.command("speakers")(speakers.speakers)
app.command("qc")(qc.qc)
app.command("presets")(presets.presets)
app.command("demo")(demo.demo)
app.command("doctor")(doctor.doctor)
app.command("web")(web.web)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"video-pipeline {__version__}")
        raise typer.Exit


@app.callback()
def top(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Emotion-labelled subtitles and ready-to-post highlight clips from videos."""
