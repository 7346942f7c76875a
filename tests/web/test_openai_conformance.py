"""All that OpenAI's own client knows to ask of sound, held to the types that it declares for the answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, get_args

import httpx
import openai
import pytest
from openai.types import AudioModel, AudioResponseFormat
from openai.types.audio import TranscriptionStreamEvent, Translation

from tests.translate.endpoint import Endpoint
from tests.translate.endpoint import served as endpoint_served
from tests.web.real_server import RealServer, listening

PASSWORD = "correct horse"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, sample_transcript: Path) -> Iterator[RealServer]:
    said = {"speech.engine": "replay", "speech.transcript": str(sample_transcript)}
    with listening(tmp_path_factory.mktemp("conforming") / "out", user="ann", password=PASSWORD, overrides=said) as server:
        yield server


@pytest.fixture(scope="module")
def client(server: RealServer) -> openai.OpenAI:
    """One that takes no answer that is not as it was declared."""
    address = f"{server.address}/v1"
    return openai.OpenAI(base_url=address, api_key=PASSWORD, max_retries=0, timeout=120, _strict_response_validation=True)


def asked(client: openai.OpenAI, path: Path, **more: Any) -> Any:
    with path.open("rb") as file:
        return client.audio.transcriptions.create(**{"model": "whisper-1", "file": file, **more})


@pytest.mark.parametrize("model", [name for kind in get_args(AudioModel) for name in (get_args(kind) or [kind])])
def test_every_model_that_it_names_is_known(client: openai.OpenAI, sample: Path, model: str) -> None:
    assert asked(client, sample, model=model).text and client.models.retrieve(model).id == model


@pytest.mark.parametrize("name", get_args(AudioResponseFormat))
def test_every_format_is_answered_as_declared(client: openai.OpenAI, sample: Path, name: str) -> None:
    answer = asked(client, sample, response_format=name)
    assert "Good evening" in (answer if isinstance(answer, str) else answer.text)


@pytest.mark.parametrize("grain", [["word"], ["segment"], ["word", "segment"]])
def test_times(client: openai.OpenAI, sample: Path, grain: list[Any]) -> None:
    answer = asked(client, sample, response_format="verbose_json", timestamp_granularities=grain)
    assert bool(answer.words) == ("word" in grain) and bool(answer.segments) == ("segment" in grain)


@pytest.mark.parametrize(
    "more", [{}, {"include": ["logprobs"]}, {"response_format": "diarized_json"}, {"response_format": "text"}]
)
def test_streams(client: openai.OpenAI, sample: Path, more: dict[str, Any]) -> None:
    *parts, done = list(asked(client, sample, model="gpt-4o-transcribe", stream=True, **more))
    assert done.type == "transcript.text.done" and parts
    assert "".join(part.delta for part in parts if part.type == "transcript.text.delta") == done.text


def test_all_other_parameters_are_taken(client: openai.OpenAI, sample: Path) -> None:
    vad = {"type": "server_vad", "prefix_padding_ms": 200, "silence_duration_ms": 300, "threshold": 0.5}
    more = {"prompt": "a talk", "temperature": 0.2, "language": "en", "chunking_strategy": vad}
    assert asked(client, sample, **more).text
    assert asked(client, sample, known_speaker_names=["Ann"], known_speaker_references=["data:audio/wav;base64,AAAA"]).text


def test_the_asynchronous_client(server: RealServer, sample: Path) -> None:
    async def all_at_once() -> list[str]:
        async with openai.AsyncOpenAI(base_url=f"{server.address}/v1", api_key=PASSWORD, max_retries=0) as client:
            content = sample.read_bytes()
            plain = client.audio.transcriptions.create(model="whisper-1", file=("a.mp4", content))
            stream = await client.audio.transcriptions.create(model="whisper-1", file=("a.mp4", content), stream=True)
            texts = [event.text async for event in stream if event.type == "transcript.text.done"]
            return [(await plain).text, *texts]

    with ThreadPoolExecutor(1) as apart:  # a browser of other tests may keep an event loop in this thread
        one, other = apart.submit(asyncio.run, all_at_once()).result()
    assert one == other and one


def raised(call: Callable[[], Any]) -> openai.APIStatusError:
    with pytest.raises(openai.APIStatusError) as error:
        call()
    return error.value


def test_errors_are_of_its_classes(client: openai.OpenAI, server: RealServer, sample: Path, tmp_path: Path) -> None:
    assert type(raised(lambda: asked(client, sample, response_format="xml"))) is openai.BadRequestError
    assert type(raised(lambda: client.with_options(api_key="wrong").models.list())) is openai.AuthenticationError
    assert type(raised(lambda: client.models.retrieve("gpt-9"))) is openai.NotFoundError
    foreign = client.with_options(default_headers={"Origin": "http://evil.example"})
    assert type(raised(lambda: asked(foreign, sample))) is openai.PermissionDeniedError
    nothing = tmp_path / "a.mp4"
    nothing.write_bytes(b"")
    assert raised(lambda: asked(client, nothing)).status_code in (400, 415)
    with pytest.raises(openai.APIConnectionError):
        openai.OpenAI(base_url="http://127.0.0.1:9/v1", api_key="x", max_retries=0).models.list()


def test_it_tries_again_when_told_to_come_later(server: RealServer, sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from video_pipeline.web.errors import TooBusy

    tries: list[int] = []
    admit = server.services.admit

    def busy_at_first(*arguments: Any, **more: Any) -> Any:
        tries.append(1)
        if len(tries) < 3:
            raise TooBusy("all places are taken")
        return admit(*arguments, **more)

    monkeypatch.setattr(server.services, "admit", busy_at_first)
    patient = openai.OpenAI(base_url=f"{server.address}/v1", api_key=PASSWORD, max_retries=3)
    assert asked(patient, sample).text and len(tries) == 3
    tries.clear()
    assert type(raised(lambda: asked(patient.with_options(max_retries=0), sample))) is openai.RateLimitError


@pytest.mark.parametrize("name", ["json", "text", "srt", "verbose_json", "vtt"])
def test_translations(client: openai.OpenAI, sample: Path, name: Any) -> None:
    with sample.open("rb") as file:
        answer: Any = client.audio.translations.create(model="whisper-1", file=file, response_format=name)
    assert "Good evening" in (answer if isinstance(answer, str) else answer.text)


def test_translations_can_be_streamed_too(tmp_path: Path, tone: Callable[[int], Path]) -> None:
    """Its method has no parameter for that, its `post` has."""
    token = {"start_s": 0.1, "end_s": 0.9, "text": "大家晚上好。"}
    segment = {**token, "tokens": [token], "language": "zh"}
    stored = tmp_path / "transcript.json"
    about = {"media": {"name": "x.wav", "duration_s": 1.0}, "engine": {"name": "draft"}}
    stored.write_text(json.dumps({**about, "segments": [segment]}))
    said = {"speech.engine": "replay", "speech.transcript": str(stored), "speech.other_video": True}
    with (
        endpoint_served(Endpoint()) as endpoint,
        listening(tmp_path / "out", overrides={**said, "translation.url": endpoint.url}) as server,
    ):
        client = openai.OpenAI(base_url=f"{server.address}/v1", api_key="x", max_retries=0)
        events: Any = client.post(
            "/audio/translations",
            cast_to=Translation,
            body={"model": "whisper-1", "stream": True},
            files={"file": ("a.wav", tone(3).read_bytes())},
            options={"headers": {"Content-Type": "multipart/form-data"}},
            stream=True,
            stream_cls=openai.Stream[TranscriptionStreamEvent],
        )
        *parts, done = list(events)
    assert done.text.isascii() and len(done.text.split()) > 1
    assert "".join(part.delta for part in parts) == done.text


def test_a_translation_that_cannot_be_is_told_in_the_stream(tmp_path: Path, tone: Callable[[int], Path]) -> None:
    token = {"start_s": 0.1, "end_s": 0.9, "text": "大家晚上好。"}
    stored = tmp_path / "transcript.json"
    about = {"media": {"name": "x.wav", "duration_s": 1.0}, "engine": {"name": "draft"}}
    stored.write_text(json.dumps({**about, "segments": [{**token, "tokens": [token], "language": "zh"}]}))
    said = {"speech.engine": "replay", "speech.transcript": str(stored), "speech.other_video": True}
    with listening(tmp_path / "out", overrides=said) as server:
        files, form = {"file": ("a.wav", tone(3).read_bytes())}, {"model": "whisper-1", "stream": "true"}
        text = httpx.post(f"{server.address}/v1/audio/translations", files=files, data=form, timeout=60).text
    assert "no translator" in text and text.rstrip().endswith("data: [DONE]")
