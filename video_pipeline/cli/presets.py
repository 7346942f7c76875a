"""`presets`: their names, or one in full."""

from __future__ import annotations

from typing import Annotated

import typer


def presets(
    name: Annotated[str | None, typer.Argument(help="Print this preset with every option and its value.")] = None,
) -> None:
    """List the presets, or print one in full: every key a preset or `--set` may hold."""
    from video_pipeline import presets as store

    if name is None:
        for known in store.names():
            typer.echo(f"{known:<12} {store.describe(known)}")
        return
    typer.echo(store.as_toml(store.load(name)), nl=False)
