"""`/api`: jobs, results and changes as JSON. The page uses nothing else, so whatever it can do, a program can."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from fastapi import APIRouter, BackgroundTasks, Body, Request
from fastapi.responses import FileResponse, Response, StreamingResponse

from video_pipeline.core.errors import BadValue
from video_pipeline.video.base import Goal
from video_pipeline.web import media
from video_pipeline.web.errors import NotThere, advice
from video_pipeline.web.replacing import replace_request
from video_pipeline.web.requested import asked_options, choices, preset_rows, preset_text, save_preset
from video_pipeline.web.services import Services
from video_pipeline.web.store import EXPORT, VIDEO, StoredJob

Json = dict[str, Any]
Fields = Annotated[Json, Body()]
_LOOK_EVERY_S = 0.2
"""How often a stream of events looks for news."""
_MEDIA = (".mp4", ".mkv", ".webm", ".mov", ".m4a", ".jpg", ".zip")
"""Files that no change of words makes older."""
_PULSE_S = 15.0
"""How often it sends a comment, so that nothing between takes it for dead."""


def router(services: Services) -> APIRouter:
    """All routes, over one server's parts."""
    api = APIRouter(prefix="/api")
    _add_jobs(api, services)
    _add_results(api, services)
    _add_changes(api, services)
    _add_choices(api, services)
    return api


def row(job: StoredJob, services: Services) -> Json:
    """A job as callers see it."""
    progress = services.queue.progress(job.id)
    out = {
        "id": job.id,
        "kind": job.kind,
        "name": job.name,
        "state": job.state,
        "place": services.queue.store.place(job),
        "stage": progress.stage,
        "done_s": progress.done_s,
        "total_s": progress.total_s,
        "error": job.error,
        "error_type": job.error_type,
        "advice": advice(job.error_type),
        "notices": list(job.notices),
        "created": job.created,
        "ended": job.ended,
        "duration_s": job.media_s,
    }
    if job.kind == EXPORT:
        address = f"/api/jobs/{job.parent}/files/{quote(job.made)}" if job.made else ""
        size = {"bytes": _size(services.server.out / job.folder / job.made)} if job.made else {}
        return out | {"video": job.parent, "what": _what(job), "file": job.made, "url": address} | size
    options = dict(job.options)
    return out | {"has_results": job.can_be_seen, "options": {**options, "preset": Path(str(options.get("preset", ""))).stem}}


def _what(job: StoredJob) -> str:
    return str(job.options.get("what", "clips"))


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _add_jobs(api: APIRouter, services: Services) -> None:
    queue, turns = services.queue, services.turns

    @api.post("/jobs", status_code=201)
    async def upload(request: Request) -> Json:
        async with services.intake.receive(request) as arrived:
            job, same = await asyncio.to_thread(services.admit, arrived, asked_options(arrived.value("options")))
        return row(job, services) | ({"same": True} if same else {})

    @api.get("/jobs")
    def jobs() -> list[Json]:
        return [row(job, services) for job in queue.store.all() if job.kind == VIDEO]

    @api.get("/jobs/{job_id}")
    def job(job_id: str) -> Json:
        return row(queue.job(job_id), services)

    @api.get("/jobs/{job_id}/exports")
    def exports(job_id: str) -> list[Json]:
        """The zips that were made of a video's clips and are still there, the newest first."""
        return [row(job, services) for job in queue.store.exports(queue.job(job_id).id)]

    @api.get("/jobs/{job_id}/progress")
    async def progress(job_id: str) -> StreamingResponse:
        queue.job(job_id)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(_events(job_id, services), media_type="text/event-stream", headers=headers)

    @api.post("/jobs/{job_id}/cancel")
    async def cancel(job_id: str) -> Json:
        return row(await turns.take(f"cancel {job_id}", lambda: queue.cancel(job_id), elsewhere=True), services)

    @api.post("/jobs/{job_id}/retry")
    def retry(job_id: str, request: Annotated[Json | None, Body()] = None) -> Json:
        job = queue.job(job_id)
        options = (request or {}).get("options") or {}
        if job.kind != VIDEO or not options:
            return row(queue.again(job_id), services)
        return row(queue.again(job_id, options=services.options_over(job, options)), services)

    @api.delete("/jobs/{job_id}", status_code=204)
    async def delete(job_id: str) -> Response:
        await turns.take(job_id, lambda: services.remove(job_id), elsewhere=True)
        return Response(status_code=204)


