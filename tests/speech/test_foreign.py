"""Transcripts of other tools play like our own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from video_pipeline.core.errors import BadRecord
from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import Segment
from video_pipeline.speech.base import SpeechOptions
from video_pipeline.speech.replay import FACTORY

WHISPER = {
    "text": " Good evening. How are you?",
    "language": "en",
    "segments": [
        {
            "id": 0,
            "start": 0.5,
            "end": 2.0,
            "text": " Good evening.",
            "words": [
                {"word": " Good", "start": 0.5, "end": 0.9, "probability": 0.8},
                {"word": " evening.", "start": 0.9, "end": 1.7, "probability": 0.9},
            ],
        },
        {"id": 1, "start": 2.5, "end": 3.5, "text": " How are you?"},
    ],
}
WHISPERX = {
    "segments": [
        {
            "start": 1.0,
            "end": 4.0,
            "text": "It costs 12 dollars.",
            "speaker": "SPEAKER_01",
            "words": [
                {"word": "It", "start": 1.0, "end": 1.2, "score": 0.9},
                {"word": "costs", "start": 1.3, "end": 1.8, "score": 0.7},
                {"word": "12"},
                {"word": "dollars.", "start": 2.6, "end": 3.4, "score": 0.6},
            ],
        }
    ],
    "word_segments": [],
    "language": "de",
}
OPENAI = {
    "task": "transcribe",
    "language": "english",
    "duration": 3.0,
    "text": "Hello there, friend.",
    "segments": [{"id": 0, "start": 0.0, "end": 2.0, "text": " Hello there, friend.", "avg_logprob": -0.2}],
    "words": [
        {"word": "Hello", "start": 0.1, "end": 0.5},
        {"word": "there", "start": 0.5, "end": 0.8},
        {"word": "friend", "start": 1.0, "end": 1.6},
    ],
}
WHISPER_CPP = {
    "result": {"language": "ja"},
    "transcription": [
        {
            "timestamps": {"from": "00:00:00,000", "to": "00:00:02,000"},
            "offsets": {"from": 0, "to": 2000},
            "text": "今日は。",
            "tokens": [
                {"text": "[_BEG_]", "offsets": {"from": 0, "to": 0}, "p": 0.9},
                {"text": "今日", "offsets": {"from": 100, "to": 900}, "p": 0.6},
                {"text": "は", "offsets": {"from": 900, "to": 1300}, "p": 0.8},
                {"text": "。", "offsets": {"from": 1300, "to": 1400}, "p": 0.7},
            ],
        }
    ],
}


def played(content: Any, folder: Path) -> list[Segment]:
    path = folder / "other.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    engine = FACTORY.open(SpeechOptions(engine="replay", transcript=str(path)))
    return [heard.segment for heard in engine.transcribe([]) if heard.segment]


@pytest.mark.parametrize("content", [WHISPER, WHISPERX, OPENAI, WHISPER_CPP, {"words": OPENAI["words"], "language": "english"}])
def test_the_words_are_the_text_and_lie_in_order(content: Any, tmp_path: Path) -> None:
    segments = played(content, tmp_path)
    assert segments
    for segment in segments:
        edges = [segment.start_s, *(edge for token in segment.tokens for edge in (token.start_s, token.end_s)), segment.end_s]
        assert edges == sorted(edges)
        if segment.tokens:
            assert "".join(token.text for token in segment.tokens).strip() == segment.text


def test_whisper(tmp_path: Path) -> None:
    first, second = played(WHISPER, tmp_path)
    assert (first.text, first.end_s, first.language) == ("Good evening.", 1.7, Language.EN)
    assert [token.confidence for token in first.tokens] == [0.8, 0.9]
    assert (second.tokens, second.text) == ((), "How are you?")


def test_whisperx_speakers_and_words_without_times(tmp_path: Path) -> None:
    (segment,) = played(WHISPERX, tmp_path)
    assert (segment.speaker, segment.language) == ("SPEAKER_01", Language.DE)
    assert [(token.text, token.start_s, token.end_s) for token in segment.tokens[2:]] == [
        (" 12", 1.8, 2.6),
        (" dollars.", 2.6, 3.4),
    ]


def test_openai_words_beside_the_segments_get_the_marks_of_the_text(tmp_path: Path) -> None:
    (segment,) = played(OPENAI, tmp_path)
    assert [token.text for token in segment.tokens] == ["Hello", " there,", " friend."]
    assert segment.language is Language.EN


def test_whisper_cpp_pieces_become_characters(tmp_path: Path) -> None:
    (segment,) = played(WHISPER_CPP, tmp_path)
    assert [(token.text, token.start_s) for token in segment.tokens] == [("今", 0.1), ("日", 0.5), ("は。", 0.9)]
    assert segment.language is Language.JA


@pytest.mark.parametrize(
    "content", [{"segments": [{"text": "no times"}]}, {"segments": 3}, {"x": 1}, [], {"transcription": [{}]}]
)
def test_other_json_is_refused_with_the_forms_that_are_read(content: Any, tmp_path: Path) -> None:
    with pytest.raises(BadRecord):
        played(content, tmp_path)
