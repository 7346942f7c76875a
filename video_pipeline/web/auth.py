"""Who may come in: a guard before every request. Password, the server's own names, no requests made by foreign pages."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import ipaddress
import logging
import socket
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from video_pipeline.web.errors import Foreign, advice
from video_pipeline.web.metrics import Metrics
from video_pipeline.web.settings import ServerOptions

_OPEN = ("/health",)
_CLOSED = ("/gradio_api/upload", "/gradio_api/file", "/gradio_api/proxy", "/gradio_api/stream", "/gradio_api/component_server")
"""Doors of Gradio's that are not ours: files come and go through /api, where they are looked at."""
_SAFE = ("GET", "HEAD", "OPTIONS")
_WRONG_PASSWORD_S = 0.5
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_log = logging.getLogger(__name__)


class Guard:
    """ASGI middleware around everything, the page included."""

    def __init__(self, app: ASGIApp, server: ServerOptions, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics
        self._login = f"{server.user}:{server.password}".encode() if server.password else b""
        self._password = server.password.encode()
        names = {"localhost", socket.gethostname(), server.address, *server.hosts}
        self._names = {name.casefold().rstrip(".") for name in names}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._foreign(scope, headers)
        if refusal is None and not self._known(scope, headers):
            await asyncio.sleep(_WRONG_PASSWORD_S if "authorization" in headers else 0)
            refusal = answer(scope["path"], 401, "this server asks for a user and a password", "NotLoggedIn")
            refusal.headers["WWW-Authenticate"] = 'Basic realm="video_pipeline", charset="UTF-8"'
        if refusal is not None and scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif refusal is not None:
            self._metrics.request(scope["method"], "refused", refusal.status_code, 0.0)
            await refusal(scope, receive, send)
        elif scope["type"] == "http":
            await self._served(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _served(self, scope: Scope, receive: Receive, send: Send) -> None:
        began_s = time.monotonic()

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    own.setdefault(name, value)
                self._metrics.request(scope["method"], _route(scope), message["status"], time.monotonic() - began_s)
            await send(message)

        await self._app(scope, receive, counted)

    def _known(self, scope: Scope, headers: Headers) -> bool:
        """Basic for people, `Bearer PASSWORD` for programs that know nothing else."""
        if not self._login or scope["path"] in _OPEN:
            return True
        kind, _, credentials = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return hmac.compare_digest(credentials.strip().encode(), self._password)
        try:
            return kind.lower() == "basic" and hmac.compare_digest(base64.b64decode(credentials, validate=True), self._login)
        except (binascii.Error, ValueError):
            return False

    def _foreign(self, scope: Scope, headers: Headers) -> Response | None:
        """A name that is not ours means that a foreign page had its own name point here; a foreign origin, that it sent this."""
        path, host = scope["path"], headers.get("host", "")
        if not self._ours(host):
            return answer(path, 403, f"this server is not called {host[:60]!r}; say --host NAME if it is", Foreign.__name__)
        if any(door in path for door in _CLOSED):
            return answer(path, 403, "files come in through POST /api/jobs and go out through /api only", Foreign.__name__)
        if scope["type"] == "http" and scope["method"] in _SAFE:
            return None
        origin = headers.get("origin")
        same = origin is None or urlsplit(origin).netloc.casefold() == host.casefold()
        if not same or headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return answer(path, 403, "a page of another site sent this; only this server's own pages may", Foreign.__name__)
        return None

    def _ours(self, host: str) -> bool:
        """An address cannot be made to point elsewhere, a name can."""
        name = ""
        try:
            name = urlsplit(f"//{host}").hostname or ""
            ipaddress.ip_address(name)
        except ValueError:
            pass
        else:
            return True
        return bool(name) and name.rstrip(".") in self._names


def answer(path: str, status: int, sentence: str, kind: str, more: Mapping[str, Any] | None = None) -> Response:
    """An error as the caller expects it: OpenAI's shape under /v1, ours elsewhere."""
    if path.startswith("/v1/"):
        wrong = "authentication_error" if status == 401 else "server_error" if status >= 500 else "invalid_request_error"
        return JSONResponse({"error": {"message": sentence, "type": wrong, "param": None, "code": kind, **(more or {})}}, status)
    return JSONResponse({"error": sentence, "type": kind, "advice": advice(kind)}, status)


def _route(scope: Scope) -> str:
    """The pattern, not the address, so that there are few; the page's own parts count as one."""
    route: Any = scope.get("route")
    path = getattr(route, "path", None)
    return path if isinstance(path, str) and path else "page"
