"""What a person may choose about the server, and where it keeps things."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from video_pipeline.core.errors import BadValue

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """How the server runs.

    Attributes:
        out: the work folder; nothing outside it is written or served.
        address: the one to listen on; any but this machine's own needs a password.
        port: TCP port.
        user, password: asked of everybody where there is a password.
        hosts: names, besides addresses and `localhost`, under which people reach the server, for instance behind a proxy.
        concurrency: videos worked on at once, each in a process with a model of its own.
        queue_limit: most videos that wait.
        upload_bytes: largest upload.
        upload_s: longest video.
        uploads_at_once: most uploads that are under way at once.
        preset, said: options that hold where a request says nothing else.
    """

    out: Path
    address: str = LOOPBACK
    port: int = 7860
    user: str = ""
    password: str = field(default="", repr=False)
    hosts: tuple[str, ...] = ()
    concurrency: int = 1
    queue_limit: int = 200
    upload_bytes: int = 4 << 30
    upload_s: float = 12 * 3600.0
    uploads_at_once: int = 64
    preset: str = "default"
    said: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if min(self.concurrency, self.queue_limit, self.uploads_at_once, self.upload_bytes) < 1 or self.upload_s <= 0:
            raise BadValue("web", "--concurrency, --queue, --max-gb and --max-hours must be above 0")
        if not is_loopback(self.address) and not self.password:
            raise BadValue("--share-on", f"others would reach this server at {self.address}: set a password, see --auth")

    @property
    def kept(self) -> Path:
        """The server's own folder inside the work folder."""
        return self.out / ".web"

    @property
    def uploads(self) -> Path:
        return self.kept / "uploads"

    @property
    def incoming(self) -> Path:
        """Uploads that are not whole yet; emptied when the server starts."""
        return self.kept / "incoming"

    @property
    def previews(self) -> Path:
        return self.kept / "previews"

    @property
    def frames(self) -> Path:
        return self.kept / "frames"

    @property
    def presets(self) -> Path:
        return self.kept / "presets"


def is_loopback(address: str) -> bool:
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def login(text: str) -> tuple[str, str]:
    """User and password out of `USER:PASSWORD`. Raises BadValue, which does not repeat them."""
    user, found, password = text.strip().partition(":")
    if not found or not user or len(password) < 8:
        raise BadValue("--auth", "write USER:PASSWORD, the password of 8 characters or more")
    return user, password
