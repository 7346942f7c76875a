"""Several people with rights of their own, from a small file: a line for each, `NAME RIGHTS HASH`. No password stands in it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import secrets
from collections import OrderedDict
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from video_pipeline.core.errors import BadValue

RIGHTS = ("viewer", "editor", "admin")
"""Each may do what those before it may."""
CURRENT: ContextVar[str] = ContextVar("user", default="")
"""Name of whoever asks, while a request is answered."""
_COST = 1 << 15
"""N of scrypt, with r = 8 and p = 3: one of the settings that OWASP's Password Storage Cheat Sheet names as equally strong."""
_BLOCK = 8
_PARALLEL = 3
_MEMORY_BYTES = 64 << 20
"""More than the 32 MiB that these settings take."""
_NAME = re.compile(r"[A-Za-z0-9._@-]{1,64}")
_SHORTEST_PASSWORD = 8
_REMEMBERED = 256
"""Logins that were right of late, so that not every request costs a check."""
_LOOKING = re.compile(r"/api/jobs/[^/]+/(rank|snap|style)")
"""Asked by POST, and change nothing."""
_OWN = re.compile(r"/api/uploads/[^/]+")
"""What its owner began, and nobody else sees."""
_RULING = re.compile(r"/api/presets/.*")


@dataclass(frozen=True, slots=True)
class User:
    name: str
    rights: str
    hash: str = ""

    def may(self, method: str, path: str) -> bool:
        return RIGHTS.index(self.rights) >= RIGHTS.index(needed_rights(method, path))


def needed_rights(method: str, path: str) -> str:
    """Who only looks changes nothing; who edits removes no video and no preset."""
    if method in ("GET", "HEAD", "OPTIONS") or (method == "POST" and _LOOKING.fullmatch(path)):
        return "viewer"
    if _OWN.fullmatch(path):
        return "editor"
    return "admin" if method == "DELETE" or _RULING.fullmatch(path) else "editor"


class Users:
    """Who may come in. Checking a password takes long on purpose, so it is done in a thread."""

    def __init__(self, known: Iterable[User]) -> None:
        self._known = {user.name: user for user in known}
        self._key = secrets.token_bytes(32)
        self._right: OrderedDict[bytes, User] = OrderedDict()

    def remembered(self, name: str, password: str) -> User | None:
        """Somebody who was right with these a while ago."""
        return self._right.get(self._digest(name, password))

    def checked(self, name: str, password: str) -> User | None:
        """The user, None where the password is another's. As slow for a name that there is not."""
        user = self._known.get(name)
        is_right = _fits(password, user.hash if user else _NOBODY)
        if user is None or not is_right:
            return None
        self._right[self._digest(name, password)] = user
        while len(self._right) > _REMEMBERED:
            self._right.popitem(last=False)
        return user

    def _digest(self, name: str, password: str) -> bytes:
        return hmac.digest(self._key, f"{name}\0{password}".encode("utf-8", "surrogateescape"), "sha256")


def read_users(path: Path) -> tuple[User, ...]:
    """Raises BadValue, which names the line and not what stands in it."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadValue("--users", f"{path} cannot be read: {error}") from None
    users: dict[str, User] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = line.split()
        if len(parts) != 3 or parts[1] not in RIGHTS or not _NAME.fullmatch(parts[0]) or not _is_hash(parts[2]):
            raise BadValue(
                "--users", f"line {number} of {path} is not NAME, {', '.join(RIGHTS)}, and a hash, with spaces between"
            )
        users[parts[0]] = User(*parts)
    if not users:
        raise BadValue("--users", f"{path} names nobody; --add-user NAME:RIGHTS adds somebody")
    return tuple(users.values())


def add_user(path: Path, name: str, rights: str, password: str) -> None:
    """Put somebody into the file, in the place of one of the same name. Raises BadValue."""
    if not _NAME.fullmatch(name) or rights not in RIGHTS:
        raise BadValue("--add-user", f"write NAME:RIGHTS, the rights one of {', '.join(RIGHTS)}")
    if len(password) < _SHORTEST_PASSWORD:
        raise BadValue("--add-user", f"a password has {_SHORTEST_PASSWORD} characters or more")
    kept = (
        []
        if not path.is_file()
        else [line for line in path.read_text(encoding="utf-8").splitlines() if line.split()[:1] != [name]]
    )
    part = path.with_name(f".{path.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join([*kept, f"{name} {rights} {_hashed(password)}"]) + "\n")
    part.replace(path)


def _hashed(password: str) -> str:
    salt = secrets.token_bytes(16)
    return f"scrypt${base64.b64encode(salt).decode()}${base64.b64encode(_scrypt(password, salt)).decode()}"


def _scrypt(password: str, salt: bytes) -> bytes:
    content = password.encode("utf-8", "surrogateescape")
    return hashlib.scrypt(content, salt=salt, n=_COST, r=_BLOCK, p=_PARALLEL, maxmem=_MEMORY_BYTES, dklen=32)


def _fits(password: str, stored: str) -> bool:
    _, salt, digest = stored.split("$")
    return hmac.compare_digest(_scrypt(password, base64.b64decode(salt)), base64.b64decode(digest))


def _is_hash(text: str) -> bool:
    try:
        kind, salt, digest = text.split("$")
        return kind == "scrypt" and len(base64.b64decode(salt, validate=True)) == 16 and len(base64.b64decode(digest)) == 32
    except ValueError:
        return False


_NOBODY = "scrypt$" + base64.b64encode(bytes(16)).decode() + "$" + base64.b64encode(bytes(32)).decode()
