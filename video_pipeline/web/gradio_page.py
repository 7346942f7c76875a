"""The page inside Gradio, at `/gradio`, for people whose other tools are Gradio's.

Gradio draws a frame, and the page in it talks to `/api`. It has no component that takes a value and no function, so there is
nothing that a request to Gradio could have read or done; all that it answers are its own scripts and styles. It takes seconds to
load, so it is loaded when somebody first asks for it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from video_pipeline.core.extras import missing

PATH = "/gradio"
_FRAME = '<iframe src="../" title="video_pipeline" allow="fullscreen" style="width:100%;height:88vh;border:0"></iframe>'
_SAFE = ("GET", "HEAD")
_NEEDED = re.compile(r"/?|/(assets|static|svelte)/.*|/(config|theme\.css|manifest\.json|favicon\.ico)")
"""What a browser asks of Gradio to show a page. It answers more, and newer versions may answer anything."""


def build() -> Any:
    """Gradio's Blocks around the page."""
    gradio = _gradio()
    with gradio.Blocks(title="video_pipeline", analytics_enabled=False, fill_width=True) as page:
        gradio.HTML(_FRAME)
    return page


def mount(app: Any) -> None:
    app.mount(PATH, _WhenAsked(_application))


def _application() -> Any:
    import fastapi

    return _gradio().mount_gradio_app(fastapi.FastAPI(openapi_url=None), build(), path="/")


class _WhenAsked:
    """An ASGI application that is made for its first request, and is only ever looked at."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._made: Any = None
        self._lock = asyncio.Lock()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["method"] not in _SAFE:
            await Response(status_code=405)(scope, receive, send)
            return
        if not _NEEDED.fullmatch(scope["path"].removeprefix(scope["root_path"])):
            await Response(status_code=404)(scope, receive, send)
            return
        async with self._lock:
            if self._made is None:
                self._made = await asyncio.to_thread(self._make)
        await self._made(scope, receive, send)


def _gradio() -> Any:
    try:
        import gradio
    except ImportError:
        raise missing("gradio") from None
    return gradio
