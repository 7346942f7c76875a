"""`/v1/audio/translations` on a server that has a translator."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.translate.endpoint import Endpoint
from tests.translate.endpoint import served as endpoint_served
from tests.web.conftest import over, served, upload


def test_other_languages_come_back_in_english(tmp_path: Path, tone: Callable[[int], Path]) -> None:
    token = {"start_s": 0.1, "end_s": 0.9, "text": "大家晚上好。"}
    segment = {"start_s": 0.1, "end_s": 0.9, "text": "大家晚上好。", "tokens": [token], "language": "zh"}
    stored = tmp_path / "transcript.json"
    media, engine = {"name": "x.wav", "duration_s": 1.0}, {"name": "draft"}
    stored.write_text(json.dumps({"media": media, "engine": engine, "segments": [segment]}))
    said = {"speech.engine": "replay", "speech.transcript": str(stored), "speech.other_video": True}
    with (
        endpoint_served(Endpoint()) as endpoint,
        served(tmp_path / "out", overrides={**said, "translation.url": endpoint.url}) as client,
    ):

        def asked(response_format: str) -> str:
            files = {"file": ("a.wav", tone(3).read_bytes())}
            answer = client.post(
                "/v1/audio/translations", files=files, data={"model": "whisper-1", "response_format": response_format}
            )
            assert answer.status_code == 200, answer.text
            return answer.text

        text = asked("text").strip()
        assert text.isascii() and len(text.split()) > 1
        whole = json.loads(asked("verbose_json"))
        assert whole["task"] == "translate" and whole["language"] == "english" and whole["text"] == text
        assert "".join(asked("srt").split()).count("-->") == 1


def test_a_request_cannot_choose_where_text_is_sent(tmp_path: Path, tone: Callable[[int], Path]) -> None:
    with served(tmp_path / "out") as client:
        options = json.dumps({"translate": ["en"], "translator_url": "http://127.0.0.1:1/v1"})
        files = {"file": ("a.wav", tone(3).read_bytes())}
        answer = client.post("/api/jobs", files=files, data={"options": options})
        assert answer.status_code in (400, 422) and "translation.url" in answer.text


def test_a_sentence_is_edited_and_translated_again(sample: Path, sample_transcript: Path, tmp_path: Path) -> None:
    said = {"speech.engine": "replay", "speech.transcript": str(sample_transcript)}
    with (
        endpoint_served(Endpoint(language="ja")) as endpoint,
        served(tmp_path / "out", overrides={**said, "translation.url": endpoint.url}) as client,
    ):
        job = over(client, upload(client, sample, translate=["ja"])["id"])
        assert job["state"] == "done", job
        place = f"/api/jobs/{job['id']}/translations"
        edited = client.post(place, json={"language": "ja", "number": 2, "text": "短い文です。"})
        assert edited.status_code == 200 and edited.json()["languages"]["texts"]["ja"][2] == "短い文です。"
        asked = len(endpoint.requests)
        again = client.post(place, json={"language": "ja", "number": 2, "again": True})
        assert again.json()["languages"]["texts"]["ja"][2] != "短い文です。" and len(endpoint.requests) > asked
        assert client.post(place, json={"language": "de", "number": 2, "text": "x"}).status_code == 400
        assert client.post(place, json={"language": "ja", "number": 99, "text": "x"}).status_code == 400
