"""`web`: the page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def web(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 7860,
    out: Annotated[Path, typer.Option("--out", "-o", help="Results go to OUT/NAME/.")] = Path("outputs"),
) -> None:
    """Open the page on this machine (127.0.0.1 only): drop a video, watch progress, see subtitles and highlights."""
    import importlib

    typer.echo(f"http://127.0.0.1:{port} (Ctrl-C stops it)")
    # cli and web stand on one floor and do not import each other: the page is found by name when it is asked for
    importlib.import_module("video_pipeline.web.page").serve(port, out)
