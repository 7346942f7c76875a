"""JSON for programs (`.json`): each cue with its text and everything that is known about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import Emotion, Language
from video_pipeline.core.timecode import to_ms
from video_pipeline.core.transcript import Token
from video_pipeline.subtitles.formats.base import CONTROL, Appearance, Draft, Match, Report, Unreadable
from video_pipeline.subtitles.labels import labelled_lines, prefix

_SCHEMA_VERSION = 1


class JsonFormat:
    """`{"schema_version", "title", "cues": [{"start_ms", "end_ms", "lines", ...}]}`.

    `lines` contain no labels; `label` is what precedes the first line. What is unknown about a cue is left out.
    """

    suffixes = ("json",)
    holds = frozenset(("overlap",))
    resolution_ms = 1

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> str:
        shown = [_record(cue, appearance.labels) for cue in cues if labelled_lines(cue, appearance.labels)]
        note = {"note": appearance.note.translate(CONTROL)} if appearance.note else {}
        record = {"schema_version": _SCHEMA_VERSION, "title": appearance.title.translate(CONTROL), **note, "cues": shown}
        return appearance.mark + msgspec.json.format(msgspec.json.encode(record), indent=1).decode() + "\n"

    def match(self, text: str) -> Match:
        return Match.SIGNATURE if text.lstrip().startswith("{") and '"cues"' in text else Match.NONE

    def read(self, text: str, report: Report) -> list[Draft]:
        try:
            file = msgspec.json.decode(text.encode(), type=_ReadFile)
        except msgspec.DecodeError as error:
            raise Unreadable(f"its JSON does not describe subtitles: {error}") from None
        return [_draft(cue, number) for number, cue in enumerate(file.cues, 1)]


def _record(cue: Cue, labels: str) -> dict[str, Any]:
    known = {
        "language": cue.language,
        "emotion": cue.emotion,
        "starts_emotion": cue.starts_emotion,
        "sound": cue.sound,
        "speaker": (cue.speaker or "").translate(CONTROL),
        "label": prefix(cue, labels).strip(),
        "tokens": [_token(token) for token in cue.tokens],
    }
    times = {"start_ms": to_ms(cue.start_s), "end_ms": to_ms(cue.end_s), "lines": [line.translate(CONTROL) for line in cue.lines]}
    return times | {name: value for name, value in known.items() if value}


def _token(token: Token) -> dict[str, Any]:
    return {
        "start_ms": to_ms(token.start_s),
        "end_ms": to_ms(token.end_s),
        "text": token.text.translate(CONTROL),
        "confidence": round(token.confidence, 4),
    }


class _ReadToken(msgspec.Struct):
    start_ms: int
    end_ms: int
    text: str
    confidence: float = 1.0


class _ReadCue(msgspec.Struct, kw_only=True):
    start_ms: int
    end_ms: int
    lines: list[str] = []
    language: Language = Language.UNKNOWN
    emotion: Emotion | None = None
    speaker: str | None = None
    label: str = ""
    tokens: list[_ReadToken] = []


class _ReadFile(msgspec.Struct):
    cues: list[_ReadCue]


def _draft(cue: _ReadCue, number: int) -> Draft:
    """The cue with its number in place of a line number: the layout of JSON over lines means nothing."""
    text = "\n".join(cue.lines)
    return Draft(
        cue.start_ms / 1000,
        cue.end_ms / 1000,
        f"{cue.label} {text}".strip() if cue.label else text,
        line=number,
        speaker=cue.speaker,
        emotion=cue.emotion,
        language=cue.language,
        tokens=tuple(
            Token(token.start_ms / 1000, max(token.start_ms, token.end_ms) / 1000, token.text, token.confidence)
            for token in cue.tokens
        ),
    )
