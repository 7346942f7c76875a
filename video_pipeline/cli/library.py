"""`library`: run over many videos, and see how they fared."""

from __future__ import annotations

from typing import Annotated

import typer

from video_pipeline.cli import arguments as a

app = typer.Typer(no_args_is_help=True)


@app.command()
def run(
    sources: Annotated[list[str], typer.Argument(help="Folders, files, globs, or .txt lists of paths.")],
    preset: a.Preset = "default",
    out: a.Out = a.OUT,
    executor: Annotated[str, typer.Option(help="inline, processes or ray.")] = "inline",
    workers: Annotated[int, typer.Option(help="At once; 0 is one per core.")] = 0,
    engine: a.Engine = None,
    language: a.Language = None,
    device: a.Device = None,
    model: a.Model = None,
    exact: a.Exact = None,
    labels: a.Labels = None,
    emotion: a.Emotion = None,
    settings: a.Settings = None,
    quiet: a.Quiet = False,
    json: a.Json = False,
) -> None:
    """Process every video. One that fails never stops the others; a second run does only what is missing."""
    from video_pipeline.cli.many import show_run
    from video_pipeline.cli.show import shown
    from video_pipeline.library.runner import LibraryOptions

    said = {
        "speech.engine": engine,
        "speech.language": language,
        "speech.device": device,
        "speech.model": model,
        "speech.exact": exact,
        "subtitles.labels": labels,
        "emotion": emotion,
    }
    with shown(quiet=quiet, as_json=json):
        a.options(preset, said, settings)  # a wrong option is one error now, not one per video
        options = LibraryOptions(executor, workers, preset=preset, said=a.told(said, settings))
        show_run(sources, out, options, quiet=quiet, as_json=json)


@app.command()
def status(out: a.Out = a.OUT) -> None:
    """List every video of a library with its state, and the reason where it failed."""
    from video_pipeline.cli.many import show_status

    show_status(out)
