"""`/v1`: transcriptions as OpenAI's clients ask for them, with emotions and sounds as fields of ours; highlights."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from types import MappingProxyType
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from video_pipeline.core.errors import PipelineError
from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import Transcript
from video_pipeline.subtitles.files import rendered
from video_pipeline.subtitles.formats.base import Appearance
from video_pipeline.video.base import Goal
from video_pipeline.video.video import Video
from video_pipeline.web import in_english, spoken
from video_pipeline.web.openai_request import MODELS, Refused, Wanted, asked, engine_of, weights_of
from video_pipeline.web.receiving import Upload
from video_pipeline.web.services import Services
from video_pipeline.web.store import DONE, StoredJob

_TYPES = {"vtt": "text/vtt; charset=utf-8"}
_CREATED = 1719792000  # the month in which SenseVoice was published
_PULSE_S = 15.0
"""How often a stream sends a comment while the video waits for its turn, so that nothing between takes it for dead."""
_ENGLISH = (Language.EN, Language.UNKNOWN)


def router(services: Services) -> APIRouter:
    v1 = APIRouter(prefix="/v1")

    @v1.get("/models")
    def models() -> dict[str, Any]:
        return {"object": "list", "data": [_model(name) for name in MODELS]}

    @v1.get("/models/{name:path}")
    def model(name: str) -> dict[str, Any]:
        engine_of(name)
        return _model(name)

    @v1.post("/audio/transcriptions")
    async def transcriptions(request: Request) -> Response:
        async with services.intake.receive(request) as arrived:
            wanted = Wanted.of(arrived)
            job = await _admitted(arrived, "subtitles", services)
        return await _answered(job, wanted, request, services)

    @v1.post("/audio/translations")
    async def translations(request: Request) -> Response:
        """Into English, if this server has a translator; what is English already is answered in any case."""
        async with services.intake.receive(request) as arrived:
            wanted = Wanted.of(arrived, "translate")
            job = await _admitted(arrived, "subtitles", services, in_english.options_of(services.server))
        return await _answered(job, wanted, request, services)

    @v1.post("/highlights")
    async def highlights(request: Request) -> Response:
        async with services.intake.receive(request) as arrived:
            weights = weights_of(arrived)
            job = await _admitted(arrived, "highlights", services)
        job = await services.waiters.over(job, request)
        return await services.turns.take(job.id, lambda: _moments(job, weights, services), request)

    return v1


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": _CREATED, "owned_by": "video_pipeline"}


async def _admitted(arrived: Upload, goal: Goal, services: Services, more: Mapping[str, Any] = MappingProxyType({})) -> StoredJob:
    """The job of a request; nothing is made but what its answer needs."""
    wanted = {**asked(arrived), **more}
    job, _ = await asyncio.to_thread(services.admit, arrived, wanted, goals=(goal,), transient=True)
    return job


async def _answered(job: StoredJob, wanted: Wanted, request: Request, services: Services) -> Response:
    if wanted.stream:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(_events(job, wanted, request, services), media_type="text/event-stream", headers=headers)
    job = await services.waiters.over(job, request)
    return await services.turns.take(job.id, lambda: _answer(job, wanted, services), request)


async def _events(job: StoredJob, wanted: Wanted, request: Request, services: Services) -> AsyncIterator[str]:
    """Server-sent events: comments while it waits, then the text line by line and as a whole; or what went wrong."""
    waiting = asyncio.ensure_future(services.waiters.over(job, request))
    try:
        while not waiting.done():
            await asyncio.wait([waiting], timeout=_PULSE_S)
            if not waiting.done():
                yield ": still here\n\n"
        over = waiting.result()
        for event in await services.turns.take(job.id, lambda: _told(over, wanted, services), request):
            yield _event(event)
    except Refused as error:
        yield _event(
            {"error": {"message": str(error), "type": "invalid_request_error", "param": error.param, "code": error.code}}
        )
    except PipelineError as error:
        yield _event({"error": {"message": str(error), "type": "server_error", "param": None, "code": type(error).__name__}})
    finally:
        waiting.cancel()
    yield "data: [DONE]\n\n"


def _event(data: dict[str, Any]) -> str:
    return f"data: {msgspec.json.encode(data).decode()}\n\n"


def _told(job: StoredJob, wanted: Wanted, services: Services) -> list[dict[str, Any]]:
    """The events of a finished job."""
    if job.error_type == "NothingHeard":
        return [spoken.done_event("", (), logprobs=wanted.logprobs)]
    _require_done(job)
    with services.edits.opened(job) as run:
        transcript, _ = _wanted(run.video, wanted)
        return spoken.events_of(transcript, diarized=wanted.format == "diarized_json", logprobs=wanted.logprobs)


def _require_done(job: StoredJob) -> None:
    if job.state != DONE:
        status = 400 if job.state == "failed" else 409
        raise Refused(job.error or f"the transcription was {job.state}", "file", job.error_type or job.state, status)


def _answer(job: StoredJob, wanted: Wanted, services: Services) -> Response:
    if job.error_type == "NothingHeard":
        return _nothing(job, wanted)
    _require_done(job)
    with services.edits.opened(job) as run:
        (transcript, subtitles), events = _wanted(run.video, wanted), run.video.events
        if wanted.format not in ("json", "verbose_json", "diarized_json", "text"):
            return PlainTextResponse(subtitles(wanted.format), media_type=_TYPES.get(wanted.format, "text/plain"))
    if wanted.format == "text":
        return PlainTextResponse(spoken.text_of(transcript) + "\n")
    answer = spoken.summary(transcript, events)
    if wanted.logprobs:
        answer["logprobs"] = spoken.logprobs_of(transcript.segments)
    if wanted.format == "verbose_json":
        answer |= spoken.details(transcript, words=wanted.words, segments=wanted.segments) | {"task": wanted.task}
    elif wanted.format == "diarized_json":
        answer |= spoken.by_speaker(transcript)
    return JSONResponse(answer)


def _wanted(video: Video, wanted: Wanted) -> tuple[Transcript, Callable[[str], str]]:
    """What is said, and its subtitles by name of a format: in English where that is asked for. Raises Refused."""
    if wanted.task != "translate":
        return video.transcript, video.subtitles
    english = in_english.of(video)
    transcript, subtitles = (english.transcript, english.subtitles) if english else (video.transcript, video.subtitles)
    _require_english(transcript.segments)
    return transcript, subtitles


def _require_english(segments: Any) -> None:
    other = next((segment.language for segment in segments if segment.language not in _ENGLISH), None)
    if other is not None:
        named = spoken.LANGUAGE_NAMES.get(other, str(other))
        raise Refused(f"this is spoken in {named}; this server has no translator, ask for a transcription", "file", "unsupported")


def _nothing(job: StoredJob, wanted: Wanted) -> Response:
    """A silent file is no error to these clients."""
    if wanted.format.endswith("json"):
        answer = spoken.silence(job.media_s or 0.0, verbose=wanted.format != "json")
        return JSONResponse(answer | ({"task": wanted.task} if "task" in answer else {}))
    text = "" if wanted.format == "text" else rendered(wanted.format, [], Appearance())
    return PlainTextResponse(text, media_type=_TYPES.get(wanted.format, "text/plain"))


def _moments(job: StoredJob, weights: dict[str, float], services: Services) -> Response:
    if job.error_type == "NothingHeard":
        return JSONResponse({"object": "highlights", "duration": job.media_s or 0.0, "clips": [], "explanation": job.error})
    _require_done(job)
    found = services.edits.rank(job, weights)
    return JSONResponse({"object": "highlights", "id": job.id, "duration": job.media_s, **found})
