"""What a person may choose about the server, and where it keeps things."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from pathlib import Path
from typing import Any, Literal

from video_pipeline.core.constraints import AboveZero, AtLeastOne, AtLeastZero, Count, check_fields
from video_pipeline.core.errors import BadValue
from video_pipeline.jobs.limits import Pool
from video_pipeline.web.outside import problem_of

LOOPBACK = "127.0.0.1"
_PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+)+")


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """How the server runs."""

    out: Path
    """The work folder; nothing outside it is written or served."""

    _: KW_ONLY

    address: str = LOOPBACK
    """The address to listen on; any but this machine's own needs a password."""

    port: int = 7860
    """TCP port."""

    user: str = ""
    """Asked of everybody where there is a password."""

    password: str = field(default="", repr=False)
    """Asked of everybody; empty for none."""

    users: str = ""
    """A file of users with rights, see `users.py`; asked of everybody then, in the place of `user` and `password`."""

    hosts: tuple[str, ...] = ()
    """Names, besides addresses and `localhost`, under which people reach the server, for instance behind a proxy."""

    concurrency: AtLeastOne = 1
    """Videos processed at once, each in a worker process; on a GPU the workers share one model."""

    queue_limit: AtLeastOne = 200
    """Most videos that wait."""

    upload_bytes: AtLeastOne = 4 << 30
    """Largest upload."""

    upload_s: AboveZero = 12 * 3600.0
    """Longest video, in seconds."""

    uploads_at_once: AtLeastOne = 64
    """Most uploads that are under way at once."""

    quota_bytes: Count = 0
    """Most bytes that the work folder may hold; uploads are refused above. 0 disables this."""

    keep_days: AtLeastZero = 0.0
    """Videos and their results are removed this long after they were last processed. 0 keeps them."""

    keep_made_days: AtLeastZero = 30.0
    """Zips of clips, and what programs asked for through `/v1`, are removed after this long. 0 keeps them."""

    proxies: tuple[str, ...] = ()
    """Addresses of proxies whose X-Forwarded-For, -Host and -Proto are believed."""

    prefix: str = ""
    """Path under which people reach the server, for instance `/subtitles`, where a proxy hands it on."""

    tls_cert: str = ""
    """A file with a certificate (PEM): the server then speaks HTTPS only."""

    tls_key: str = ""
    """The file with its key, where it is not in the same file."""

    webhooks: tuple[str, ...] = ()
    """Addresses that are told of every job that is over; needs `webhook_key`."""

    webhook_key: bytes = field(default=b"", repr=False)
    """Signs what webhooks are told; requests may name webhooks of their own where there is one."""

    webhook_allow_private: bool = False
    """Whether a webhook may lie on this machine or in its network."""

    connections: AtLeastOne = 512
    """Most connections that are open at once."""

    preset: str = "default"
    """The preset of videos whose request names none."""

    overrides: Mapping[str, Any] = field(default_factory=dict)
    """Options that are laid over the preset, by dotted or short name; a request's own come before them."""

    hang_s: AtLeastZero = 900.0
    """A worker that reports no progress for this long is ended, and its job fails. 0 disables this."""

    item_s: AtLeastZero = 0.0
    """The longest that one job may take. 0 disables this."""

    memory_mb: Count = 0
    """Of one worker with its model; above it the worker is ended, and its job fails. 0 disables this."""

    recycle_h: AtLeastZero = 20.0
    """A worker that has worked through this many hours of media is replaced by a fresh one. 0 disables this."""

    share_engine: Literal["auto", "yes", "no"] = "auto"
    """`yes`: one process holds the speech engine for all workers; `auto`: when the engine runs on a GPU."""

    def __post_init__(self) -> None:
        check_fields(self)
        if self.prefix and not _PREFIX.fullmatch(self.prefix):
            raise BadValue("--path-prefix", "write it as /name or /name/name, without a slash at the end")
        for address in self.proxies:
            _require_address(address)
        for flag, name in (("--tls-cert", self.tls_cert), ("--tls-key", self.tls_key)):
            if name and not Path(name).is_file():
                raise BadValue(flag, f"there is no file {name}")
        if self.tls_key and not self.tls_cert:
            raise BadValue("--tls-key", "it belongs to a certificate: give --tls-cert, too")
        if self.webhooks and not self.webhook_key:
            raise BadValue("--webhook", "its messages are signed: give --webhook-secret FILE, too")
        for url in self.webhooks:
            if problem := problem_of(url, allow_private=self.webhook_allow_private):
                raise BadValue("--webhook", problem)
        if self.users and self.password:
            raise BadValue("--users", "give either --users or one password for everybody")
        if not is_loopback(self.address) and not (self.password or self.users):
            raise BadValue("--share-on", f"others would reach this server at {self.address}: set a password, see --auth")

    @property
    def pool(self) -> Pool:
        """The workers and their limits. A job whose worker died is not tried again: people do that, with one click."""
        return Pool(
            workers=self.concurrency,
            memory_mb=self.memory_mb,
            hang_s=self.hang_s,
            item_s=self.item_s,
            recycle_h=self.recycle_h,
            tries=1,
            share_engine=self.share_engine,
        )

    @property
    def kept(self) -> Path:
        """The server's own folder inside the work folder."""
        return self.out / ".web"

    @property
    def journal(self) -> Path:
        """What happened, as JSON lines."""
        return self.kept / "log" / "server.jsonl"

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


def _require_address(address: str) -> None:
    try:
        ipaddress.ip_network(address, strict=False)
    except ValueError:
        raise BadValue("--proxy", f"{address} is neither an IP address nor a network such as 10.0.0.0/8") from None


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
