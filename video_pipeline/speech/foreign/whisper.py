"""Whisper and what writes in its form: WhisperX, faster-whisper, stable-ts, whisper.cpp, OpenAI's and others' answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import Segment, Token
from video_pipeline.speech.foreign.words import (
    LETTER_S,
    Json,
    Word,
    language_of,
    milliseconds,
    optional_s,
    pair_of,
    probability_of,
    seconds,
    segment_of,
    segments_of,
    speaker_of,
    text_of,
)
from video_pipeline.speech.pieces import Piece, units


def by_segments(found: Json) -> Iterator[Segment]:
    """Segments, with words in them or all words in a list beside them."""
    language = language_of(found.get("language"))
    beside = [word_of(word) for word in found.get("words") or ()]
    rows = [row for row in found["segments"] if _text(row)]
    for row, following in zip(rows, [*rows[1:], {}], strict=False):
        text, start_s, end_s = _text(row), *_edges_s(row)
        words = [word_of(word) for word in row.get("words") or ()]
        if end_s is None and start_s is not None and not any(word.end_s for word in words):
            end_s = _edges_s(following)[0] or start_s + LETTER_S * len(text)
        if start_s is not None and end_s is not None:
            words = words or [word for word in beside if start_s <= _middle_s(word) < end_s]
        own = language_of(row.get("language"))
        segment = segment_of(words, language if own is Language.UNKNOWN else own, text, start_s, end_s)
        yield replace(segment, speaker=speaker_of(row.get("speaker")) or segment.speaker)


def _edges_s(row: Json) -> tuple[float | None, float | None]:
    """Start and end of a segment, None where it has none."""
    start, end = (row.get(name, row.get(f"{name}Time")) for name in ("start", "end"))
    return optional_s(start), optional_s(end)


def _text(row: Json) -> str:
    """`body` is that of podcasts' transcripts."""
    return text_of(row["text"] if "text" in row else row["body"]).strip()


def word_of(row: Json) -> Word:
    """Of a word whose text is `word` (or `text`) and whose times are `start` and `end` in seconds."""
    p = next((row[name] for name in ("probability", "score", "confidence", "conf") if row.get(name) is not None), 1.0)
    text = next((row[name] for name in ("punctuated_word", "word", "text") if row.get(name) is not None), None)
    if text is None:
        raise KeyError("word")
    return Word(
        text_of(text), optional_s(row.get("start")), optional_s(row.get("end")), probability_of(p), speaker_of(row.get("speaker"))
    )


def _middle_s(word: Word) -> float:
    return ((word.start_s or 0.0) + (word.end_s or 0.0)) / 2


def by_words(found: Json) -> Iterator[Segment]:
    """OpenAI's answer with words alone."""
    yield from segments_of(map(word_of, found["words"]), language_of(found.get("language") or found.get("language_code")))


def by_rows(found: Json) -> Iterator[Segment]:
    """A list of segments as a program dumped them, without anything around it."""
    yield from by_segments({"segments": found["rows"]})


def by_chunks(found: Json) -> Iterator[Segment]:
    """Transformers' pipeline and insanely-fast-whisper: chunks with `timestamp`, of segments or of single words.

    The last one may have no end, where the sound was cut: it lasts as long as its letters need.
    """
    language, turns = language_of(found.get("language")), found.get("speakers") or ()
    chunks = [row for row in found["chunks"] if text_of(row["text"]).strip()]
    if chunks and all(len(text_of(row["text"]).split()) == 1 for row in chunks) and len(chunks) > 1:
        yield from segments_of((_chunk_word(row) for row in chunks), language)
        return
    for row in chunks:
        word = _chunk_word(row)
        speaker = next((turn.get("speaker") for turn in turns if turn.get("text") == row["text"]), row.get("speaker"))
        assert word.start_s is not None
        assert word.end_s is not None
        text = word.text.strip()
        yield Segment(
            word.start_s,
            word.end_s,
            text,
            language=language_of(row.get("language")) if row.get("language") else language,
            speaker=speaker_of(speaker),
        )


def _chunk_word(row: Json) -> Word:
    start, end = pair_of(row["timestamp"])
    start_s = seconds(start or 0.0)
    end_s = seconds(end) if end is not None else start_s + LETTER_S * len(text_of(row["text"]))
    return Word(text_of(row["text"]), start_s, max(start_s, end_s), speaker=speaker_of(row.get("speaker")))


def by_offsets(found: Json) -> Iterator[Segment]:
    """whisper.cpp: times in milliseconds; with `-ojf` also the pieces of words with their probabilities."""
    language = language_of((found.get("result") or {}).get("language"))
    for row in found["transcription"]:
        start_s, end_s = (milliseconds(row["offsets"][edge]) for edge in ("from", "to"))
        text = text_of(row["text"]).strip()
        if not text:
            continue
        tokens = tuple(_joined(row.get("tokens") or ()))
        if "".join(token.text for token in tokens).strip() != text:
            tokens = ()
        speaker = speaker_of(row.get("speaker"))
        if tokens:
            start_s, end_s = min(start_s, tokens[0].start_s), max(end_s, tokens[-1].end_s)
        yield Segment(start_s, max(start_s, end_s), text, tokens=tokens, language=language, speaker=speaker)


def _joined(pieces: Iterable[Json]) -> Iterator[Token]:
    spoken = _whole_letters(piece for piece in pieces if not text_of(piece["text"]).startswith("[_"))
    timed = ((piece, milliseconds(piece["offsets"]["from"]), milliseconds(piece["offsets"]["to"])) for piece in spoken)
    found = units(
        Piece(text_of(piece["text"]), start_s, end_s, probability_of(piece.get("p"))) for piece, start_s, end_s in timed
    )
    at_s = 0.0
    for unit in found:
        at_s, until_s = max(at_s, unit.start), max(at_s, unit.start, unit.end)
        yield Token(round(at_s, 3), round(until_s, 3), unit.text, unit.confidence)
        at_s = until_s


def _whole_letters(pieces: Iterable[Json]) -> Iterator[Json]:
    """The pieces, those joined that are each a part of a letter's bytes (which `surrogateescape` has kept)."""
    parts: list[Json] = []
    for piece in pieces:
        parts.append(piece)
        text = "".join(text_of(part["text"]) for part in parts).encode("utf-8", "surrogateescape")
        try:
            whole = text.decode("utf-8")
        except UnicodeDecodeError:
            continue
        offsets = {"from": parts[0]["offsets"]["from"], "to": piece["offsets"]["to"]}
        yield {**parts[0], "text": whole, "offsets": offsets}
        parts = []
