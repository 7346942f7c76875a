"""Answers of speech services: AssemblyAI, Deepgram, Google, AWS Transcribe, Azure, ElevenLabs, Rev, Speechmatics, Gladia."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import Segment
from video_pipeline.speech.foreign.whisper import word_of
from video_pipeline.speech.foreign.words import (
    Json,
    Word,
    language_of,
    marked,
    milliseconds,
    optional_s,
    probability_of,
    seconds,
    segment_of,
    segments_of,
    speaker_of,
    text_of,
)

_TICKS = 10_000_000
"""Of Azure, in a second."""


def assemblyai(found: Json) -> Iterator[Segment]:
    """Times in milliseconds; `utterances` where speakers were asked for."""
    language = language_of(found.get("language_code"))
    for row in found.get("utterances") or ():
        words = [_milliseconds(word) for word in row.get("words") or ()]
        segment = segment_of(words, language, text_of(row["text"]), milliseconds(row["start"]), milliseconds(row["end"]))
        yield replace(segment, speaker=speaker_of(row.get("speaker")))
    if not found.get("utterances"):
        yield from segments_of(map(_milliseconds, found["words"]), language)


def _milliseconds(row: Json) -> Word:
    word = word_of(row)
    start_s, end_s = (None if value is None else value / 1000 for value in (word.start_s, word.end_s))
    return replace(word, start_s=start_s, end_s=end_s)


def deepgram(found: Json) -> Iterator[Segment]:
    """The first alternative of each channel; a channel is a speaker where there are several and no names."""
    channels = found["results"]["channels"]
    for number, channel in enumerate(channels):
        alternative = channel["alternatives"][0]
        named = channel.get("detected_language") or next(iter(alternative.get("languages") or ()), None)
        words = [word_of(word) for word in alternative.get("words") or ()]
        if len(channels) > 1:
            words = [replace(word, speaker=word.speaker or speaker_of(number)) for word in words]
        if not words and alternative.get("transcript"):
            raise ValueError("no times of words: ask Deepgram for them")
        yield from segments_of(words, language_of(named))


def google(found: Json) -> Iterator[Segment]:
    """Versions 1 and 2, also wrapped in an operation's `response`. With speakers, the last result holds all words again."""
    found = found.get("response") or found
    results = [row for row in found["results"] if row.get("alternatives")]
    language = language_of(next((row.get("languageCode") or row.get("language_code") for row in results), None))
    words = [[_google_word(word) for word in row["alternatives"][0].get("words") or ()] for row in results]
    if words and any(word.speaker for word in words[-1]) and not any(word.speaker for run in words[:-1] for word in run):
        yield from segments_of(words[-1], language)
        return
    end_s = 0.0
    for row, own in zip(results, words, strict=True):
        text = text_of(row["alternatives"][0].get("transcript") or "").strip()
        start_s, end_s = end_s, _first_s(row, "resultEndTime", "resultEndOffset", "result_end_time") or end_s
        if own and any(word.speaker for word in own):
            yield from segments_of(own, language)
        elif own:
            yield segment_of(own, language, text)
        elif text:
            yield segment_of((), language, text, start_s, end_s)


def _google_word(row: Json) -> Word:
    start_s = _first_s(row, "startTime", "startOffset", "start_time", "start_offset")
    end_s = _first_s(row, "endTime", "endOffset", "end_time", "end_offset")
    speaker = row.get("speakerLabel") or row.get("speakerTag") or row.get("speaker_tag")
    return Word(text_of(row["word"]), start_s or 0.0, end_s, probability_of(row.get("confidence")), speaker_of(speaker or None))


def _first_s(row: Json, *names: str) -> float | None:
    value = next((row[name] for name in names if row.get(name) is not None), None)
    if isinstance(value, dict):  # a protobuf's seconds and nanoseconds
        return seconds(value.get("seconds") or 0) + seconds(value.get("nanos") or 0) / 1e9
    return optional_s(value)


def amazon(found: Json) -> Iterator[Segment]:
    """Items are words and marks; marks have no times."""
    results = found["results"]
    speakers = {
        item["start_time"]: item.get("speaker_label") or row.get("speaker_label")
        for row in (results.get("speaker_labels") or {}).get("segments") or ()
        for item in row.get("items") or ()
    }
    words: list[Word] = []
    for item in results["items"]:
        best = item["alternatives"][0]
        if item["type"] == "punctuation":
            words = marked(words, text_of(best["content"]))
            continue
        speaker = speaker_of(item.get("speaker_label") or speakers.get(item["start_time"]))
        p = probability_of(best.get("confidence"))
        words.append(Word(text_of(best["content"]), seconds(item["start_time"]), seconds(item["end_time"]), p, speaker))
    yield from segments_of(words, language_of(results.get("language_code") or found.get("language_code")))


