"""OpenAI's own client against a real server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pysrt
import pysubs2
import pytest
import uvicorn
import webvtt

from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import Segment, Token
from video_pipeline.web.app import create_app
from video_pipeline.web.settings import ServerOptions
from video_pipeline.web.spoken import words_of

PASSWORD = "correct horse"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, sample_transcript: Path) -> Iterator[openai.OpenAI]:
    said = {"speech.engine": "replay", "speech.transcript": str(sample_transcript)}
    options = ServerOptions(tmp_path_factory.mktemp("openai") / "out", user="ann", password=PASSWORD, overrides=said)
    server = uvicorn.Server(uvicorn.Config(create_app(options, page=False), port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
    port = server.servers[0].sockets[0].getsockname()[1]
    yield openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key=PASSWORD, max_retries=0, timeout=120)
    server.should_exit = True
    thread.join()


def asked(client: openai.OpenAI, path: Path, **more: Any) -> Any:
    with path.open("rb") as file:
        return client.audio.transcriptions.create(**{"model": "whisper-1", "file": file, **more})


def test_models(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["sensevoice", "whisper", "draft", "whisper-1"]
    assert client.models.retrieve("draft").id == "draft"
    with pytest.raises(openai.NotFoundError, match="whisper-9"):
        client.models.retrieve("whisper-9")


def test_json(client: openai.OpenAI, sample: Path) -> None:
    answer = asked(client, sample)
    assert answer.text.startswith("Good evening, and welcome to our little show. Tonight")
    extra = answer.model_extra
    assert {event["label"] for event in extra["events"]} >= {"laughter"} and extra["language"] == "english"
    assert extra["emotion"]


def test_verbose_json_with_words_and_segments(client: openai.OpenAI, sample: Path) -> None:
    answer = asked(client, sample, response_format="verbose_json", timestamp_granularities=["word", "segment"])
    assert answer.language == "english" and float(answer.duration) == pytest.approx(59.8, abs=0.5)
    assert " ".join(segment.text for segment in answer.segments) == answer.text
    assert " ".join(word.word for word in answer.words) == answer.text
    for spans in (answer.words, answer.segments):
        assert all(span.start <= span.end for span in spans)
        assert [span.start for span in spans] == sorted(span.start for span in spans)
    felt = {segment.model_extra["emotion"] for segment in answer.segments}
    assert {"happy", "angry", "sad"} <= felt
    assert answer.model_extra["events"][0]["start"] >= 0


@pytest.mark.parametrize(
    ("grain", "words", "segments"), [(["word"], True, False), (["segment"], False, True), (None, False, True)]
)
def test_only_what_was_asked_for(client: openai.OpenAI, sample: Path, grain: Any, words: bool, segments: bool) -> None:
    more = {"timestamp_granularities": grain} if grain else {}
    answer = asked(client, sample, response_format="verbose_json", **more)
    assert (bool(answer.words), bool(answer.segments)) == (words, segments)


def test_subtitle_formats(client: openai.OpenAI, sample: Path, tmp_path: Path) -> None:
    srt = asked(client, sample, response_format="srt")
    assert len(pysrt.from_string(srt)) > 5 and "[laughter]" in srt
    vtt = tmp_path / "a.vtt"
    vtt.write_text(asked(client, sample, response_format="vtt"))
    assert len(webvtt.read(str(vtt)).captions) > 5
    ass = asked(client, sample, response_format="ass")
    assert len(pysubs2.SSAFile.from_string(ass, format_="ass").events) > 5
    assert asked(client, sample, response_format="text").startswith("Good evening")


def test_silence_is_an_empty_answer(client: openai.OpenAI, media: Any, tmp_path: Path) -> None:
    assert asked(client, media("silent"), model="draft").text == ""
    assert asked(client, media("silent"), model="draft", response_format="verbose_json").segments == []
    assert asked(client, media("silent"), model="draft", response_format="srt") == ""


@pytest.mark.parametrize(
    ("more", "param", "words"),
    [
        ({"response_format": "xml"}, "response_format", "xml"),
        ({"timestamp_granularities": ["word"]}, "timestamp_granularities", "verbose_json"),
        ({"response_format": "verbose_json", "timestamp_granularities": ["line"]}, "timestamp_granularities", "line"),
        ({"language": "tlh"}, "language", "tlh"),
    ],
)
def test_a_wrong_request_is_told_in_openais_shape(
    client: openai.OpenAI, sample: Path, more: dict[str, Any], param: str, words: str
) -> None:
    with pytest.raises(openai.BadRequestError) as error:
        asked(client, sample, **more)
    assert error.value.param == param and words in error.value.message
    assert error.value.type == "invalid_request_error"


def test_an_unknown_model_is_named(client: openai.OpenAI, sample: Path) -> None:
    with pytest.raises(openai.NotFoundError) as error:
        asked(client, sample, model="gpt-9-transcribe")
    assert error.value.code == "model_not_found" and error.value.param == "model"
    assert "gpt-9-transcribe" in error.value.message and "whisper-1" in error.value.message


def test_no_media_is_told_in_openais_shape(client: openai.OpenAI, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_text("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttp://127.0.0.1:9/x.m3u8\n")
    with pytest.raises(openai.APIStatusError) as error:
        asked(client, path)
    assert error.value.status_code == 415 and "playlist" in error.value.message


def test_a_wrong_key_is_told_in_openais_shape(client: openai.OpenAI) -> None:
    with pytest.raises(openai.AuthenticationError):
        client.with_options(api_key="wrong").models.list()


ALIASES = ("gpt-4o-transcribe", "gpt-4o-mini-transcribe", "gpt-transcribe", "Systran/faster-whisper-large-v3", "whisper-large-v3")


@pytest.mark.parametrize("model", ALIASES)
def test_names_that_clients_use_elsewhere_are_taken(client: openai.OpenAI, sample: Path, model: str) -> None:
    assert asked(client, sample, model=model).text.startswith("Good evening")
    assert client.models.retrieve(model).id == model


@pytest.mark.parametrize("language", ["en", "en-GB", "en_US", "english", "English", "EN"])
def test_languages_by_code_tag_or_name(client: openai.OpenAI, sample: Path, language: str) -> None:
    assert asked(client, sample, language=language).text.startswith("Good evening")


@pytest.mark.parametrize("model", ["whisper-1", "gpt-4o-transcribe"])
def test_a_stream_tells_the_text_line_by_line_and_as_a_whole(client: openai.OpenAI, sample: Path, model: str) -> None:
    events = list(asked(client, sample, model=model, stream=True, include=["logprobs"]))
    *deltas, done = events
    assert {event.type for event in deltas} == {"transcript.text.delta"} and done.type == "transcript.text.done"
    assert len(deltas) > 5 and "".join(event.delta for event in deltas) == done.text
    assert done.text == asked(client, sample).text
    assert all(one.logprob <= 0 for one in done.logprobs) and done.logprobs


def test_a_stream_says_what_went_wrong(client: openai.OpenAI, media: Any, tone: Any) -> None:
    with pytest.raises(openai.APIError):
        list(asked(client, tone(7), model="sensevoice", stream=True))
    assert [event.text for event in asked(client, media("silent"), model="draft", stream=True)] == [""]


def test_a_stream_by_speakers(client: openai.OpenAI, sample: Path) -> None:
    events = list(asked(client, sample, model="gpt-4o-transcribe-diarize", stream=True, response_format="diarized_json"))
    spoken = [event for event in events if event.type == "transcript.text.segment"]
    assert len(spoken) > 5 and all(event.speaker for event in spoken)


def test_an_answer_by_speakers(client: openai.OpenAI, sample: Path) -> None:
    answer = asked(client, sample, model="gpt-4o-transcribe-diarize", response_format="diarized_json", chunking_strategy="auto")
    assert (
        answer.task == "transcribe" and answer.duration and {row.type for row in answer.segments} == {"transcript.text.segment"}
    )
    assert " ".join(row.text for row in answer.segments) == answer.text


def test_confidence_by_token(client: openai.OpenAI, sample: Path) -> None:
    answer = asked(client, sample, include=["logprobs"])
    assert answer.logprobs and all(one.logprob <= 0 for one in answer.logprobs)
    assert asked(client, sample).logprobs is None


@pytest.mark.parametrize("temperature", [9, -1, 1.01, "warm"])
def test_limits_are_checked(client: openai.OpenAI, sample: Path, temperature: Any) -> None:
    with pytest.raises(openai.BadRequestError) as error:
        asked(client, sample, temperature=temperature)
    assert error.value.param == "temperature"


def test_what_is_english_needs_no_translation(client: openai.OpenAI, sample: Path) -> None:
    with sample.open("rb") as file:
        answer = client.audio.translations.create(model="whisper-1", file=file, response_format="verbose_json")
    assert answer.text.startswith("Good evening") and answer.language == "english"


WRONG = [("GET", "nothing"), ("GET", "models/gpt-9"), ("POST", "models"), ("POST", "chat/completions"), ("GET", "")]


@pytest.mark.parametrize(("method", "path"), WRONG)
def test_every_error_has_openais_shape(client: openai.OpenAI, method: str, path: str) -> None:
    headers = {"Authorization": f"Bearer {PASSWORD}"}
    answer = httpx.request(method, f"{str(client.base_url).rstrip('/')}/{path}", headers=headers, follow_redirects=True)
    assert answer.status_code in (404, 405) and answer.json()["error"]["message"]


def test_highlights(client: openai.OpenAI, sample: Path) -> None:
    with sample.open("rb") as file:
        form: dict[str, Any] = {"body": {"model": "whisper-1", "weights": '{"laughter": 2}'}, "files": {"file": file}}
        headers = {"Content-Type": "multipart/form-data"}
        answer: Any = client.post("/highlights", cast_to=object, options={"headers": headers}, **form)
    assert answer["object"] == "highlights" and answer["explanation"]
    clip = answer["clips"][0]
    assert sum(reason["contribution"] for reason in clip["reasons"]) == pytest.approx(clip["score"], abs=0.01)


@pytest.mark.parametrize(
    ("language", "texts", "words"),
    [
        (Language.EN, ["Hel", "lo", " wor", "ld", "."], ["Hello", "world."]),
        (Language.ZH, ["你", "好"], ["你", "好"]),
        (Language.KO, ["안녕", " 하세요"], ["안녕", "하세요"]),
        (Language.EN, [" ", "a", " "], ["a"]),
        (Language.EN, [], []),
    ],
)
def test_tokens_become_words(language: Language, texts: list[str], words: list[str]) -> None:
    tokens = tuple(Token(number, number + 0.5, text) for number, text in enumerate(texts))
    found = list(words_of(Segment(0.0, 10.0, "".join(texts), tokens=tokens, language=language)))
    assert [row["word"] for row in found] == words
    assert all(row["start"] < row["end"] for row in found)
