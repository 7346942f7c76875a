"""Errors as answers, in the shape that the caller expects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse, Response

from video_pipeline.web.errors import advice


def answer(
    path: str, status: int, sentence: str, kind: str, more: Mapping[str, Any] | None = None, *, close: bool = False
) -> Response:
    """An error: in OpenAI's shape under /v1, in ours elsewhere. `close`: nothing more is read from the connection."""
    body: dict[str, Any] = {"error": sentence, "type": kind, "advice": advice(kind), **(more or {})}
    if path == "/v1" or path.startswith("/v1/"):
        wrong = _OPENAI_TYPES.get(status, "server_error" if status >= 500 else "invalid_request_error")
        body = {"error": {"message": sentence, "type": wrong, "param": None, "code": kind, **(more or {})}}
    return JSONResponse(body, status, {"Connection": "close"} if close else None)


_OPENAI_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
