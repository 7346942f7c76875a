"""Who may come in: a guard before every request. Password, the server's own names, no requests made by foreign pages."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import ipaddress
import math
import re
import socket
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from video_pipeline.web.answers import answer
from video_pipeline.web.attempts import Attempts
from video_pipeline.web.errors import Foreign
from video_pipeline.web.journal import Journal
from video_pipeline.web.metrics import Metrics
from video_pipeline.web.settings import ServerOptions
from video_pipeline.web.users import CURRENT, User, Users, needed_rights, read_users
from video_pipeline.web.visitors import Visitor, Visitors

_OPEN = ("/health",)
_GRADIO = "gradio_api"
"""In the address of every door of Gradio's that takes data or gives files: none of them is needed to show a page."""
_SAFE = ("GET", "HEAD", "OPTIONS")
_METHODS = (*_SAFE, "POST", "PUT", "DELETE", "PATCH")
"""Methods that are counted by their names: a client may call its own whatever it likes."""
_WRONG_PASSWORD_S = 0.5
_HOST = re.compile(r"[\w.~%-]+(:\d{0,5})?|\[[0-9A-Fa-f:.%]+\](:\d{0,5})?")
"""A name or an address, perhaps with a port, and nothing else that URLs have before their path."""
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Guard:
    """ASGI middleware around everything, the page included."""

    def __init__(self, app: ASGIApp, server: ServerOptions, metrics: Metrics, journal: Journal) -> None:
        self._app = app
        self._metrics, self._journal = metrics, journal
        self._visitors, self._attempts = Visitors(server), Attempts()
        self._user = server.user
        self._users = Users(read_users(Path(server.users))) if server.users else None
        self._login = f"{server.user}:{server.password}".encode() if server.password else b""
        self._password = server.password.encode()
        self._prefix = server.prefix
        names = {"localhost", socket.gethostname(), server.address, *server.hosts}
        self._names = {name.casefold().rstrip(".") for name in names}
        self._given_names = {name.casefold().rstrip(".") for name in server.hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        visitor = self._visitors.seen(scope, headers)
        if self._prefix and scope["path"] == self._prefix:
            await RedirectResponse(f"{self._prefix}/")(scope, receive, send)
            return
        if self._prefix and scope["path"].startswith(f"{self._prefix}/"):
            scope = {**scope, "path": scope["path"][len(self._prefix) :]}
        CURRENT.set("")
        refusal = self._foreign(scope, headers, visitor) or await self._unknown(scope, headers, visitor)
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif refusal is not None:
            self._note(scope, visitor, "refused", refusal.status_code, 0.0)
            await refusal(scope, receive, send)
        else:
            await self._served({**scope, "scheme": visitor.scheme}, receive, send, visitor)

    async def _served(self, scope: Scope, receive: Receive, send: Send, visitor: Visitor) -> None:
        began_s = time.monotonic()

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    own.setdefault(name, value)
                self._note(scope, visitor, _route(scope), message["status"], time.monotonic() - began_s)
            await send(message)

        await self._app(scope, receive, counted)

    def _note(self, scope: Scope, visitor: Visitor, route: str, status: int, took_s: float) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._metrics.request(method, route, status, took_s)
        if route not in _OPEN:
            facts = {"method": method, "route": route, "status": status, "ms": round(took_s * 1000)}
            self._journal.note("request", **facts, client=visitor.address, user=CURRENT.get() or None)

    async def _unknown(self, scope: Scope, headers: Headers, visitor: Visitor) -> Response | None:
        """The answer to somebody without the password; None where it is right, or none is asked for."""
        path = scope["path"]
        if not (self._login or self._users) or path in _OPEN:
            return None
        tries = "authorization" in headers
        if tries and (wait_s := self._attempts.wait_s(visitor.address)):
            return _wait(path, wait_s)
        user = self._seen_before(headers["authorization"]) if tries else None
        if tries and user is None:
            async with self._attempts.alone(visitor.address):
                if wait_s := self._attempts.wait_s(visitor.address):
                    return _wait(path, wait_s)
                user = await self._known(headers["authorization"])
                wrong = 0 if user else self._attempts.failed(visitor.address)
        if user:
            self._attempts.succeeded(visitor.address)
            CURRENT.set(user.name)
            method = scope.get("method", "GET")
            if user.may(method, path):
                return None
            needed = needed_rights(method, path)
            return answer(path, 403, f"{user.name} is {user.rights} here; this needs the rights of {needed}", "NotAllowed")
        if tries:
            self._journal.note("wrong_password", client=visitor.address, wrong=wrong)
            await asyncio.sleep(_WRONG_PASSWORD_S)
        refusal = answer(path, 401, "this server asks for a user and a password", "NotLoggedIn")
        refusal.headers["WWW-Authenticate"] = 'Basic realm="video_pipeline", charset="UTF-8"'
        return refusal

    def _seen_before(self, authorization: str) -> User | None:
        """Whoever was right with this a moment ago, so that nobody waits behind a stranger's wrong passwords."""
        name, password = _name_and_password(authorization) if self._users else ("", "")
        return self._users.remembered(name, password) if self._users and name else None

    async def _known(self, authorization: str) -> User | None:
        """Whoever this is; with one password for everybody, the one user who may do everything."""
        if self._users is None:
            return User(self._user, "admin") if self._is_right(authorization) else None
        name, password = _name_and_password(authorization)
        if not name:
            return None
        return self._users.remembered(name, password) or await asyncio.to_thread(self._users.checked, name, password)

    def _is_right(self, authorization: str) -> bool:
        """Basic for people, `Bearer PASSWORD` for programs that know nothing else."""
        kind, _, credentials = authorization.partition(" ")
        sent = credentials.strip().encode("latin-1")  # as the bytes came
        if kind.lower() == "bearer":
            return hmac.compare_digest(sent, self._password)
        try:
            return kind.lower() == "basic" and hmac.compare_digest(base64.b64decode(sent, validate=True), self._login)
        except (binascii.Error, ValueError):
            return False

    def _foreign(self, scope: Scope, headers: Headers, visitor: Visitor) -> Response | None:
        """A name that is not ours means that a foreign page had its own name point here; a foreign origin, that it sent this."""
        path, host = scope["path"], visitor.host
        if "content-length" in headers and "transfer-encoding" in headers:  # RFC 9112, 6.1: a way to hide a second request
            return answer(path, 400, "a request has a length or comes in chunks, not both", "BadValue", close=True)
        if not self._is_ours(host):
            return answer(path, 403, f"this server is not called {host[:60]!r}; say --host NAME if it is", Foreign.__name__)
        if _GRADIO in path:
            return answer(path, 403, "files and questions go through /api only", Foreign.__name__)
        if scope["type"] == "http" and scope["method"] in _SAFE:
            return None
        origin = headers.get("origin")
        same = origin is None or self._is_same(origin, host)
        if not same or headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return answer(path, 403, "a page of another site sent this; only this server's own pages may", Foreign.__name__)
        return None

    def _is_same(self, origin: str, host: str) -> bool:
        """Also under a name that was given: a proxy may ask under another than people do."""
        try:
            parts = urlsplit(origin)
            name = (parts.hostname or "").rstrip(".")
        except ValueError:
            return False
        return parts.netloc.casefold() == host.casefold() or name in self._given_names

    def _is_ours(self, host: str) -> bool:
        """An address cannot be made to point elsewhere, a name can."""
        name = ""
        if not _HOST.fullmatch(host):
            return False
        try:
            name = urlsplit(f"//{host}").hostname or ""
            ipaddress.ip_address(name)
        except ValueError:
            pass
        else:
            return True
        return bool(name) and name.rstrip(".") in self._names


def _wait(path: str, wait_s: float) -> Response:
    refusal = answer(path, 429, "too many wrong passwords came from your address; try again later", "TooBusy")
    refusal.headers["Retry-After"] = str(math.ceil(wait_s))
    return refusal


def _name_and_password(authorization: str) -> tuple[str, str]:
    """Of Basic, or of `Bearer NAME:PASSWORD` for programs that know nothing else; empty where it is neither."""
    kind, _, credentials = authorization.partition(" ")
    content = credentials.strip().encode("latin-1")  # as the bytes came
    if kind.lower() == "basic":
        try:
            content = base64.b64decode(content, validate=True)
        except (binascii.Error, ValueError):
            return "", ""
    elif kind.lower() != "bearer":
        return "", ""
    name, found, password = content.decode("utf-8", "surrogateescape").partition(":")
    return (name, password) if found else ("", "")


def _route(scope: Scope) -> str:
    """The pattern, not the address, so that there are few; the page's own parts count as one."""
    route: Any = scope.get("route")
    path = getattr(route, "path", None)
    return path if isinstance(path, str) and path else "page"
