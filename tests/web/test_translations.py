"""`/v1/audio/translations` on a server that has a translator."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.translate.endpoint import Endpoint
from tests.translate.endpoint import served as endpoint_served
from tests.web.conftest import served


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
