"""This program's own JSON (see `subtitles/json_cues.py`): nothing is lost on the way."""

from __future__ import annotations

import msgspec

from video_pipeline.core.labels import Emotion, Language
from video_pipeline.core.transcript import Token
from video_pipeline.subtitles.read.base import Draft, Report, Unreadable


class _Word(msgspec.Struct):
    start_ms: int
    end_ms: int
    text: str
    confidence: float = 1.0


class _Record(msgspec.Struct):
    start_ms: int
    end_ms: int
    lines: list[str] = []
    language: Language = Language.UNKNOWN
    emotion: Emotion | None = None
    speaker: str | None = None
    label: str = ""
    tokens: list[_Word] = []


class _File(msgspec.Struct):
    cues: list[_Record]


class JsonReader:
    """`{"cues": [{"start_ms", "end_ms", "lines", ...}]}`."""

    def owns(self, text: str) -> bool:
        return text.lstrip().startswith("{") and '"cues"' in text

    def read(self, text: str, report: Report) -> list[Draft]:
        try:
            record = msgspec.json.decode(text.encode(), type=_File)
        except msgspec.DecodeError as error:
            raise Unreadable(f"its JSON is not one of subtitles: {error}") from None
        return [_draft(cue, number) for number, cue in enumerate(record.cues, 1)]


def _draft(cue: _Record, number: int) -> Draft:
    tokens = tuple(
        Token(word.start_ms / 1000, max(word.start_ms, word.end_ms) / 1000, word.text, word.confidence) for word in cue.tokens
    )
    text = "\n".join(cue.lines)
    text = f"{cue.label} {text}".strip() if cue.label else text
    return Draft(cue.start_ms / 1000, cue.end_ms / 1000, text, number, cue.speaker, cue.emotion, cue.language, tokens)
