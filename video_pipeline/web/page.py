"""The page at `/`, in one answer: HTML, script and styles around the viewer. It knows the server only through `/api`.

It is not a Gradio page, because an empty page of Gradio 6 appears only after seconds and forty requests. Who builds with Gradio
finds the same at `/gradio`. Under `/ui` lie the files that the page is made of: `/ui/site/index.html` is the same page module by
module, for development, and any page may `import "/ui/viewer/element.js"`, which defines `<video-moments>` (and
`"/ui/shared/every_language.js"` before it, where it is to speak more than English).
"""

from __future__ import annotations

import functools
import hashlib
from typing import Any

from anyio import to_thread

from video_pipeline import ui
from video_pipeline.core.felt_names import felt_names
from video_pipeline.media.font_file import LETTERS
from video_pipeline.media.web_font import INTERFACES, embedded
from video_pipeline.web import gradio_page
from video_pipeline.web.policy import hashes

_CACHE = {"Cache-Control": "no-cache"}
_POLICY = (
    "default-src 'self'; script-src {script}; style-src {style}; img-src 'self' data: blob:; media-src 'self' blob:; "
    "frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)
_FILES = {**_CACHE, "Content-Security-Policy": _POLICY.format(script="'self'", style="'self'")}
_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
"""The files that are served; the system's own table of types is not the same everywhere."""


_DATES = {"zh-Hans": "上午下年月日", "zh-Hant": "凌晨清早上午中下晚年月日", "ja": "午前後年月日", "ko": "오전후년월일"}
"""Letters that browsers put into dates and times themselves."""


def interface_letters(tag: str) -> bytes:
    """The font of the page's texts in a language, as WOFF: some 100 kB; empty where no font has its letters."""
    tables = [ui.FOLDER / part / f"{tag}.json" for part in ("shared/texts", "site/texts", "site/errors")]
    paths = [*tables, ui.FOLDER / "shared" / "texts.js"]
    texts = [path.read_text(encoding="utf-8") for path in paths]  # the last has the languages' names, each in its own letters
    return embedded("".join([*texts, *felt_names()[tag].values(), _DATES[tag]]), INTERFACES[tag])


@functools.cache
def html() -> str:
    """The whole page; it names no job and no file, so that everybody gets the same."""
    return ui.page("site")


def mount(app: Any) -> Any:
    """Adds the page at `/`, its files at `/ui`, and Gradio's at `/gradio` where Gradio is installed, to a FastAPI application."""
    from starlette.exceptions import HTTPException
    from starlette.responses import Response

    tag = f'"{hashlib.sha256(html().encode()).hexdigest()[:16]}"'
    scripts, styles = hashes(html())
    headers = {**_CACHE, "ETag": tag, "Content-Security-Policy": _POLICY.format(script=scripts, style=styles)}

    async def page(request: Any) -> Response:
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(html(), media_type="text/html; charset=utf-8", headers=headers)

    async def file(request: Any) -> Response:
        path = (ui.FOLDER / request.path_params["path"]).resolve()
        if path.suffix not in _TYPES or not path.is_relative_to(ui.FOLDER) or not path.is_file():
            raise HTTPException(404, "there is no such file")
        return Response(path.read_bytes(), media_type=f"{_TYPES[path.suffix]}; charset=utf-8", headers=_FILES)

    async def letters(request: Any) -> Response:
        name = request.path_params["name"]
        if name.removesuffix(".woff") in INTERFACES:
            content = await to_thread.run_sync(interface_letters, name.removesuffix(".woff"))
            return Response(content, media_type="font/woff", headers={"Cache-Control": "max-age=86400"})
        path = LETTERS / name
        if path.suffix != ".ttf" or path.parent != LETTERS or not path.is_file():
            raise HTTPException(404, "there is no such font")
        return Response(path.read_bytes(), media_type="font/ttf", headers={"Cache-Control": "max-age=86400"})

    app.add_route("/", page)
    app.add_route("/letters/{name}", letters)
    app.add_route("/ui/{path:path}", file)
    gradio_page.mount(app)
    return app
