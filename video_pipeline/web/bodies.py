"""Bodies of requests that are no uploads: read whole before anything else happens, within limits of size and time."""

from __future__ import annotations

import asyncio
import re

import msgspec
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from video_pipeline.web.answers import answer
from video_pipeline.web.receiving import UPLOADS

_LARGEST_BYTES = 1 << 20
"""The longest list of clips or lines that a person can change takes a tenth of this."""
_LARGEST_SUBTITLES_BYTES = 8 << 20
"""The subtitles of a long film, each word with a style of its own, take a third of this."""
_SUBTITLES = re.compile(r"/api/jobs/[^/]+/subtitles/[^/]+")
_PIECE = re.compile(r"/api/uploads/[^/]+")
_LONGEST_S = 30.0


class Bodies:
    """ASGI middleware inside the guard."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _is_upload(scope["method"], scope["path"]):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if "content-length" not in headers and "transfer-encoding" not in headers:
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        most = _LARGEST_SUBTITLES_BYTES if _SUBTITLES.fullmatch(path) else _LARGEST_BYTES
        try:
            body = await asyncio.wait_for(_read(Request(scope, receive), most), _LONGEST_S)
        except TimeoutError:
            await answer(path, 408, f"the request was not whole after {_LONGEST_S:.0f} s", "Stalled")(scope, receive, send)
        except ClientDisconnect:
            return
        else:
            if body is None:
                sentence = f"the request is too large: {most >> 20} MB is the limit of this server"
                await answer(path, 413, sentence, "TooLarge")(scope, receive, send)
            elif "json" in headers.get("content-type", "") and (wrong := _wrong(body)):
                await answer(path, 400, f"this is not JSON: {wrong}", "BadValue")(scope, receive, send)
            else:
                await self._app(scope, _replayed(body, receive), send)


def _is_upload(method: str, path: str) -> bool:
    return (method == "POST" and path in UPLOADS) or (method == "PATCH" and _PIECE.fullmatch(path) is not None)


async def _read(request: Request, most: int) -> bytes | None:
    """None where it is larger than `most`."""
    body = bytearray()
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > most:
        return None
    async for block in request.stream():
        body += block
        if len(body) > most:
            return None
    return bytes(body)


def _wrong(body: bytes) -> str:
    """What Python's own reader would let through, and what would then fail further on: half a character, endless nesting."""
    try:
        msgspec.json.decode(body or b"null")
    except ValueError as error:
        return str(error)
    except RecursionError:
        return "it is nested too deeply"
    return ""


def _replayed(body: bytes, receive: Receive) -> Receive:
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
