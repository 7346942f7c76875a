"""What editors and note takers export: Premiere Pro's JSON, Otter's and Descript's text, YouTube's `srv3`."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import Segment
from video_pipeline.speech.foreign.words import (
    LETTER_S,
    Json,
    Word,
    language_of,
    optional_s,
    probability_of,
    seconds,
    segment_of,
    segments_of,
    speaker_of,
    text_of,
)

_CLOCK = r"(?:\d+:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?"
_HEADS = (
    re.compile(rf"(?P<name>[^\n:]{{1,60}}?)[ \t]+\[?\(?(?P<clock>{_CLOCK})\)?\]?[ \t]*$"),
    re.compile(rf"\[?\(?(?P<clock>{_CLOCK})\)?\]?[ \t]*(?:[-–][ \t]*)?(?P<name>[^\n:]{{1,60}}?)(?::[ \t]*(?P<text>.*))?$"),
    re.compile(rf"(?P<name>[^\n:]{{1,60}}?):[ \t]*[\[(](?P<clock>{_CLOCK})[\])][ \t]*(?P<text>.*)$"),
)
"""A turn's first line: Otter's `Ann  0:05`, Descript's `[00:00:05] Ann: Good evening` and `Ann: [00:00:05] Good evening`."""
_OWN_LINE = re.compile(r"(?:Transcribed|Transcript made) (?:by|with) https?://\S+")
"""Of the tool, below the last turn."""
_LEAST_TURNS = 2
"""Heads from which a text is a transcript by turns: one line that looks so may be anything."""


def premiere(found: Json) -> Iterator[Segment]:
    """Segments without a text of their own; speakers are named in a list beside them."""
    names = {str(row.get("id")): row.get("name") for row in found.get("speakers") or ()}
    for row in found["segments"]:
        words = [_timed(word) for word in row.get("words") or () if text_of(word.get("text")).strip()]
        speaker = row.get("speaker")
        language = language_of(row.get("language") or found.get("language"))
        for segment in segments_of(words, language):
            yield replace(segment, speaker=speaker_of(names.get(str(speaker)) or speaker))


def _timed(row: Json) -> Word:
    start_s, length_s = optional_s(row.get("start")), optional_s(row.get("duration"))
    end_s = start_s + length_s if start_s is not None and length_s is not None else None
    return Word(text_of(row["text"]), start_s, end_s, probability_of(row.get("confidence")))


def is_turns(text: str) -> bool:
    return sum(1 for _ in _turns(text)) >= _LEAST_TURNS


def by_turns(found: Json) -> Iterator[Segment]:
    """Turns with the time when each begins; it ends where the next begins."""
    turns = [turn for turn in _turns(found["turns"]) if turn[2]]
    starts_s = [start_s for start_s, _, _ in turns]
    ends_s = [max(a, b) for a, b in pairwise(starts_s)] + [starts_s[-1] + LETTER_S * len(turns[-1][2])] if turns else []
    for (start_s, name, text), end_s in zip(turns, ends_s, strict=True):
        yield replace(segment_of((), Language.UNKNOWN, text, start_s, end_s), speaker=speaker_of(name))


def _turns(text: str) -> Iterator[tuple[float, str, str]]:
    """Start, speaker and text of each turn."""
    head: re.Match[str] | None = None
    lines: list[str] = []
    for line in [*text.splitlines(), None]:
        found = None if line is None else next((m for form in _HEADS if (m := form.match(line.strip()))), None)
        if line is not None and found is None:
            lines += [] if _OWN_LINE.fullmatch(line.strip()) else [line]
            continue
        if head is not None:
            whole = " ".join([head.groupdict().get("text") or "", *lines]).split()
            yield seconds(head["clock"]), head["name"].strip(), " ".join(whole)
        head, lines = found, []


def srv3(text: str) -> Mapping[str, Any] | None:
    """YouTube's XML as the object that it gives as `json3`; None if it is no such file."""
    if "<timedtext" not in text[:500] or "<!DOCTYPE" in text or "<!ENTITY" in text:
        return None
    try:
        root = ET.fromstring(text.encode())
    except ET.ParseError:
        return None
    rows = []
    for row in root.iter("p"):
        parts = [
            {"utf8": part.text or "", "tOffsetMs": part.get("t") or 0, "acAsrConf": part.get("ac")} for part in row.iter("s")
        ]
        whole = parts or [{"utf8": row.text or ""}]
        rows.append({"tStartMs": row.get("t") or 0, "dDurationMs": row.get("d") or 0, "segs": whole, "aAppend": row.get("a")})
    return {"events": rows}
