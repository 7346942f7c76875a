"""A transcript in the fields of OpenAI's answers."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from video_pipeline.core.labels import Emotion, Language
from video_pipeline.core.languages import NAMES
from video_pipeline.core.transcript import AudioEvent, Segment, Transcript
from video_pipeline.subtitles.rules import SPACELESS

LANGUAGE_NAMES = {language: names.english.lower() for language, names in NAMES.items()}
"""As OpenAI's answers write them: "english"."""


def text_of(transcript: Transcript, count: int | None = None) -> str:
    """All that was said, or the first lines of it, in one line, with spaces where the language has them."""
    text, close = "", True
    for segment in transcript.segments[:count]:
        spaceless = segment.language in SPACELESS
        text += ("" if (close and spaceless) or not text else " ") + segment.text.strip()
        close = spaceless
    return text


def summary(transcript: Transcript, events: Sequence[AudioEvent]) -> dict[str, Any]:
    """What every JSON answer has; `language` and all after it go beyond OpenAI's short form."""
    duration_s = transcript.media.duration_s
    return {
        "text": text_of(transcript),
        "usage": {"type": "duration", "seconds": math.ceil(duration_s)},
        "language": LANGUAGE_NAMES[transcript.language],
        "duration": duration_s,
        "emotion": _emotion(transcript.segments),
        "events": [
            {"start": event.start_s, "end": event.end_s, "label": str(event.label), "score": round(event.score, 3)}
            for event in events
        ],
    }


def details(transcript: Transcript, *, words: bool, segments: bool) -> dict[str, Any]:
    """What the long answer has besides."""
    out: dict[str, Any] = {"task": "transcribe"}
    if segments:
        out["segments"] = [_segment(number, segment) for number, segment in enumerate(transcript.segments)]
    if words:
        out["words"] = [word for segment in transcript.segments for word in words_of(segment)]
    return out


def by_speaker(transcript: Transcript) -> dict[str, Any]:
    """What the answer by speakers has besides. Where speakers are not told apart, all is said by one."""
    rows = [_spoken_by(number, segment) for number, segment in enumerate(transcript.segments)]
    return {"task": "transcribe", "segments": rows}


def events_of(transcript: Transcript, *, diarized: bool, logprobs: bool) -> list[dict[str, Any]]:
    """A transcript as the events of a stream: each line, and the whole."""
    events: list[dict[str, Any]] = []
    text = ""
    for number, segment in enumerate(transcript.segments):
        before, text = text, text_of(transcript, number + 1)
        delta: dict[str, Any] = {"type": "transcript.text.delta", "delta": text[len(before) :]}
        if logprobs:
            delta["logprobs"] = logprobs_of([segment])
        if diarized:
            delta["segment_id"] = f"seg_{number}"
        events.append(delta)
        if diarized:
            events.append(_spoken_by(number, segment))
    return [*events, done_event(text, transcript.segments, logprobs=logprobs)]


def done_event(text: str, segments: Sequence[Segment], *, logprobs: bool) -> dict[str, Any]:
    """The last event of a stream. Its `usage` would be in tokens, which are not counted here."""
    event: dict[str, Any] = {"type": "transcript.text.done", "text": text}
    return event | ({"logprobs": logprobs_of(segments)} if logprobs else {})


def logprobs_of(segments: Iterable[Segment]) -> list[dict[str, Any]]:
    """The engine's confidence in each token, as a natural logarithm."""
    tokens = [token for segment in segments for token in segment.tokens]
    return [
        {"token": token.text, "bytes": list(token.text.encode()), "logprob": round(_mean_log([token.confidence]), 4)}
        for token in tokens
    ]


def _spoken_by(number: int, segment: Segment) -> dict[str, Any]:
    return {
        "type": "transcript.text.segment",
        "id": f"seg_{number}",
        "start": segment.start_s,
        "end": segment.end_s,
        "text": segment.text,
        "speaker": segment.speaker or "A",
    }


def silence(duration_s: float, *, verbose: bool) -> dict[str, Any]:
    """The answer where nothing was said or heard."""
    usage = {"type": "duration", "seconds": math.ceil(duration_s)}
    facts: dict[str, Any] = {"text": "", "usage": usage, "language": LANGUAGE_NAMES[Language.UNKNOWN]}
    facts |= {"duration": duration_s, "emotion": None, "events": []}
    return facts | ({"task": "transcribe", "segments": []} if verbose else {})


def words_of(segment: Segment) -> Iterator[dict[str, Any]]:
    """Words with their times; a language without spaces has a character, or what its tokens are, for a word."""
    text, start_s, end_s = "", 0.0, 0.0
    for token in segment.tokens:
        starts = segment.language in SPACELESS or token.text[:1].isspace()
        if starts and text.strip():
            yield {"word": text.strip(), "start": start_s, "end": end_s}
            text = ""
        if not text.strip():
            start_s = token.start_s
        text, end_s = text + token.text, token.end_s
    if text.strip():
        yield {"word": text.strip(), "start": start_s, "end": end_s}


def _segment(number: int, segment: Segment) -> dict[str, Any]:
    """Fields that belong to OpenAI's own decoder and have no counterpart here are 0 or empty."""
    content = segment.text.encode()
    return {
        "id": number,
        "seek": 0,
        "start": segment.start_s,
        "end": segment.end_s,
        "text": segment.text,
        "tokens": [],
        "temperature": 0.0,
        "avg_logprob": round(_mean_log(token.confidence for token in segment.tokens), 4),
        "compression_ratio": round(len(content) / len(zlib.compress(content)), 3),
        "no_speech_prob": 0.0,
        "language": LANGUAGE_NAMES[segment.language],
        "emotion": str(segment.emotion) if segment.emotion else None,
        "emotion_p": round(segment.emotion_p, 3),
        "speaker": segment.speaker,
    }


def _mean_log(confidences: Iterable[float]) -> float:
    logs = [math.log(max(confidence, 1e-6)) for confidence in confidences]
    return sum(logs) / len(logs) if logs else 0.0


def _emotion(segments: Sequence[Segment]) -> str | None:
    """The one that is felt longest."""
    felt_s: dict[Emotion, float] = {}
    for segment in segments:
        if segment.emotion is not None:
            felt_s[segment.emotion] = felt_s.get(segment.emotion, 0.0) + segment.duration_s
    return str(max(felt_s, key=felt_s.__getitem__)) if felt_s else None
