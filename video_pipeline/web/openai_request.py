"""A request as OpenAI's clients send it: what the answer is to look like, and the options that it stands for."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import msgspec

from video_pipeline.core.errors import PipelineError
from video_pipeline.speech.base import LANGUAGES
from video_pipeline.web.receiving import Upload
from video_pipeline.web.spoken import LANGUAGE_NAMES

MODELS = {"sensevoice": "sensevoice", "whisper": "whisper", "draft": "draft", "whisper-1": None}
"""Names that are listed, and the engine each gets; None: the server's own."""
ALIASES = frozenset(
    {
        "gpt-transcribe",
        "gpt-4o-transcribe",
        "gpt-4o-mini-transcribe",
        "gpt-4o-mini-transcribe-2025-12-15",
        "gpt-4o-transcribe-diarize",
    }
)
"""Names of OpenAI's other models, by which clients ask out of habit: they get the server's own engine, as do those of Whisper."""
_WHISPER = re.compile(r"(.*/)?(faster-|distil-)?whisper-(tiny|base|small|medium|large)([.-]en)?(-v[123](\.\d)?)?(-turbo)?")
FORMATS = ("json", "verbose_json", "diarized_json", "text", "srt", "vtt", "ass")
GRANULARITIES = ("segment", "word")
INCLUDES = ("logprobs",)
_OTHER_NAMES = {"mandarin": "zh", "castilian": "es"}
_YES = ("true", "1", "True")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How the answer is to look."""

    format: str
    words: bool
    segments: bool
    logprobs: bool
    stream: bool
    task: str = "transcribe"

    @classmethod
    def of(cls, upload: Upload, task: str = "transcribe") -> Wanted:
        """Raises Refused."""
        name = upload.value("response_format", "json") or "json"
        _require_one(name, FORMATS, "response_format")
        grain, include = upload.values("timestamp_granularities"), upload.values("include")
        for one in grain:
            _require_one(one, GRANULARITIES, "timestamp_granularities")
        for one in include:
            _require_one(one, INCLUDES, "include")
        if grain and name != "verbose_json":
            raise Refused("timestamp_granularities need response_format verbose_json", "timestamp_granularities")
        if include and name != "json":
            raise Refused("include needs response_format json", "include")
        _require_temperature(upload.value("temperature"))
        stream = upload.value("stream") in _YES
        if stream and name not in ("json", "text", "diarized_json"):
            raise Refused(f"response_format {name} cannot be streamed", "stream")
        segments = "segment" in grain or not grain
        return cls(
            format=name, words="word" in grain, segments=segments, logprobs="logprobs" in include, stream=stream, task=task
        )


def asked(upload: Upload) -> dict[str, Any]:
    """The options that a request stands for; `prompt`, `temperature` and the like are looked at and change nothing."""
    name = upload.value("model")
    if not name:
        raise Refused("you must provide a model", "model", "missing_required_parameter")
    return {"engine": engine_of(name), "language": _language(upload.value("language"))}


def engine_of(name: str) -> str | None:
    """The engine that a model gets; None for the server's own. Raises Refused."""
    if name in MODELS:
        return MODELS[name]
    if name in ALIASES or _WHISPER.fullmatch(name.casefold()):
        return None
    known = ", ".join(MODELS)
    raise Refused(f"the model {name[:60]!r} does not exist here; there are: {known}", "model", "model_not_found", 404)


def weights_of(upload: Upload) -> dict[str, float]:
    """Weights of highlights. Raises Refused."""
    try:
        return msgspec.json.decode(upload.value("weights", "{}") or "{}", type=dict[str, float])
    except (ValueError, RecursionError) as error:
        raise Refused(f"weights are a JSON object of numbers: {error}", "weights") from None


def _language(name: str) -> str:
    """A code (`en`), a tag (`en-GB`, `zh_Hant`) or a name (`english`), as the clients of others send them."""
    if not name:
        return "auto"
    plain = name.strip().casefold()
    named = {long: str(code) for code, long in LANGUAGE_NAMES.items()} | _OTHER_NAMES
    code = named.get(plain, plain.replace("_", "-").partition("-")[0])
    if code not in LANGUAGES:
        raise Refused(f"language {name[:40]!r} is not a language known here; send its code, such as en, or auto", "language")
    return code


def _require_one(value: str, known: tuple[str, ...], param: str) -> None:
    if value not in known:
        raise Refused(f"{param} {value[:40]!r} is not one of {', '.join(known)}", param)


def _require_temperature(text: str) -> None:
    try:
        number = float(text or 0)
    except ValueError:
        number = math.nan
    if not 0 <= number <= 1:
        raise Refused("temperature is a number from 0 to 1", "temperature")
