"""SAMI (`.smi`), common in Korea in the 2000s: `<SYNC Start=1000>` before each text; a blank text ends it. Read only."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from video_pipeline.subtitles.formats.base import Draft, Match, Report
from video_pipeline.subtitles.read.languages import language_of_tag
from video_pipeline.subtitles.read.markup import marked_text

_SIGNATURE = re.compile(r"<\s*(?:SAMI|SYNC\s)", re.IGNORECASE)
_SYNC = re.compile(
    r"<\s*SYNC\s+(?:[^>]*?\s)?Start\s*=\s*[\"']?(-?\d+)(?:ms)?[\"']?(?:[^>]*?\bEnd\s*=\s*[\"']?(-?\d+))?[^>]*>", re.IGNORECASE
)
_PARAGRAPH = re.compile(r"<\s*P(?:\s+(?:[^>]*?\bClass\s*=\s*[\"']?([\w-]+))?[^>]*)?>", re.IGNORECASE)
_END = re.compile(r"</\s*(?:BODY|SAMI)\s*>.*", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"<\s*br\s*/?\s*>", re.IGNORECASE)
_TAG = re.compile(r"<!--.*?-->|</?(?!/?(?:i|b|u|s|font|ruby|rt|rp)\b)[A-Za-z!/][^>]*>", re.DOTALL | re.IGNORECASE)
_LANGUAGE = re.compile(r"\.([\w-]+)\s*\{[^}]*?\blang\s*:\s*([\w-]+)", re.IGNORECASE)
_HEAD_CHARACTERS = 2000
"""Number of characters at the start of the file in which the root element is searched."""


class SamiFormat:
    """Reads the language that is asked for, or the one with the most texts, if a file contains several."""

    suffixes = ("smi", "sami")
    resolution_ms = 1

    def match(self, text: str) -> Match:
        return Match.SIGNATURE if _SIGNATURE.search(text[:_HEAD_CHARACTERS]) else Match.NONE

    def read(self, text: str, report: Report) -> list[Draft]:
        found = _texts(text)
        tags = {name.upper(): tag for name, tag in _LANGUAGE.findall(text)}
        main = _chosen(found, tags, report)
        report.tag = tags.get(main, "")
        report.language = language_of_tag(report.tag)
        own = sorted((one for one in found if one.name == main), key=lambda one: one.start_s)
        drafts = []
        for k, one in enumerate(own):
            marked = marked_text(one.words)
            if not marked.text.strip():
                continue
            if marked.left_out:
                report.add("markup left out", one.line, ", ".join(dict.fromkeys(marked.left_out)))
            next_s = own[k + 1].start_s if k + 1 < len(own) else None
            ends = [end_s for end_s in (one.end_s, next_s) if end_s is not None and end_s > one.start_s]
            drafts.append(Draft(one.start_s, min(ends, default=None), marked.text, line=one.line, runs=marked.runs))
        return drafts


@dataclass(frozen=True, slots=True)
class _Text:
    name: str
    """Class of its paragraph, in capitals."""
    start_s: float
    end_s: float | None
    words: str
    line: int


def _texts(text: str) -> list[_Text]:
    syncs = list(_SYNC.finditer(text))
    ends = [sync.start() for sync in syncs[1:]] + [len(text)]
    found = []
    for sync, end in zip(syncs, ends, strict=False):
        line = text.count("\n", 0, sync.start()) + 1
        start_s, end_s = int(sync.group(1)) / 1000, int(sync.group(2)) / 1000 if sync.group(2) else None
        for name, words in _paragraphs(_END.sub("", text[sync.end() : end])):
            found.append(_Text(name.upper(), start_s, end_s, words, line))
    return found


def _chosen(found: list[_Text], tags: Mapping[str, str], report: Report) -> str:
    """The class of the language that was asked for, else of the one with the most texts."""
    counts = Counter(one.name for one in found if one.words)
    if not counts:
        return ""
    wanted = report.wanted.lower().split("-")[0]
    main = next(
        (name for name in counts if wanted and tags.get(name, "").lower().split("-")[0] == wanted), counts.most_common(1)[0][0]
    )
    if len(counts) > 1:
        report.add("several languages", 0, f"{main} taken of {', '.join(counts)}")
    return main


def _paragraphs(text: str) -> list[tuple[str, str]]:
    """`(class, words)` of each paragraph. A blank paragraph has empty words. Line ends count as spaces, as in HTML."""
    starts = list(_PARAGRAPH.finditer(text))
    if not starts:
        return [("", _words(text))]
    ends = [start.start() for start in starts[1:]] + [len(text)]
    return [(start.group(1) or "", _words(text[start.end() : end])) for start, end in zip(starts, ends, strict=True)]


def _words(text: str) -> str:
    """The text with the tags of looks, and line ends only where `br` stands."""
    lines = _BREAK.sub("\x1f", " ".join(text.split())).split("\x1f")
    plain = (html.unescape(_TAG.sub("", line)).replace("\xa0", " ").strip() for line in lines)
    return "\n".join(line for line in plain if line)