def azure_batch(found: Json) -> Iterator[Segment]:
    """A batch transcription's file: phrases with the best of several readings."""
    phrases = [row for row in found["recognizedPhrases"] if row.get("nBest")]
    several = len({row.get("channel") for row in phrases}) > 1
    for row in phrases:
        best = row["nBest"][0]
        start_s, end_s = _azure_span(row)
        rows = best.get("displayWords") or best.get("words") or ()
        words = [Word(text_of(word.get("displayText") or word["word"]), *_azure_span(word), _p(word)) for word in rows]
        segment = segment_of(words, language_of(row.get("locale")), text_of(best["display"]), start_s, end_s)
        speaker = row.get("speaker") if row.get("speaker") is not None else row.get("channel") if several else None
        yield replace(segment, speaker=speaker_of(speaker))


def azure_fast(found: Json) -> Iterator[Segment]:
    """The answer of a fast transcription: phrases with times in milliseconds."""
    for row in found["phrases"]:
        start_s, end_s = _azure_span(row)
        words = [Word(text_of(word["text"]), *_azure_span(word), _p(word)) for word in row.get("words") or ()]
        segment = segment_of(words, language_of(row.get("locale")), text_of(row["text"]), start_s, end_s)
        yield replace(segment, speaker=speaker_of(row.get("speaker")))


def azure_detailed(found: Json) -> Iterator[Segment]:
    """A detailed result of Azure's library; without readings it is silence."""
    if not found.get("NBest"):
        return
    best = found["NBest"][0]
    start_s, end_s = _azure_span(found)
    rows = best.get("DisplayWords") or best.get("Words") or ()
    words = [Word(text_of(word["Word"]), *_azure_span(word), _p(word)) for word in rows]
    language = language_of((found.get("PrimaryLanguage") or {}).get("Language"))
    text = best.get("Display") or best.get("Lexical") or found.get("DisplayText")
    yield replace(segment_of(words, language, text_of(text), start_s, end_s), speaker=speaker_of(found.get("SpeakerId")))


def _azure_span(row: Json) -> tuple[float, float]:
    """In ticks of 100 ns, in milliseconds, or as ISO 8601."""
    named = {key.lower(): value for key, value in row.items()}
    start_s, length_s = (_azure_s(named, name) for name in ("offset", "duration"))
    return start_s, start_s + length_s


def _azure_s(named: Json, name: str) -> float:
    if named.get(f"{name}inticks") is not None:
        return seconds(named[f"{name}inticks"]) / _TICKS
    if named.get(f"{name}milliseconds") is not None:
        return milliseconds(named[f"{name}milliseconds"])
    value = named[name]
    is_written = isinstance(value, str) and ("P" in value or ":" in value)
    return seconds(value) if is_written else seconds(value) / _TICKS


def _p(row: Json) -> float:
    value = row.get("confidence", row.get("Confidence"))
    return probability_of(value)


def elevenlabs(found: Json) -> Iterator[Segment]:
    """Words, spaces and sounds in one list; sounds are left to the detectors."""
    rows = [row for row in found["words"] if row.get("type", "word") == "word"]
    words = [replace(word_of(row), speaker=speaker_of(row.get("speaker_id"))) for row in rows]
    yield from segments_of(words, language_of(found.get("language_code")))


def rev(found: Json) -> Iterator[Segment]:
    for monologue in found["monologues"]:
        speaker = speaker_of((monologue.get("speaker_info") or {}).get("display_name") or monologue.get("speaker"))
        words: list[Word] = []
        for element in monologue["elements"]:
            if element["type"] == "text":
                p = probability_of(element.get("confidence"))
                words.append(
                    Word(text_of(element["value"]), optional_s(element.get("ts")), optional_s(element.get("end_ts")), p, speaker)
                )
            elif element["type"] == "punct" and text_of(element["value"]).strip():
                words = marked(words, text_of(element["value"]).strip())
        yield from segments_of(words, language_of(found.get("language")))


def speechmatics(found: Json) -> Iterator[Segment]:
    words: list[Word] = []
    language = language_of(((found.get("metadata") or {}).get("transcription_config") or {}).get("language"))
    for row in found["results"]:
        if not row.get("alternatives"):
            continue
        best = row["alternatives"][0]
        if language is Language.UNKNOWN:
            language = language_of(best.get("language"))
        if row["type"] == "punctuation":
            words = marked(words, text_of(best["content"]))
        elif row["type"] in ("word", "entity"):
            p, speaker = probability_of(best.get("confidence")), speaker_of(best.get("speaker"))
            words.append(Word(text_of(best["content"]), seconds(row["start_time"]), seconds(row["end_time"]), p, speaker))
    yield from segments_of(words, language)


def gladia(found: Json) -> Iterator[Segment]:
    result: Any = found.get("result") or found
    for row in result["transcription"]["utterances"]:
        words = [word_of(word) for word in row.get("words") or ()]
        segment = segment_of(
            words, language_of(row.get("language")), text_of(row["text"]), seconds(row["start"]), seconds(row["end"])
        )
        yield replace(segment, speaker=speaker_of(row.get("speaker")))
