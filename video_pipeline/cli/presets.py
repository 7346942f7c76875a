"""`presets`: list them, or print one in full."""

from __future__ import annotations

from typing import Annotated

import typer


def presets(
    name: Annotated[str | None, typer.Argument(help="Print this preset with every option and its value.")] = None,
) -> None:
    """List the presets, or print one in full, with every key that a preset or `--set` may contain."""
    from video_pipeline.options import as_toml, describe_preset, load_options, preset_names

    if name is None:
        for known in preset_names():
            typer.echo(f"{known:<12} {describe_preset(known)}")
        return
    typer.echo(as_toml(load_options(name)), nl=False)