def _add_results(api: APIRouter, services: Services) -> None:
    queue, server, edits, turns = services.queue, services.server, services.edits, services.turns

    @api.get("/jobs/{job_id}/view")
    async def view(job_id: str, request: Request) -> Response:
        return await turns.take(job_id, lambda: _packed(edits.view(queue.video(job_id))), request)

    @api.get("/jobs/{job_id}/media")
    def video(job_id: str) -> FileResponse:
        return _playable(queue.video(job_id), services)

    @api.get("/jobs/{job_id}/waveform")
    async def waveform(job_id: str, request: Request, start_s: float, end_s: float) -> Json:
        """The shape of at most three minutes of sound: `values` from 0 to 255 in base64, one for each `hop_s`."""
        return await turns.take(
            f"pictures {job_id}", lambda: edits.pictures.waveform(queue.video(job_id), start_s, end_s), request
        )

    @api.get("/jobs/{job_id}/poster")
    async def poster(job_id: str, request: Request, at_s: float = 0.0) -> FileResponse:
        made = partial(edits.pictures.poster, at_s=at_s)
        path = await turns.take(f"pictures {job_id}", lambda: made(queue.video(job_id)), request, elsewhere=True)
        return media.sent(path)

    @api.get("/jobs/{job_id}/files")
    async def files(job_id: str, request: Request) -> list[Json]:
        await settled(job_id, request, "subtitles")
        return await asyncio.to_thread(media.files, server.out / queue.video(job_id).folder)

    async def settled(job_id: str, request: Request, *goals: Goal) -> None:
        """Files are written only some time after a change, or when somebody asks for them."""
        if not edits.is_settled(queue.video(job_id), *goals):
            await turns.take(job_id, lambda: edits.settle(queue.video(job_id), *goals), request)

    @api.get("/jobs/{job_id}/files/{relative:path}")
    async def file(job_id: str, relative: str, request: Request) -> FileResponse:
        job = queue.video(job_id)
        if Path(relative).suffix not in _MEDIA:
            await settled(job_id, request, *(("report",) if relative.endswith(".html") else ("subtitles",)))
        return await asyncio.to_thread(_file, job, relative)

    def _file(job: StoredJob, relative: str) -> FileResponse:
        if relative == Path(job.file).name:  # where a report looks for its video
            return _playable(job, services)
        return media.sent(media.inside(server.out / job.folder, relative))

    @api.get("/jobs/{job_id}/subtitles/{name}")
    async def subtitles(job_id: str, name: str, request: Request) -> Response:
        """All subtitles in a format, whether or not the options ask for it, to be saved."""
        end, content = await turns.take(job_id, lambda: edits.subtitles(queue.video(job_id), name), request)
        return media.saved(content, f"{Path(queue.video(job_id).file).stem}.{end}")

    @api.get("/jobs/{job_id}/speakers")
    async def speakers(job_id: str, request: Request) -> list[Json]:
        return await turns.take(job_id, lambda: edits.people(queue.video(job_id)), request)

    @api.get("/jobs/{job_id}/qc")
    async def findings(job_id: str, request: Request) -> list[Json]:
        return await turns.take(job_id, lambda: edits.findings(queue.video(job_id)), request)


def _playable(job: StoredJob, services: Services) -> FileResponse:
    return media.playable(job, services.edits.info(job), services.server)


