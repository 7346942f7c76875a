"""The page inside Gradio, at `/gradio`: a list of the videos and the viewer, for people whose other tools are Gradio's.

Gradio takes seconds to load, so it is loaded when somebody first asks for it. Nothing is uploaded through it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from html import escape
from typing import Any

from video_pipeline.core.extras import missing

PATH = "/gradio"
_HEIGHT = "88vh"
Videos = Callable[[], list[tuple[str, str]]]
"""Gives the finished videos, each as its name and its id."""


def build(videos: Videos) -> Any:
    """Gradio's Blocks: choose a video, see it."""
    gradio = _gradio()
    with gradio.Blocks(title="video_pipeline", analytics_enabled=False, fill_width=True) as page:
        choice = gradio.Dropdown(label="Video", choices=videos(), value=None, interactive=True)
        frame = gradio.HTML(framed(None))
        # without the queue, which needs a start of its own; both answers are there at once
        choice.change(framed, choice, frame, queue=False, api_name="show")
        page.load(lambda: gradio.Dropdown(choices=videos()), None, choice, queue=False, api_name="videos")
    return page


def framed(video: str | None) -> str:
    """The page's own view of a video, or its start, as HTML."""
    place = f"/#/v/{escape(video, quote=True)}" if video else "/"
    return (
        f'<iframe src="{place}" title="video_pipeline" allow="fullscreen" style="width:100%;height:{_HEIGHT};border:0"></iframe>'
    )


def mount(app: Any) -> None:
    app.mount(PATH, _WhenAsked(lambda: _application(app)))


def _application(app: Any) -> Any:
    import fastapi

    store = app.state.services.store

    def videos() -> list[tuple[str, str]]:
        return [(job.name, job.id) for job in store.all() if job.kind == "video" and job.state == "done"]

    return _gradio().mount_gradio_app(fastapi.FastAPI(), build(videos), path="/")


class _WhenAsked:
    """An ASGI application that is made for its first request."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._made: Any = None
        self._lock = asyncio.Lock()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
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
