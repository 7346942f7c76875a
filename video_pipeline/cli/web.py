"""`web`: the page, and the interface for programs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar

import typer

from video_pipeline.cli.flags import OUT, PresetFlags, RecognitionFlags, SpeakerFlags
from video_pipeline.cli.flatten import flattened

AUTH = "VIDEO_PIPELINE_AUTH"
"""In the environment: USER:PASSWORD, which then stands in no list of processes."""


@dataclass(frozen=True, kw_only=True)
class ServerFlags:
    """How the server runs."""

    panel: ClassVar[str | None] = "Server"

    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 7860
    share_on: Annotated[
        str | None, typer.Option("--share-on", help="An address of this machine that others reach; needs a password.")
    ] = None
    auth: Annotated[
        str | None, typer.Option("--auth", help=f"USER:PASSWORD; better in the environment as {AUTH}, or in --auth-file.")
    ] = None
    auth_file: Annotated[Path | None, typer.Option("--auth-file", help="A file with one line, USER:PASSWORD.")] = None
    users: Annotated[
        Path | None, typer.Option("--users", help="A file of users with rights (viewer, editor, admin); see --add-user.")
    ] = None
    add_user: Annotated[
        str | None,
        typer.Option("--add-user", help="NAME:RIGHTS: ask for a password, put the user into the file of --users, end."),
    ] = None
    host: Annotated[
        list[str] | None, typer.Option("--host", help="A name under which people reach it, for instance behind a proxy.")
    ] = None
    proxy: Annotated[
        list[str] | None,
        typer.Option("--proxy", help="Address or network of a proxy whose X-Forwarded-For, -Host and -Proto are trusted."),
    ] = None
    path_prefix: Annotated[
        str, typer.Option("--path-prefix", help="Path under which a proxy forwards requests, for instance /subtitles.")
    ] = ""
    tls_cert: Annotated[
        Path | None, typer.Option("--tls-cert", help="Certificate (PEM): speak HTTPS. With --tls-key, if the key is elsewhere.")
    ] = None
    tls_key: Annotated[Path | None, typer.Option("--tls-key", help="Key of the certificate (PEM).")] = None
    webhook: Annotated[
        list[str] | None,
        typer.Option("--webhook", help="An address to notify of every finished job; see --webhook-secret."),
    ] = None
    webhook_secret: Annotated[
        Path | None,
        typer.Option("--webhook-secret", help="A file with the secret that signs webhooks; created if it does not exist."),
    ] = None
    webhook_allow_private: Annotated[
        bool, typer.Option("--webhook-allow-private", help="Allow webhooks on this machine and in its network.")
    ] = False
    concurrency: Annotated[int, typer.Option(min=1, help="Videos processed at once; on a GPU they share one model.")] = 1
    queue: Annotated[int, typer.Option(min=1, help="At most this many waiting videos.")] = 200
    max_gb: Annotated[float, typer.Option(min=0.001, help="Largest upload, in GB.")] = 4.0
    max_disk_gb: Annotated[
        float, typer.Option("--max-disk-gb", min=0, help="Largest size of the work folder, in GB. 0: no limit.")
    ] = 0.0
    keep_days: Annotated[
        float, typer.Option("--keep-days", min=0, help="Remove videos and results after so many days. 0: keep them.")
    ] = 0.0
    keep_made_days: Annotated[
        float,
        typer.Option("--keep-made-days", min=0, help="Remove zips, and answers to /v1, after so many days. 0: keep them."),
    ] = 30.0
    max_hours: Annotated[float, typer.Option(min=0.001, help="Longest video, in hours.")] = 12.0
    hang_limit: Annotated[
        float, typer.Option("--hang-limit", min=0, help="Minutes without progress after which a video fails. 0: no limit.")
    ] = 15.0
    time_limit: Annotated[float, typer.Option("--time-limit", min=0, help="Minutes that one video may take. 0: no limit.")] = 0.0
    memory_mb: Annotated[
        int, typer.Option("--memory-mb", min=0, help="The most that one worker may use; its video fails above. 0: no limit.")
    ] = 0


@flattened
def web(
    server: ServerFlags,
    recognition: RecognitionFlags,
    speakers: SpeakerFlags,
    defaults: PresetFlags,
    out: Annotated[Path, typer.Option("--out", "-o", help="Work folder: uploads and results.")] = OUT,
) -> None:
    """Open the page: drop a video, watch progress, choose highlights, fix subtitles. Programs use /api and /v1."""
    import importlib

    if server.add_user is not None:
        _add_user(server.users, server.add_user)
        return
    user, password = _login(server.auth, server.auth_file) if server.users is None else ("", "")
    # cli and web are on one layer and do not import each other: the server is found by name when it is asked for
    settings = importlib.import_module("video_pipeline.web.settings")
    address = server.share_on or settings.LOOPBACK
    options = settings.ServerOptions(
        out,
        address=address,
        port=server.port,
        user=user,
        password=password,
        users=str(server.users or ""),
        hosts=tuple(server.host or ()),
        proxies=tuple(server.proxy or ()),
        prefix=server.path_prefix,
        tls_cert=str(server.tls_cert or ""),
        tls_key=str(server.tls_key or ""),
        webhooks=tuple(server.webhook or ()),
        webhook_key=_webhook_key(server.webhook_secret),
        webhook_allow_private=server.webhook_allow_private,
        quota_bytes=int(server.max_disk_gb * 1e9),
        keep_days=server.keep_days,
        keep_made_days=server.keep_made_days,
        concurrency=server.concurrency,
        queue_limit=server.queue,
        upload_bytes=int(server.max_gb * 1e9),
        upload_s=server.max_hours * 3600,
        hang_s=60 * server.hang_limit,
        item_s=60 * server.time_limit,
        memory_mb=server.memory_mb,
        preset=defaults.preset,
        overrides=defaults.overrides(recognition, speakers),
    )
    defaults.options(recognition, speakers)  # what the server would refuse with every video is refused now
    scheme = "https" if server.tls_cert else "http"
    shown = f"[{address}]" if ":" in address else address
    importlib.import_module("video_pipeline.web.app").serve(
        options, lambda: typer.echo(f"{scheme}://{shown}:{server.port}{server.path_prefix} (Ctrl-C stops it)")
    )


def _add_user(path: Path | None, asked: str) -> None:
    """Asks for the password, so that it stands in no list of processes and in no history of a shell."""
    import importlib

    from video_pipeline.core.errors import BadValue

    if path is None:
        raise BadValue("--add-user", "say with --users which file")
    name, _, rights = asked.partition(":")
    password = typer.prompt(f"Password of {name}", hide_input=True, confirmation_prompt=True)
    importlib.import_module("video_pipeline.web.users").add_user(path, name, rights, password)
    typer.echo(f"{name} is {rights} in {path}; a server that is running has to be started again")


def _webhook_key(path: Path | None) -> bytes:
    import importlib

    signing = importlib.import_module("video_pipeline.web.signing")
    return bytes(signing.key_in(path)) if path else b""


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
