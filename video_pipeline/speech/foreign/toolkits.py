"""Results of toolkits and sites: Vosk, NeMo, CTM, FunASR, YouTube's captions, and aligners (Gentle, aeneas)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import Segment
from video_pipeline.speech.foreign.whisper import word_of
from video_pipeline.speech.foreign.words import (
    Json,
    Word,
    language_of,
    milliseconds,
    pair_of,
    seconds,
    segment_of,
    segments_of,
    speaker_of,
    text_of,
)


def vosk(found: Json) -> Iterator[Segment]:
    """One result of a stream; those without words are silence."""
    yield from segments_of(map(word_of, found.get("result") or ()), Language.UNKNOWN)


def nemo(found: Json) -> Iterator[Segment]:
    """A hypothesis with `timestamp`s of segments and words."""
    stamps = found.get("timestamp") or found["timestep"]
    words = [Word(text_of(word["word"]), seconds(word["start"]), seconds(word["end"])) for word in stamps.get("word") or ()]
    lines = stamps.get("segment") or ()
    for line in lines:
        start_s, end_s = seconds(line["start"]), seconds(line["end"])
        own = [word for word in words if start_s <= ((word.start_s or 0.0) + (word.end_s or 0.0)) / 2 <= end_s]
        yield segment_of(own, Language.UNKNOWN, text_of(line["segment"]), start_s, end_s)
    if not lines:
        yield from segments_of(words, Language.UNKNOWN)


_CTM_LINE = re.compile(r"(\S+)\s+(\S+)\s+([\d.]+)\s+([\d.]+)\s+(\S+)(?:\s+([\d.]+|NA))?(?:\s+(\S+)\s+(\S+))?")
"""Recording, channel, start, length, word, then perhaps its probability, kind and speaker."""
_NO_WORDS = frozenset({"<eps>", "<sil>", "sil", "!sil", "<unk>", "<b>"})


def ctm(found: Json) -> Iterator[Segment]:
    """NIST's list of words with their times, as Kaldi and NeMo write it."""
    words = []
    for line in found["ctm"].splitlines():
        if not line.strip() or line.startswith(";;"):
            continue
        row = _CTM_LINE.fullmatch(line.strip())
        if row is None:
            raise ValueError(f"no line of CTM: {line[:60]!r}")
        _, _, start, length, word, p, kind, speaker = row.groups()
        if word.lower() in _NO_WORDS or (kind or "lex") not in ("lex", "NA"):
            continue
        start_s = float(start)
        known = None if speaker in (None, "NA", "unknown") else speaker_of(speaker)
        words.append(Word(word, start_s, start_s + float(length), float(p) if p and p != "NA" else 1.0, known))
    yield from segments_of(sorted(words, key=lambda word: word.start_s or 0.0), Language.UNKNOWN)


def is_ctm(text: str) -> bool:
    line = next((line for line in text.splitlines() if line.strip() and not line.startswith(";;")), "")
    return _CTM_LINE.fullmatch(line.strip()) is not None


_TAGS = re.compile(r"<\|([^|]*)\|>")
"""SenseVoice's own: language, emotion, sound, whether numbers are digits."""


def funasr(found: Json) -> Iterator[Segment]:
    """A result of `AutoModel.generate`: sentences, or one text whose words have times in milliseconds."""
    sentences = found.get("sentence_info") or ()
    for sentence in sentences:
        text = text_of(sentence.get("text") or sentence["sentence"])
        start_s, end_s = milliseconds(sentence["start"]), milliseconds(sentence["end"])
        if _untagged(text):
            yield _funasr(text, sentence.get("timestamp"), None, start_s, end_s, sentence.get("spk"))
    if not sentences and _untagged(found["text"]):
        if not found.get("timestamp"):
            raise ValueError("no times: ask FunASR for them (sentence_timestamp or output_timestamp)")
        yield _funasr(text_of(found["text"]), found["timestamp"], found.get("words"), None, None, None)


