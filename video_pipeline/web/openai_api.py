"""`/v1`: transcriptions as OpenAI's clients ask for them, with emotions and sounds as fields of ours; highlights."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from video_pipeline.core.errors import PipelineError
from video_pipeline.speech.base import LANGUAGES
from video_pipeline.subtitles.files import rendered
from video_pipeline.subtitles.formats.base import Appearance
from video_pipeline.web import spoken
from video_pipeline.web.receiving import Upload
from video_pipeline.web.services import Services
from video_pipeline.web.store import DONE, StoredJob

MODELS = {"sensevoice": "sensevoice", "whisper": "whisper", "draft": "draft", "whisper-1": None}
"""Names that clients send, and the engine each gets; None: the one by which the video was heard, else the server's own."""
FORMATS = ("json", "verbose_json", "text", "srt", "vtt", "ass")
GRANULARITIES = ("segment", "word")
_TYPES = {"vtt": "text/vtt; charset=utf-8"}
_CREATED = 1719792000  # the month in which SenseVoice was published


@dataclass(eq=False)
class Refused(PipelineError):
    """A request that OpenAI's server would refuse, too: `param` is the field that is wrong."""

    reason: str
    param: str
    code: str = "invalid_value"
    status: int = 400

    @property
    def message(self) -> str:
        return self.reason


def router(services: Services) -> APIRouter:
    v1 = APIRouter(prefix="/v1")

    @v1.get("/models")
    def models() -> dict[str, Any]:
        return {"object": "list", "data": [_model(name) for name in MODELS]}

    @v1.get("/models/{name}")
    def model(name: str) -> dict[str, Any]:
        _require_model(name)
        return _model(name)

    @v1.post("/audio/transcriptions")
    async def transcriptions(request: Request) -> Response:
        async with services.intake.receive(request) as arrived:
            wanted = Wanted.of(arrived)
            job = await _admitted(arrived, services)
        job = await services.waiters.over(job, request)
        return await services.turns.take(job.id, lambda: _answer(job, wanted, services), request)

    @v1.post("/highlights")
    async def highlights(request: Request) -> Response:
        async with services.intake.receive(request) as arrived:
            weights = _weights(arrived)
            job = await _admitted(arrived, services)
        job = await services.waiters.over(job, request)
        return await services.turns.take(job.id, lambda: _moments(job, weights, services), request)

    return v1


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the answer is to look."""

    format: str
    words: bool
    segments: bool

    @classmethod
    def of(cls, upload: Upload) -> Wanted:
        """Raises Refused."""
        name = upload.value("response_format", "json") or "json"
        if name not in FORMATS:
            raise Refused(f"response_format {name[:40]!r} is not one of {', '.join(FORMATS)}", "response_format")
        grain = upload.values("timestamp_granularities")
        if wrong := [g for g in grain if g not in GRANULARITIES]:
            raise Refused(f"{wrong[0][:40]!r} is not one of {', '.join(GRANULARITIES)}", "timestamp_granularities")
        if grain and name != "verbose_json":
            raise Refused("timestamp_granularities need response_format verbose_json", "timestamp_granularities")
        return cls(name, "word" in grain, "segment" in grain or not grain)


def _asked(upload: Upload) -> dict[str, Any]:
    """A request as options. `prompt`, `temperature` and `stream` are taken and change nothing, as with whisper-1."""
    name = upload.value("model")
    if not name:
        raise Refused("you must provide a model", "model", "missing_required_parameter")
    _require_model(name)
    language = upload.value("language") or "auto"
    if language not in LANGUAGES:
        raise Refused(f"language {language[:40]!r} is not a language known here; send its code, such as en, or auto", "language")
    return {"engine": MODELS[name], "language": language}


def _require_model(name: str) -> None:
    if name not in MODELS:
        known = ", ".join(MODELS)
        raise Refused(f"the model {name[:60]!r} does not exist here; there are: {known}", "model", "model_not_found", 404)


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": _CREATED, "owned_by": "video_pipeline"}


async def _admitted(arrived: Upload, services: Services) -> StoredJob:
    job, _ = await asyncio.to_thread(services.admit, arrived, _asked(arrived), transient=True)
    return job


def _require_done(job: StoredJob) -> None:
    if job.state != DONE:
        status = 400 if job.state == "failed" else 409
        raise Refused(job.error or f"the transcription was {job.state}", "file", job.error_type or job.state, status)


def _answer(job: StoredJob, wanted: Wanted, services: Services) -> Response:
    if job.error_type == "NothingHeard":
        return _nothing(job, wanted)
    _require_done(job)
    with services.edits.opened(job) as run:
        transcript, events = run.video.transcript, run.video.events
        if wanted.format not in ("json", "verbose_json", "text"):
            return PlainTextResponse(run.video.subtitles(wanted.format), media_type=_TYPES.get(wanted.format, "text/plain"))
    if wanted.format == "text":
        return PlainTextResponse(spoken.text_of(transcript) + "\n")
    answer = spoken.summary(transcript, events)
    if wanted.format == "verbose_json":
        answer |= spoken.details(transcript, words=wanted.words, segments=wanted.segments)
    return JSONResponse(answer)


def _nothing(job: StoredJob, wanted: Wanted) -> Response:
    """A silent file is no error to these clients."""
    if wanted.format in ("json", "verbose_json"):
        return JSONResponse(spoken.silence(job.media_s or 0.0, verbose=wanted.format == "verbose_json"))
    text = "" if wanted.format == "text" else rendered(wanted.format, [], Appearance())
    return PlainTextResponse(text, media_type=_TYPES.get(wanted.format, "text/plain"))


def _weights(upload: Upload) -> dict[str, float]:
    try:
        return msgspec.json.decode(upload.value("weights", "{}") or "{}", type=dict[str, float])
    except msgspec.DecodeError as error:
        raise Refused(f"weights are a JSON object of numbers: {error}", "weights") from None


def _moments(job: StoredJob, weights: dict[str, float], services: Services) -> Response:
    if job.error_type == "NothingHeard":
        return JSONResponse({"object": "highlights", "duration": job.media_s or 0.0, "clips": [], "explanation": job.error})
    _require_done(job)
    found = services.edits.rank(job, weights)
    return JSONResponse({"object": "highlights", "id": job.id, "duration": job.media_s, **found})
