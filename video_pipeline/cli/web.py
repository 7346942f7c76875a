"""`web`: the page, and the interface for programs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from video_pipeline.cli import arguments as a
from video_pipeline.cli.library import flags as f

if TYPE_CHECKING:
    from collections.abc import Mapping

AUTH = "VIDEO_PIPELINE_AUTH"
"""In the environment: USER:PASSWORD, which then stands in no list of processes."""


def web(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 7860,
    out: a.Out = a.OUT,
    share_on: Annotated[
        str | None, typer.Option("--share-on", help="An address of this machine that others reach; needs a password.")
    ] = None,
    auth: Annotated[
        str | None, typer.Option("--auth", help=f"USER:PASSWORD; better in the environment as {AUTH}, or in --auth-file.")
    ] = None,
    auth_file: Annotated[Path | None, typer.Option("--auth-file", help="A file with one line, USER:PASSWORD.")] = None,
    host: Annotated[
        list[str] | None, typer.Option("--host", help="A name under which people reach it, for instance behind a proxy.")
    ] = None,
    concurrency: Annotated[int, typer.Option(min=1, help="Videos processed at once; on a GPU they share one model.")] = 1,
    queue: Annotated[int, typer.Option(min=1, help="Most videos that wait.")] = 200,
    max_gb: Annotated[float, typer.Option(min=0.001, help="Largest upload, in GB.")] = 4.0,
    max_hours: Annotated[float, typer.Option(min=0.001, help="Longest video, in hours.")] = 12.0,
    memory_mb: f.Memory = 0,
    time_limit: f.TimeLimit = 0.0,
    hang_limit: Annotated[
        float, typer.Option("--hang-limit", help="Minutes without any progress after which a video fails. 0: no limit.")
    ] = 15.0,
    preset: a.Preset = "default",
    engine: a.Engine = None,
    language: a.Language = None,
    device: a.Device = None,
    model: a.Model = None,
    exact: a.Exact = None,
    settings: a.Settings = None,
) -> None:
    """Open the page: drop a video, watch progress, choose highlights, fix subtitles. Programs find it all under /api and /v1."""
    import importlib

    user, password = _login(auth, auth_file)
    said = a.told(a.speech(engine, language, device, model, exact, None), settings)
    # cli and web stand on one floor and do not import each other: the server is found by name when it is asked for
    settings_of = importlib.import_module("video_pipeline.web.settings")
    address = share_on or settings_of.LOOPBACK
    options = settings_of.ServerOptions(
        out,
        address=address,
        port=port,
        user=user,
        password=password,
        hosts=tuple(host or ()),
        concurrency=concurrency,
        queue_limit=queue,
        upload_bytes=int(max_gb * 1e9),
        upload_s=max_hours * 3600,
        preset=preset,
        said=said,
        memory_mb=memory_mb,
        item_s=60 * time_limit,
        hang_s=60 * hang_limit,
    )
    _require_options(preset, said)
    shown = f"[{address}]" if ":" in address else address
    importlib.import_module("video_pipeline.web.app").serve(
        options, lambda: typer.echo(f"http://{shown}:{port} (Ctrl-C stops it)")
    )


def _login(auth: str | None, auth_file: Path | None) -> tuple[str, str]:
    """User and password from the first place where they are; empty for none."""
    import importlib

    from video_pipeline.core.errors import BadValue

    text = auth
    if text is None and auth_file is not None:
        try:
            text = auth_file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadValue("--auth-file", f"{auth_file} cannot be read: {error}") from None
    if text is None:
        text = os.environ.get(AUTH)
    if not text:
        return "", ""
    user, password = importlib.import_module("video_pipeline.web.settings").login(text)
    return str(user), str(password)


def _require_options(preset: str, said: Mapping[str, object]) -> None:
    """What the server would refuse with every video is refused now."""
    from video_pipeline.options import load_options

    load_options(preset, said)
