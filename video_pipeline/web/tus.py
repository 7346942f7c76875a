"""Resumable uploads by the tus protocol (tus.io, version 1.0.0): creation, expiration and termination.

`POST /api/uploads` announces a file, `PATCH` adds a piece at an offset, `HEAD` tells the offset, `DELETE` gives up. Metadata are
`filename`, `options` (JSON) and `webhook`, as in a plain upload. When the last byte has come, the file becomes a job, whose id
stands in the header `Upload-Job`.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from email.utils import formatdate
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from video_pipeline.core.errors import CannotWrite, PipelineError
from video_pipeline.core.files import file_digest
from video_pipeline.web.answers import answer
from video_pipeline.web.errors import BadUpload, NoRoom, TooBusy
from video_pipeline.web.partial import KEPT_S, Partial
from video_pipeline.web.receiving import Upload, blocks
from video_pipeline.web.requested import asked_options, requested_options, require_webhook
from video_pipeline.web.services import Services
from video_pipeline.web.users import CURRENT

_VERSION = "1.0.0"
_PIECE = "application/offset+octet-stream"
_MOST_DIGITS = 15
_LATER = (TooBusy, NoRoom, CannotWrite)
"""What may be otherwise in a while: the upload is kept, and an empty piece at its end tries again."""


def _heads(**headers: str) -> dict[str, Any]:
    """For the description: what stands in the head of a request, `name=kind`."""
    known = {"tus-resumable": "string", **{name.replace("_", "-"): kind for name, kind in headers.items()}}
    return {
        "parameters": [
            {"name": name.title(), "in": "header", "required": name != "upload-metadata", "schema": {"type": kind}}
            for name, kind in known.items()
        ]
    }


def router(services: Services) -> APIRouter:
    tus = APIRouter(prefix="/api/uploads")
    partials, server = services.partials, services.server

    @tus.options("", status_code=204)
    def able() -> Response:
        """What of the protocol is spoken here."""
        extensions = {"Tus-Extension": "creation,expiration,termination", "Tus-Max-Size": str(server.upload_bytes)}
        return _told(204, {"Tus-Version": _VERSION, **extensions})

    @tus.options("/{upload_id}", status_code=204)
    def able_too(upload_id: str) -> Response:
        """The same, of one upload."""
        return able()

    @tus.post("", status_code=201, openapi_extra=_heads(upload_length="integer", upload_metadata="string"))
    async def create(request: Request) -> Response:
        """Announce a file: `Upload-Length` in bytes, `Upload-Metadata`; `Location`, relative to this one, is where it goes."""
        if (refusal := _other_version(request)) is not None:
            return refusal
        length_bytes, known = _number(request, "upload-length"), _metadata(request.headers.get("upload-metadata", ""))
        sent_name, fields = known.pop("filename", ""), {name: [value] for name, value in known.items()}
        asked = Partial(id="", length_bytes=length_bytes, owner=CURRENT.get(), sent_name=sent_name, fields=fields)
        requested_options(asked_options(known.get("options", "")), server)
        require_webhook(known.get("webhook", ""), server)
        partial = await asyncio.to_thread(partials.begin, asked)
        return _told(201, {"Location": f"uploads/{partial.id}", **_expires(partial)})

    @tus.head("/{upload_id}", openapi_extra=_heads())
    def offset(upload_id: str, request: Request) -> Response:
        """How much of it is here."""
        if (refusal := _other_version(request)) is not None:
            return refusal
        partial = partials.get(upload_id, CURRENT.get())
        return _told(200, {"Upload-Length": str(partial.length_bytes), **_state(partial)})

    @tus.patch("/{upload_id}", status_code=204, openapi_extra=_heads(upload_offset="integer"))
    async def add(upload_id: str, request: Request) -> Response:
        """Add the body at `Upload-Offset`."""
        if (refusal := _other_version(request)) is not None:
            return refusal
        partial = partials.get(upload_id, CURRENT.get())
        if request.headers.get("content-type", "") != _PIECE:
            return answer(request.url.path, 415, f"a piece of an upload is {_PIECE}", "BadUpload")
        with services.intake.place(), partials.alone(partial):
            if not (partial := partials.get(upload_id, CURRENT.get())).job:
                await partials.add(partial, _number(request, "upload-offset"), blocks(request))
            if not partial.job and partials.offset_bytes(partial) == partial.length_bytes:
                partial = await asyncio.to_thread(_admit, partial)
        return _told(204, _state(partial))

    @tus.delete("/{upload_id}", status_code=204, openapi_extra=_heads())
    def give_up(upload_id: str, request: Request) -> Response:
        """Remove what has come so far; a job that it became stays."""
        if (refusal := _other_version(request)) is not None:
            return refusal
        partial = partials.get(upload_id, CURRENT.get())
        with partials.alone(partial):
            partials.drop(partial)
        return _told(204, {})

    def _admit(partial: Partial) -> Partial:
        path = partials.path(partial)
        upload = Upload(path, partial.sent_name, file_digest(path), partial.length_bytes, partial.fields)
        try:
            job, same = services.admit(upload, asked_options(upload.value("options")))
        except PipelineError as error:
            if not isinstance(error, _LATER):
                partials.drop(partial)
            raise
        return partials.became(partial, job.id, same=same)

    def _state(partial: Partial) -> dict[str, str]:
        became = {"Upload-Job": partial.job, "Upload-Job-Same": str(partial.same).lower()} if partial.job else {}
        return {"Upload-Offset": str(partials.offset_bytes(partial)), **became, **_expires(partial)}

    def _expires(partial: Partial) -> dict[str, str]:
        return {"Upload-Expires": formatdate(partials.touched_s(partial) + KEPT_S, usegmt=True)}

    return tus


def _told(status: int, headers: dict[str, str]) -> Response:
    return Response(status_code=status, headers={"Tus-Resumable": _VERSION, "Cache-Control": "no-store", **headers})


def _other_version(request: Request) -> Response | None:
    if request.headers.get("tus-resumable") == _VERSION:
        return None
    refusal = answer(request.url.path, 412, f"this is spoken here in version {_VERSION}: send Tus-Resumable", "BadUpload")
    refusal.headers["Tus-Version"] = _VERSION
    return refusal


def _number(request: Request, header: str) -> int:
    value = request.headers.get(header, "")
    if not (value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS):
        raise BadUpload(f"{header.title()} is a number of bytes")
    return int(value)


def _metadata(header: str) -> dict[str, str]:
    """`name value-in-base64,...`. Raises BadUpload."""
    known: dict[str, Any] = {}
    for pair in filter(None, (pair.strip() for pair in header.split(","))):
        name, _, value = pair.partition(" ")
        try:
            known[name] = base64.b64decode(value, validate=True).decode("utf-8")
        except (binascii.Error, ValueError):
            raise BadUpload(f"Upload-Metadata: {name[:40]!r} is not UTF-8 in base64") from None
    return {name: known[name] for name in ("filename", "options", "webhook") if name in known}
