"""JSON of speech recognisers (`.whisper.json`): Whisper, WhisperX, whisper.cpp, OpenAI's API, and lists like theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from video_pipeline.core.cue import Cue
from video_pipeline.core.transcript import Token, main_language
from video_pipeline.subtitles.formats.base import CONTROL, Appearance, Draft, Match, Report, Unreadable
from video_pipeline.subtitles.labels import labelled_lines
from video_pipeline.subtitles.read.languages import language_of_tag
from video_pipeline.subtitles.read.stamps import clock_of

_LISTS = ("segments", "transcription", "chunks", "results", "subtitles", "captions", "utterances", "data", "monologues")
_STARTS = ("start", "start_time", "startTime", "from", "begin", "start_ms", "startMs", "offset")
_ENDS = ("end", "end_time", "endTime", "to", "stop", "end_ms", "endMs")
_TEXTS = ("text", "transcript", "content", "sentence", "caption", "line")
_WORDS = ("word", "text", "punctuated_word", "token", "value")
_SPEAKERS = ("speaker", "speaker_id", "speaker_label")
Record = Mapping[str, Any]


class WhisperFormat:
    """Reads segments with their words, speakers and language. Times are seconds, clocks, or offsets in milliseconds."""

    suffixes = ("whisper.json",)
    resolution_ms = 1
    holds = frozenset(("overlap",))

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> str:
        shown = [cue for cue in cues if labelled_lines(cue, appearance.labels)]
        segments = [_segment(number, cue, appearance.labels) for number, cue in enumerate(shown)]
        text = " ".join(segment["text"].strip() for segment in segments)
        record = {"text": text, "segments": segments, "language": str(main_language(shown))}
        return appearance.mark + msgspec.json.format(msgspec.json.encode(record), indent=1).decode() + "\n"

    def match(self, text: str) -> Match:
        if text.lstrip()[:1] not in ("{", "["):
            return Match.NONE
        try:
            found = _segments(msgspec.json.decode(text.encode()))
        except msgspec.DecodeError:
            return Match.PATTERN if '"segments"' in text or '"transcription"' in text else Match.NONE
        return Match.SIGNATURE if any(_times(one)[0] is not None and _text(one) is not None for one in found) else Match.NONE

    def read(self, text: str, report: Report) -> list[Draft]:
        try:
            record = msgspec.json.decode(text.encode())
        except msgspec.DecodeError as error:
            raise Unreadable(f"its JSON cannot be parsed: {error}") from None
        if isinstance(record, dict):
            report.tag = str(record.get("language") or _inside(record, "result", "language") or "")
            report.language = language_of_tag(report.tag)
        drafts = []
        for number, segment in enumerate(_segments(record), 1):
            start_s, end_s = _times(segment)
            words = _text(segment)
            if start_s is None or words is None:
                report.add("segment without a time", number, str(words)[:40])
                continue
            draft = Draft(start_s, end_s, words.strip(), line=number)
            draft.tokens = _tokens(segment)
            name = next((segment[key] for key in _SPEAKERS if segment.get(key) not in (None, "")), None)
            draft.speaker = str(name) if name is not None else None
            drafts.append(draft)
        return drafts


def _segment(number: int, cue: Cue, labels: str) -> dict[str, Any]:
    text = " ".join(labelled_lines(cue, labels)).translate(CONTROL)
    words = [
        {
            "word": token.text.translate(CONTROL),
            "start": round(token.start_s, 3),
            "end": round(token.end_s, 3),
            "probability": round(token.confidence, 4),
        }
        for token in cue.tokens
    ]
    speaker = {"speaker": cue.speaker.translate(CONTROL)} if cue.speaker else {}
    times = {"start": round(cue.start_s, 3), "end": round(cue.end_s, 3)}
    return {"id": number, **times, "text": f" {text}", "words": words, **speaker}


def _segments(record: Any) -> list[Record]:
    """The list of segments in a document: it itself, or that under one of the usual names."""
    if isinstance(record, list):
        return [one for one in record if isinstance(one, dict)]
    if not isinstance(record, dict):
        return []
    for name in _LISTS:
        if isinstance(record.get(name), list) and record[name] and isinstance(record[name][0], dict):
            return _segments(record[name])
    for value in record.values():
        if isinstance(value, dict) and (found := _segments(value)):
            return found
    return []


def _text(segment: Record) -> str | None:
    return next((segment[key] for key in _TEXTS if isinstance(segment.get(key), str)), None)


def _times(segment: Record) -> tuple[float | None, float | None]:
    """Start and end of a segment or a word."""
    if isinstance(pair := segment.get("timestamp"), list) and len(pair) == 2:
        return _seconds("", pair[0]), _seconds("", pair[1])
    for within in ("offsets", "timestamps"):
        if isinstance(own := segment.get(within), dict):
            name = "_ms" if within == "offsets" else ""
            return _seconds(name, own.get("from")), _seconds(name, own.get("to"))
    start = next(((key, segment[key]) for key in _STARTS if key in segment), ("", None))
    end = next(((key, segment[key]) for key in _ENDS if key in segment), ("", None))
    if end[1] is None and (duration := _seconds("", segment.get("duration"))) is not None:
        start_s = _seconds(*start)
        return start_s, None if start_s is None else start_s + duration
    return _seconds(*start), _seconds(*end)


def _seconds(name: str, value: Any) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return float(value) / (1000 if name.lower().endswith("ms") else 1)
    if isinstance(value, str):
        try:
            return float(value.rstrip("s")) / (1000 if name.lower().endswith("ms") else 1)
        except ValueError:
            clock = clock_of(value)
            return clock.at(25.0) if clock else None
    return None


def _tokens(segment: Record) -> tuple[Token, ...]:
    """Words with their times. WhisperX leaves out the times of numbers: they take what is between their neighbours."""
    words = segment.get("words")
    rows = [word for word in words if isinstance(word, dict)] if isinstance(words, list) else []
    first_s, last_s = _times(segment)
    tokens: list[Token] = []
    for k, word in enumerate(rows):
        start_s, end_s = _times(word)
        if start_s is None:
            start_s = tokens[-1].end_s if tokens else first_s or 0.0
        if end_s is None:
            end_s = next((later for one in rows[k + 1 :] if (later := _times(one)[0]) is not None), last_s or start_s)
        text = next((word[key] for key in _WORDS if isinstance(word.get(key), str)), "")
        tokens.append(Token(start_s, max(start_s, end_s), text, _confidence(word)))
    whole = _text(segment) or ""
    if " " in whole.strip() and not any(token.text[:1].isspace() for token in tokens):
        tokens = [replace(token, text=f" {token.text}" if k else token.text) for k, token in enumerate(tokens)]
    return tuple(tokens) if "".join(token.text for token in tokens).split() == whole.split() else ()


def _confidence(word: Record) -> float:
    values = (word[key] for key in ("probability", "score", "confidence") if isinstance(word.get(key), int | float))
    return min(1.0, max(0.0, float(next(values, 1.0))))


def _inside(record: Record, *names: str) -> Any:
    value: Any = record
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value