def _add_changes(api: APIRouter, services: Services) -> None:
    queue, edits, turns = services.queue, services.edits, services.turns

    def redraw(job_id: str) -> None:
        edits.settle(queue.video(job_id), "report")

    @api.post("/jobs/{job_id}/lines")
    async def lines(job_id: str, request: Fields) -> Response:
        """Change lines: `edits`, each `{"was": [...], "lines": [...]}`; 409 with what stands there now if `was` is not there."""
        answer = await turns.take(job_id, lambda: _packed(edits.edit_lines(queue.video(job_id), request)))
        return services.changed(job_id, "lines", answer)

    @api.put("/jobs/{job_id}/subtitles/{name}")
    async def take(job_id: str, name: str, request: Request, by: str = "") -> Response:
        """Put the lines of a subtitle file (the body, in any format that can be read) in the place of all lines."""
        content = await request.body()
        change = partial(edits.take_subtitles, name=name, content=content, by=by)
        answer = await turns.take(job_id, lambda: _packed(change(queue.video(job_id))), elsewhere=True)
        return services.changed(job_id, "subtitles", answer)

    @api.get("/jobs/{job_id}/news")
    async def news(job_id: str, since: int = 0) -> StreamingResponse:
        """Server-sent events: what others change in a video, from the change after `since` on."""
        queue.video(job_id)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(_news(job_id, since, services), media_type="text/event-stream", headers=headers)

    @api.put("/jobs/{job_id}/segments/{number}")
    async def correct(job_id: str, number: int, request: Fields, later: BackgroundTasks) -> Response:
        text = _text(request, "text")
        answer = await turns.take(job_id, lambda: _packed(edits.correct(queue.video(job_id), number, text), later))
        later.add_task(turns.take, job_id, lambda: services.quietly(redraw, job_id))
        return services.changed(job_id, "segment", answer)

    @api.post("/jobs/{job_id}/speakers")
    async def speakers(job_id: str, request: Fields) -> Response:
        """`{"rename": OLD, "to": NEW}`, `{"merge": OLD, "to": INTO}`, `{"separate": WAS}`, `{"assign": {...}, "to": NAME}`."""
        answer = await turns.take(job_id, lambda: _packed(edits.change_people(queue.video(job_id), request)))
        return services.changed(job_id, "speakers", answer)

    @api.post("/jobs/{job_id}/translations")
    async def translations(job_id: str, request: Fields) -> Response:
        """`{"language": "ja", "number": 3, "text": "..."}`, or `"again": true`: the translator is asked once more."""
        change = partial(edits.change_translation, request=request)
        answer = await turns.take(job_id, lambda: _packed(change(queue.video(job_id))), elsewhere=True)
        return services.changed(job_id, "translations", answer)

    @api.post("/library/replace")
    async def replace(request: Fields) -> Json:
        """Find and replace in all videos: what would change; with `"apply": true` the change, and what takes it back."""
        asked = replace_request(request)
        replacing, rows = services.replacing, list[Json]()
        for job in replacing.videos(asked):
            if asked.apply:
                found = await turns.take(job.id, partial(replacing.replaced, job, asked))
                rows.append(services.changed(job.id, "replace", found) if found.get("edits") else found)
            elif counted := await turns.take(job.id, partial(replacing.found, job, asked)):
                rows.append(counted)
        return {"places": sum(one.get("places", 0) for one in rows), "videos": rows}

    @api.post("/jobs/{job_id}/rank")
    async def rank(job_id: str, request: Fields, caller: Request) -> Json:
        return await turns.take(job_id, lambda: edits.rank(queue.video(job_id), request.get("weights") or {}), caller)

    @api.put("/jobs/{job_id}/clips")
    async def clips(job_id: str, request: Fields) -> Json:
        """`clips`, the chosen ones, or null for the program's own; 409 where `was`, the clips as they were seen, are no more."""
        answer = await turns.take(job_id, lambda: services.montage.choose(queue.video(job_id), request))
        return services.changed(job_id, "clips", answer)

    @api.post("/jobs/{job_id}/cut")
    async def cut(job_id: str, request: Fields) -> Json:
        """Cut words out of copies and clips, or put them back: `take_out` and `put_back`, or `"find": "fillers"`."""
        answer = await turns.take(job_id, lambda: services.montage.cut(queue.video(job_id), request))
        return services.changed(job_id, "cut", answer)

    @api.post("/jobs/{job_id}/crop")
    async def crop(job_id: str, request: Fields) -> Json:
        """Say where the crop of upright clips is at some times (`set`), or leave it to the program again (`remove`)."""
        answer = await turns.take(job_id, lambda: services.montage.crop(queue.video(job_id), request))
        return services.changed(job_id, "crop", answer)

    @api.post("/jobs/{job_id}/snap")
    async def snap(job_id: str, request: Fields, caller: Request) -> Json:
        at_s, edge = _number(request, "at_s"), _text(request, "edge")
        return await turns.take(job_id, lambda: edits.snap(queue.video(job_id), at_s, edge), caller)

    @api.post("/jobs/{job_id}/style")
    async def style(job_id: str, request: Fields, caller: Request) -> Response:
        at_s = _number(request, "at_s") if "at_s" in request else 0.0
        picture = await turns.take(job_id, lambda: edits.styled(queue.video(job_id), request, at_s), caller, elsewhere=True)
        return Response(picture, media_type="image/jpeg")

    @api.post("/jobs/{job_id}/restyle")
    async def restyle(job_id: str, request: Fields, later: BackgroundTasks) -> Response:
        answer = await turns.take(job_id, lambda: _packed(edits.restyle(queue.video(job_id), request), later))
        later.add_task(turns.take, job_id, lambda: services.quietly(redraw, job_id))
        return services.changed(job_id, "style", answer)

    @api.post("/jobs/{job_id}/export", status_code=201)
    async def export(job_id: str, request: Fields) -> Json:
        return row(await turns.take(job_id, lambda: edits.export(queue.video(job_id), request)), services)