def _funasr(text: str, times: Any, words: Any, start_s: float | None, end_s: float | None, speaker: object) -> Segment:
    language = next((language_of(tag) for tag in _TAGS.findall(text) if language_of(tag) is not Language.UNKNOWN), None)
    plain = _untagged(text)
    units = [text_of(word).strip("▁ ") for word in words] if words else _FUNASR_UNITS.findall(plain)
    spans = [(milliseconds(start), milliseconds(end)) for start, end in map(pair_of, times or ())]
    timed = [Word(unit, *span) for unit, span in zip(units, spans, strict=True)] if len(units) == len(spans) else []
    if spans and start_s is None:
        start_s, end_s = spans[0][0], spans[-1][1]
    segment = segment_of(timed, language or _by_script(plain), plain, start_s, end_s)
    return Segment(
        segment.start_s,
        segment.end_s,
        segment.text,
        tokens=segment.tokens,
        language=segment.language,
        speaker=speaker_of(speaker),
    )


_LETTERS = r"[^\W\u3400-\u9fff\u3040-\u30ff]+"
_FUNASR_UNITS = re.compile(rf"[\u3400-\u9fff\u3040-\u30ff]|{_LETTERS}(?:['’]{_LETTERS})*")
"""What FunASR gives one time: a character of Han or kana, a word of other scripts."""


def _untagged(text: object) -> str:
    return _TAGS.sub("", text_of(text)).strip()


def _by_script(text: str) -> Language:
    """FunASR's models without tags are of Chinese, unless there is none in the text."""
    if re.search(r"[\u3040-\u30ff]", text):
        return Language.JA
    return Language.ZH if re.search(r"[\u3400-\u9fff]", text) else Language.UNKNOWN


def youtube(found: Json) -> Iterator[Segment]:
    """Captions in `json3`, as yt-dlp fetches them: rows that roll up, whose pieces have offsets.

    Rows overlap on screen: a row's words end where the next row's begin. Pieces without an offset are the whole row's text,
    which a person wrote.
    """
    rows = [row for row in found["events"] if row.get("segs") and not row.get("aAppend")]
    for number, row in enumerate(rows):
        start_s = milliseconds(row.get("tStartMs") or 0)
        end_s = start_s + milliseconds(row.get("dDurationMs") or 0)
        if number + 1 < len(rows):
            end_s = max(start_s, min(end_s, milliseconds(rows[number + 1].get("tStartMs") or 0)))
        text = " ".join("".join(text_of(seg.get("utf8")) for seg in row["segs"]).split())
        spoken = [seg for seg in row["segs"] if text_of(seg.get("utf8")).strip()]
        if not text or _is_sound(text):
            continue
        starts = [start_s + milliseconds(seg.get("tOffsetMs") or 0) for seg in spoken]
        ends = [max(a, b) for a, b in zip(starts, [*starts[1:], end_s], strict=True)]
        words = [Word(text_of(seg["utf8"]).strip(), a, b, _p(seg)) for seg, a, b in zip(spoken, starts, ends, strict=True)]
        yield segment_of(words if len(words) > 1 else (), Language.UNKNOWN, text, start_s, end_s)


def _is_sound(text: str) -> bool:
    """[Music], which the detectors find themselves."""
    return re.fullmatch(r"(?:\[[^\]]*\]\s*)+", text) is not None


def _p(seg: Json) -> float:
    """Confidence of 0 to 255; older files have 0 for none."""
    return min(1.0, seconds(seg["acAsrConf"]) / 255) if seg.get("acAsrConf") else 1.0


def gentle(found: Json) -> Iterator[Segment]:
    """Words aligned to a text; those that were not found have no times."""
    words = [Word(text_of(row["word"]), *_gentle_times(row)) for row in found["words"]]
    first = next((number for number, word in enumerate(words) if word.start_s is not None), len(words))
    yield from segments_of(words[first:], Language.UNKNOWN)


def _gentle_times(row: Json) -> tuple[float | None, float | None]:
    aligned = row.get("case") == "success"
    return (seconds(row["start"]), seconds(row["end"])) if aligned else (None, None)


def aeneas(found: Json) -> Iterator[Segment]:
    """A sync map: fragments of a text with their times."""
    for row in found["fragments"]:
        text = " ".join(map(text_of, row["lines"])).strip()
        if text:
            yield segment_of((), language_of(row.get("language")), text, seconds(row["begin"]), seconds(row["end"]))
