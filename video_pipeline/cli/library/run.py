"""`library run`: everything for every video."""

from __future__ import annotations

from typing import Annotated

import typer

from video_pipeline.cli import arguments as a
from video_pipeline.cli.library import flags as f


def run(
    sources: Annotated[
        list[str],
        typer.Argument(help="Folders, files, patterns, .txt lists, .csv tables with options per video; s3://, gs://, https://."),
    ],
    preset: a.Preset = "default",
    out: a.Out = a.OUT,
    sidecars: Annotated[bool, typer.Option("--sidecars", help="Also put the subtitles beside each video.")] = False,
    upload: Annotated[str, typer.Option(help="Also put the results to this address, for instance s3://bucket/results.")] = "",
    executor: f.Executor = "inline",
    workers: f.Workers = 0,
    address: f.Address = "",
    gpus: f.Gpus = 0.0,
    memory_mb: f.Memory = 0,
    time_limit: f.TimeLimit = 0.0,
    engine: a.Engine = None,
    language: a.Language = None,
    device: a.Device = None,
    model: a.Model = None,
    exact: a.Exact = None,
    labels: a.Labels = None,
    emotion: a.Emotion = None,
    settings: a.Settings = None,
    quiet: a.Quiet = False,
    json: f.Json = False,
) -> None:
    """Process every video. One that fails never stops the others; a second run does only what is missing."""
    from video_pipeline.cli.library.following import Form, follow
    from video_pipeline.cli.show import shown
    from video_pipeline.library.plan import plan
    from video_pipeline.library.runner import LibraryOptions

    said = {
        **a.speech(engine, language, device, model, exact, None),
        "subtitles.labels": labels,
        "emotion": emotion,
    }
    with shown(quiet=quiet, as_json=json):
        a.options(preset, said, settings)  # a wrong option is one error now, not one per video
        options = LibraryOptions(
            executor=executor,
            preset=preset,
            overrides=a.told(said, settings),
            pool=f.pool(workers, address, gpus, memory_mb, time_limit),
            sidecars=sidecars,
            upload=upload,
        )
        follow(plan(sources, out, options), out, options, Form(quiet, json))