def _add_choices(api: APIRouter, services: Services) -> None:
    server = services.server

    @api.get("/options")
    def options() -> Json:
        return choices(server)

    @api.get("/presets")
    def presets() -> Json:
        return {"presets": preset_rows(server)}

    @api.get("/presets/{name}")
    def text(name: str) -> Json:
        return {"name": name, "text": preset_text(name, server)}

    @api.delete("/presets/{name}", status_code=204)
    def forget(name: str) -> Response:
        services.forget_preset(name)
        return Response(status_code=204)

    @api.put("/presets/{name}")
    def preset(name: str, request: Fields) -> Json:
        return save_preset(name, request, server)

    @api.get("/library")
    def library() -> list[Json]:
        return services.library(row)


async def _events(job_id: str, services: Services) -> AsyncIterator[str]:
    """Server-sent events: the job at once and whenever it changes, until it is over."""
    seen: object = None
    quiet_s = 0.0
    while True:
        try:
            job = services.queue.job(job_id)
        except NotThere:
            return
        now = (job, services.queue.progress(job_id), services.store.place(job))
        if now != seen:
            yield f"data: {json.dumps(row(job, services), ensure_ascii=False)}\n\n"
            seen, quiet_s = now, 0.0
        elif quiet_s >= _PULSE_S:
            yield ": still here\n\n"
            quiet_s = 0.0
        if job.over:
            return
        await asyncio.sleep(_LOOK_EVERY_S)
        quiet_s += _LOOK_EVERY_S


async def _news(job_id: str, since: int, services: Services) -> AsyncIterator[str]:
    """Changes as they are made, until the reader goes or the video is removed."""
    quiet_s = 0.0
    while services.store.get(job_id) is not None:
        found = services.edits.news.since(job_id, since)
        for change in found:
            since = change["number"]
            yield f"data: {msgspec.json.encode(change).decode()}\n\n"
        quiet_s = 0.0 if found else quiet_s + _LOOK_EVERY_S
        if quiet_s >= _PULSE_S:
            yield ": still here\n\n"
            quiet_s = 0.0
        await asyncio.sleep(_LOOK_EVERY_S)


def _packed(data: Json, later: BackgroundTasks | None = None) -> Response:
    """Large answers by the faster encoder."""
    return Response(msgspec.json.encode(data), media_type="application/json", background=later)


def _text(request: Json, name: str) -> str:
    value = request.get(name)
    if not isinstance(value, str):
        raise BadValue(name, "this is a text")
    return value


def _number(request: Json, name: str) -> float:
    value = request.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise BadValue(name, "this is a number")
    try:
        return float(value)
    except OverflowError:
        raise BadValue(name, "this number is too large") from None
