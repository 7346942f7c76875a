"""The server: guard, routes and page in one application, and its start."""

from __future__ import annotations

import functools
import importlib
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from video_pipeline import __version__
from video_pipeline.core.errors import BadValue, PipelineError
from video_pipeline.web import api, openai_api, tus
from video_pipeline.web.answers import answer
from video_pipeline.web.auth import Guard
from video_pipeline.web.bodies import Bodies
from video_pipeline.web.described import completed, docs_page
from video_pipeline.web.errors import Changed, status_of
from video_pipeline.web.loops import raise_file_limit, share_fairly
from video_pipeline.web.openai_request import Refused
from video_pipeline.web.policy import hashes
from video_pipeline.web.services import Services
from video_pipeline.web.settings import ServerOptions
from video_pipeline.web.visitors import Visitors
from video_pipeline.web.work import without_folders

_GRACE_S = 3
_IDLE_S = 20
"""A connection stays open between requests; a shorter time closes it under a request that is on its way."""


def create_app(server: ServerOptions, *, page: bool = True) -> FastAPI:
    """Everything behind one door. Without `page`, programs only, and no Gradio is needed.

    Raises CannotWrite, BadRecord: see `Services`.
    """
    services = Services(server)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        share_fairly()
        services.open()
        try:
            yield
        finally:
            services.close()

    app = FastAPI(title="video_pipeline", version=__version__, lifespan=life, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.services = services
    app.include_router(api.router(services))
    app.include_router(tus.router(services))
    app.include_router(openai_api.router(services))
    _add_health(app, services)
    _add_description(app)
    _add_errors(app, services.server)
    if page:
        app = importlib.import_module("video_pipeline.web.page").mount(app)
    app.add_middleware(Bodies)
    app.add_middleware(Guard, server=services.server, metrics=services.metrics, journal=services.journal)
    return app


def _add_health(app: FastAPI, services: Services) -> None:
    threads = anyio.CapacityLimiter(1)  # of its own: others may all be waiting for something

    @app.get("/health")
    async def health() -> dict[str, Any]:
        """Says that it lives, and no more, since it asks for no password."""
        return {"status": "ok", "version": __version__}

    @app.get("/metrics")
    async def metrics() -> Response:
        text = await anyio.to_thread.run_sync(services.metrics.text, services.store, limiter=threads)
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")


def _add_description(app: FastAPI) -> None:
    """Made when somebody first asks; a page that looks like others, and runs no script."""

    @functools.cache
    def document() -> dict[str, Any]:
        return completed(app.openapi())

    @functools.cache
    def page() -> tuple[str, str]:
        html = docs_page(document())
        return html, f"default-src 'none'; style-src {hashes(html)[1]}; frame-ancestors 'self'; base-uri 'none'"

    @app.get("/openapi.json", include_in_schema=False)
    def description() -> dict[str, Any]:
        return document()

    @app.get("/docs", include_in_schema=False)
    def docs() -> Response:
        html, policy = page()
        return Response(html, media_type="text/html; charset=utf-8", headers={"Content-Security-Policy": policy})


def _add_errors(app: FastAPI, server: ServerOptions) -> None:
    """Whatever goes wrong is a sentence in JSON, which names no folder of this machine."""

    @app.exception_handler(PipelineError)
    async def ours(request: Request, error: PipelineError) -> Response:
        path, sentence = request.scope["path"], without_folders(str(error), server.out)
        if isinstance(error, Refused):
            return answer(path, error.status, sentence, error.code, {"param": error.param})
        more = error.now if isinstance(error, Changed) else None
        return answer(path, status_of(error), sentence, type(error).__name__, more)

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        return answer(request.scope["path"], 400, f"{place}: {first['msg']}", "BadValue")

    @app.exception_handler(HTTPException)
    async def unknown(request: Request, error: HTTPException) -> Response:
        refusal = answer(request.scope["path"], error.status_code, str(error.detail), "NotThere")
        refusal.headers.update(error.headers or {})  # of a method that is not known here: those that are
        return refusal

    @app.exception_handler(Exception)
    async def defect(request: Request, error: Exception) -> Response:
        sentence = "this is a defect of video-pipeline; see the server's log"
        return answer(request.scope["path"], 500, sentence, type(error).__name__)


def serve(server: ServerOptions, ready: Callable[[], object] = lambda: None) -> None:
    """Blocks until Ctrl-C; calls `ready` when the address is ours. Raises BadValue where it cannot be had, see `create_app`."""
    import uvicorn

    listening = _bound(server)
    raise_file_limit(server.connections)
    app = create_app(server)
    ready()
    uvicorn.Server(uvicorn_config(app, server)).run(sockets=[listening])


def uvicorn_config(app: FastAPI, server: ServerOptions) -> Any:
    """How the application is served: with limits that hold before any password is asked for."""
    import uvicorn

    from video_pipeline.web.connections import HEADERS_BYTES, bounded

    return uvicorn.Config(
        app,
        http=bounded(server.connections, Visitors(server).is_proxy),
        loop="video_pipeline.web.loops:patient_loop",
        h11_max_incomplete_event_size=HEADERS_BYTES,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # the guard reads them, of named proxies only
        timeout_graceful_shutdown=_GRACE_S,
        timeout_keep_alive=_IDLE_S,
        ssl_certfile=server.tls_cert or None,
        ssl_keyfile=server.tls_key or None,
        ws="none",
    )


def _bound(server: ServerOptions) -> socket.socket:
    family = socket.AF_INET6 if ":" in server.address else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((server.address, server.port))
    except OSError as error:
        listening.close()
        advice = f"port {server.port} at {server.address} cannot be used ({error.strerror}); choose another"
        raise BadValue("--port", advice) from None
    return listening
