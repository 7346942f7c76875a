"""Reads the transcripts of other tools and services.

To add one: 1. a function from its JSON to segments, in the file of its kind; 2. a line in `FORMS` with what tells it from others.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from video_pipeline.core.transcript import EngineIdentity, MediaIdentity, Segment, Transcript
from video_pipeline.speech.errors import BadTranscript
from video_pipeline.speech.foreign import services, toolkits, turns, whisper


@dataclass(frozen=True, slots=True)
class Form:
    """A form of transcript: `read` takes an object in which all keys of one of `paths` are found."""

    name: str
    read: Callable[[Any], Iterable[Segment]]
    paths: tuple[str, ...]
    """Keys with points between; of a list, one item has to have the key."""

    def is_it(self, found: object) -> bool:
        return isinstance(found, dict) and any(_holds(found, path.split(".")) for path in self.paths)


def _holds(found: Any, path: Sequence[str]) -> bool:
    if not path:
        return True
    if isinstance(found, list):
        return any(_holds(one, path) for one in found)
    return isinstance(found, dict) and path[0] in found and _holds(found[path[0]], path[1:])


FORMS = (
    Form("Gladia", services.gladia, ("result.transcription", "transcription.utterances")),
    Form("whisper.cpp", whisper.by_offsets, ("transcription.offsets",)),
    Form("Azure", services.azure_batch, ("recognizedPhrases",)),
    Form("Azure", services.azure_fast, ("phrases",)),
    Form("Azure", services.azure_detailed, ("NBest", "RecognitionStatus")),
    Form("Deepgram", services.deepgram, ("results.channels",)),
    Form("AWS Transcribe", services.amazon, ("results.items",)),
    Form("Speechmatics", services.speechmatics, ("results.attaches_to", "results.start_time")),
    Form("Google", services.google, ("results.alternatives", "response.results")),
    Form("Rev", services.rev, ("monologues",)),
    Form("YouTube", toolkits.youtube, ("events.tStartMs",)),
    Form("NeMo", toolkits.nemo, ("timestamp.word", "timestamp.segment", "timestep.word")),
    Form("Vosk", toolkits.vosk, ("result.word",)),
    Form("aeneas", toolkits.aeneas, ("fragments.begin",)),
    Form("Whisper's pipelines", whisper.by_chunks, ("chunks.timestamp",)),
    Form("Premiere Pro", turns.premiere, ("segments.words.duration", "segments.words.eos")),
    Form("Whisper, WhisperX, faster-whisper or OpenAI", whisper.by_segments, ("segments",)),
    Form("AssemblyAI", services.assemblyai, ("audio_url", "utterances.start", "language_model")),
    Form("Gentle", toolkits.gentle, ("words.case",)),
    Form("ElevenLabs", services.elevenlabs, ("words.type",)),
    Form("OpenAI", whisper.by_words, ("words",)),
    Form("FunASR", toolkits.funasr, ("sentence_info", "key")),
    Form("faster-whisper", whisper.by_rows, ("rows.start",)),
)
"""In this order: what is certain first."""
_TEXTS = (Form("CTM", toolkits.ctm, ("ctm",)), Form("Otter or Descript", turns.by_turns, ("turns",)))
"""Forms that are not JSON."""
_ROW = 5
"""First fields of faster-whisper's segment: number, place, start, end, text."""


def is_foreign(found: object) -> bool:
    """Whether a decoded file has the form of another tool's transcript."""
    return _form(_parts(found)) is not None


def _parts(found: object) -> list[Any]:
    """The objects of a file: a list of segments is one, and so is text that is no JSON."""
    if isinstance(found, str):
        return [{"ctm" if toolkits.is_ctm(found) else "turns": found}]
    if not isinstance(found, list):
        return [found]
    rows = [_named(row) for row in found]
    are_rows = bool(rows) and all({"start", "end", "text"} <= row.keys() for row in rows)
    return [{"rows": rows}] if are_rows else list(found)


def _named(row: Any) -> Mapping[str, Any]:
    """A segment that was dumped as a tuple, as an object."""
    if isinstance(row, list) and len(row) >= _ROW and isinstance(row[4], str):
        return dict(zip(("id", "seek", "start", "end", "text"), row, strict=False))
    return row if isinstance(row, dict) else {}


def _form(parts: Sequence[Any]) -> Form | None:
    if any(isinstance(part, dict) and {"schema_version", "media"} & part.keys() for part in parts):
        return None
    return next((form for form in (*FORMS, *_TEXTS) if any(map(form.is_it, parts))), None)


def read_foreign(path: Path, found: Any) -> Transcript:
    """The transcript in another tool's file; media and engine are not known from it.

    Raises:
        BadTranscript: a time is missing or no number.
    """
    parts = _parts(found)
    form = _form(parts)
    assert form is not None
    try:
        segments = sorted((s for part in parts if form.is_it(part) for s in form.read(part)), key=lambda segment: segment.start_s)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise BadTranscript(path, f"it has the form of {form.name} but cannot be read: {_reason(error)}") from None
    end_s = max((segment.end_s for segment in segments), default=0.0)
    return Transcript(MediaIdentity(path.stem, end_s), EngineIdentity("replay", path.name), tuple(segments))


def why_not(found: object) -> str:
    """Why a decoded file without a known form cannot be played."""
    words = isinstance(found, dict) and next((key for key in ("text", "transcript", "pred_text") if found.get(key)), "")
    if words:
        return f"it has a text ({words!r}) but no times of its words: ask the tool that made it for segments or words with times"
    names = ", ".join(dict.fromkeys(form.name for form in (*FORMS, *_TEXTS)))
    return f"it is neither a transcript.json nor a transcript of {names}"


def _reason(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"it has no {error.args[0]!r}"
    return str(error) if isinstance(error, ValueError) else "something in it is missing, or of another kind than in that form"


def decoded(path: Path) -> Any:
    """The JSON in a file; a list if it holds several, one a line; its text if it is CTM or turns.

    Raises:
        BadTranscript: it is none of these.
    """
    data = path.read_bytes()
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, ValueError):
        pass
    # Bytes of half a letter are kept: whisper.cpp writes letters in pieces. Only UTF-8 can keep them.
    encoding = json.detect_encoding(data)
    text = data.decode(encoding, "surrogateescape" if encoding.startswith("utf-8") else "replace")
    if (captions := turns.srv3(text)) is not None:
        return captions
    if toolkits.is_ctm(text) or (turns.is_turns(text) and text.lstrip("\ufeff \n\r")[:1] not in ("{", "[{")):
        return text.lstrip("\ufeff")
    try:
        return _values(text)
    except ValueError as error:
        raise BadTranscript(path, f"it is no transcript that can be read: {_instead(path, text) or error}") from None


def _values(text: str) -> Any:
    """One JSON value, or a list of several. Raises ValueError."""
    decoder, at, out = json.JSONDecoder(), 0, []
    text = text.strip("\ufeff \r\n\t")
    while at < len(text):
        value, at = decoder.raw_decode(text, at)
        out.append(value)
        while at < len(text) and text[at].isspace():
            at += 1
    if not out:
        raise ValueError("it is empty")
    return out[0] if len(out) == 1 else out


def _instead(path: Path, text: str) -> str:
    """What to do with files that are often given instead."""
    if text.startswith("SPEAKER "):
        return "an RTTM file says who speaks when, not what is said"
    if path.suffix.lower() in (".srt", ".vtt", ".ass", ".ssa", ".ttml") or "-->" in text[:2000]:
        return "these are subtitles"
    return ""
