"""The page at `/`: one file of HTML, script and styles around the viewer. It knows the server only through `/api`.

It is no Gradio page, since people wait for what they see: an empty page of Gradio 6 paints after seconds and forty requests, this
one with its only answer. Who builds with Gradio finds the same at `/gradio`.
"""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path
from typing import Any

from video_pipeline.report.viewer.page import FOLDER, document, joined, scripts
from video_pipeline.web import gradio_page

SITE = Path(__file__).with_name("site")
MODULES = ("texts.js", "options.js", "upload.js", "jobs.js", "work.js", "page.js")
"""Each after those it imports from; all after the viewer's."""
_SAFE = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
        "img-src 'self' data: blob:; media-src 'self' blob:; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
    ),
}


@functools.cache
def html() -> str:
    """The whole page; it names no job and no file, so that everybody gets the same."""
    # the page stands outside of the element, so the base that the element keeps inside is given to the page as well
    base = (FOLDER / "base.css").read_text(encoding="utf-8").replace(":host", "#page")
    sheet = base + (SITE / "page.css").read_text(encoding="utf-8")
    script = scripts() + "\n" + joined(SITE / name for name in MODULES)
    return document("video_pipeline", sheet, '<div id="page"></div>', script)


def mount(app: Any) -> Any:
    """Adds the page at `/`, and Gradio's at `/gradio` where Gradio is installed, to an application of FastAPI's."""
    from starlette.responses import Response

    tag = f'"{hashlib.sha256(html().encode()).hexdigest()[:16]}"'
    headers = {**_SAFE, "ETag": tag}

    async def page(request: Any) -> Response:
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(html(), media_type="text/html; charset=utf-8", headers=headers)

    app.add_route("/", page)
    gradio_page.mount(app)
    return app
