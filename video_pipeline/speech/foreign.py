"""Reads the transcripts of other tools: Whisper, WhisperX, whisper.cpp, OpenAI's answers, and what writes in their form.

To add one: 1. a function from its JSON to a `Transcript`; 2. a line in `_READERS` with what tells it from the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

from video_pipeline.core.errors import BadRecord
from video_pipeline.core.labels import Language
from video_pipeline.core.languages import NAMES, by_code
from video_pipeline.core.transcript import EngineIdentity, MediaIdentity, Segment, Token, Transcript
from video_pipeline.speech.pieces import Piece, units

_FORMS = "a transcript.json of this program, or the JSON of Whisper, WhisperX, whisper.cpp or OpenAI"
_BY_NAME = {names.english.lower(): language for language, names in NAMES.items()}
_ALSO = {"jw": Language.JV, "mandarin": Language.ZH}

_MARKS_AFTER = re.compile(r"[^\w\s]*")
"""Marks that follow a word without a space."""

_Json = Mapping[str, Any]


def is_foreign(found: object) -> bool:
    """Whether a decoded JSON file has the form of another tool's transcript."""
    return isinstance(found, dict) and not {"schema_version", "media"} & found.keys() and bool(_READERS.keys() & found.keys())


def read_foreign(path: Path, found: _Json) -> Transcript:
    """The transcript in another tool's file; media and engine are not known from it.

    Raises:
        BadRecord: a time is missing or no number.
    """
    read = next(reader for key, reader in _READERS.items() if key in found)
    try:
        segments = sorted(read(found), key=lambda segment: segment.start_s)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadRecord(path, f"it is not {_FORMS}: {type(error).__name__} {error}") from None
    end_s = max((segment.end_s for segment in segments), default=0.0)
    return Transcript(MediaIdentity(path.stem, end_s), EngineIdentity("replay", path.name), tuple(segments))


def decoded(path: Path) -> Any:
    """The JSON in a file. Raises BadRecord."""
    try:
        return msgspec.json.decode(path.read_bytes())
    except (msgspec.DecodeError, ValueError) as error:
        raise BadRecord(path, f"it is not {_FORMS}: {error}") from None


def _by_segments(found: _Json) -> Iterator[Segment]:
    """Whisper, WhisperX and OpenAI: segments, with words in them or all words in a list beside them."""
    language, beside = _language(found.get("language")), list(found.get("words") or ())
    for row in found["segments"]:
        start_s, end_s, text = float(row["start"]), float(row["end"]), str(row["text"]).strip()
        if not text:
            continue
        own = row.get("words") or [word for word in beside if start_s <= (float(word["start"]) + float(word["end"])) / 2 < end_s]
        tokens = tuple(_tokens(text, own, start_s, end_s))
        first_s, last_s = (tokens[0].start_s, tokens[-1].end_s) if tokens else (start_s, max(start_s, end_s))
        own_language = _language(row["language"]) if row.get("language") else language
        yield Segment(first_s, last_s, text, tokens=tokens, language=own_language, speaker=row.get("speaker"))


def _by_words(found: _Json) -> Iterator[Segment]:
    """OpenAI's answer with words alone: one segment for each stretch without a long pause."""
    language = _language(found.get("language"))
    spaced = language not in (Language.ZH, Language.YUE, Language.JA)
    run: list[_Json] = []
    for word in found["words"]:
        if run and float(word["start"]) - float(run[-1]["end"]) > _PAUSE_S:
            yield _of_words(run, language, spaced)
            run = []
        run.append(word)
    if run:
        yield _of_words(run, language, spaced)


_PAUSE_S = 0.8
"""Between words, from which they are of two segments."""


def _of_words(run: Sequence[_Json], language: Language, spaced: bool) -> Segment:
    text = (" " if spaced else "").join(str(word["word"]).strip() for word in run)
    tokens = tuple(_tokens(text, run, float(run[0]["start"]), float(run[-1]["end"])))
    return Segment(tokens[0].start_s, tokens[-1].end_s, text, tokens=tokens, language=language)


def _tokens(text: str, words: Sequence[_Json], start_s: float, end_s: float) -> Iterator[Token]:
    """The words at their places in the text, so that marks and spaces that the list leaves out stay.

    A word without times (WhisperX gives none to numbers) lasts from the end of the one before it to the start of the next. None
    at all if the list and the text are not the same words.
    """
    ends, at = [0], 0
    for word in words:
        bare = str(word["word"]).strip()
        found = text.find(bare, at)
        if found < 0:
            return
        ends[-1] = min(ends[-1], found)
        at = found + len(bare)
        marks = _MARKS_AFTER.match(text, at)
        ends.append(marks.end() if marks else at)
    if not words:
        return
    cuts = [0, *ends[1:-1], len(text)]
    times = _times(words, start_s, end_s)
    for (a, b), (from_s, until_s), word in zip(pairwise(cuts), times, words, strict=True):
        p = word.get("probability", word.get("score", 1.0))
        yield Token(from_s, until_s, text[a:b], min(1.0, max(0.0, float(p if p is not None else 1.0))))


def _times(words: Sequence[_Json], start_s: float, end_s: float) -> list[tuple[float, float]]:
    """Start and end of each word, in order: none begins before the one before it has ended."""
    starts = [float(word["start"]) if word.get("start") is not None else None for word in words]
    times: list[tuple[float, float]] = []
    at_s = start_s
    for number, word in enumerate(words):
        following_s = next((start for start in starts[number + 1 :] if start is not None), end_s)
        own = starts[number]
        from_s = max(own if own is not None else at_s, times[-1][1] if times else 0.0)
        until_s = max(from_s, float(word["end"]) if word.get("end") is not None else following_s)
        times.append((round(from_s, 3), round(until_s, 3)))
        at_s = until_s
    return times


def _by_offsets(found: _Json) -> Iterator[Segment]:
    """whisper.cpp: times in milliseconds; with `-ojf` also the pieces of words with their probabilities."""
    language = _language((found.get("result") or {}).get("language"))
    for row in found["transcription"]:
        start_s, end_s = (float(row["offsets"][edge]) / 1000 for edge in ("from", "to"))
        text = str(row["text"]).strip()
        if not text:
            continue
        tokens = tuple(_joined(row.get("tokens") or ()))
        if "".join(token.text for token in tokens).strip() != text:
            tokens = ()
        yield Segment(start_s, max(start_s, end_s), text, tokens=tokens, language=language)


def _joined(pieces: Iterable[_Json]) -> Iterator[Token]:
    spoken = [piece for piece in pieces if not str(piece["text"]).startswith("[_")]
    timed = ((piece, piece["offsets"]["from"] / 1000, piece["offsets"]["to"] / 1000) for piece in spoken)
    found = units(Piece(str(piece["text"]), start_s, end_s, float(piece.get("p", 1.0))) for piece, start_s, end_s in timed)
    at_s = 0.0
    for unit in found:
        at_s, until_s = max(at_s, unit.start), max(at_s, unit.start, unit.end)
        yield Token(round(at_s, 3), round(until_s, 3), unit.text, unit.confidence)
        at_s = until_s


def _language(name: object) -> Language:
    """Of a code or an English name."""
    text = str(name or "").strip().lower()
    return _ALSO.get(text) or _BY_NAME.get(text) or by_code(text.partition("-")[0]) or Language.UNKNOWN


_READERS: dict[str, Callable[[_Json], Iterator[Segment]]] = {
    "transcription": _by_offsets,
    "segments": _by_segments,
    "words": _by_words,
}
"""By a key that only that form has, looked for in this order."""
