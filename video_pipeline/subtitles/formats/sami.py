"""SAMI (`.smi`), common in Korea in the 2000s: `<SYNC Start=1000>` before each text; a blank text ends it. Read only."""

from __future__ import annotations

import html
import re
from collections import Counter

from video_pipeline.subtitles.formats.base import Draft, Match, Report
from video_pipeline.subtitles.read.languages import language_of_tag

_SIGNATURE = re.compile(r"<\s*(?:SAMI|SYNC\s)", re.IGNORECASE)
_SYNC = re.compile(r"<\s*SYNC\s+Start\s*=\s*[\"']?(-?\d+)[^>]*>", re.IGNORECASE)
_PARAGRAPH = re.compile(r"<\s*P(?:\s+(?:[^>]*?\bClass\s*=\s*[\"']?([\w-]+))?[^>]*)?>", re.IGNORECASE)
_END = re.compile(r"</\s*(?:BODY|SAMI)\s*>.*", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"<\s*br\s*/?\s*>", re.IGNORECASE)
_TAG = re.compile(r"<!--.*?-->|</?[A-Za-z!][^>]*>", re.DOTALL)
_LANGUAGE = re.compile(r"\.([\w-]+)\s*\{[^}]*?\blang\s*:\s*([\w-]+)", re.IGNORECASE)
_HEAD_CHARACTERS = 2000
"""Number of characters at the start of the file in which the root element is searched."""
_LAST_S = 5.0
"""Duration given to the last text if no blank text ends it."""


class SamiFormat:
    """Reads the language with the most texts if a file contains several."""

    suffixes = ("smi", "sami")
    resolution_ms = 1

    def match(self, text: str) -> Match:
        return Match.SIGNATURE if _SIGNATURE.search(text[:_HEAD_CHARACTERS]) else Match.NONE

    def read(self, text: str, report: Report) -> list[Draft]:
        syncs = list(_SYNC.finditer(text))
        ends = [sync.start() for sync in syncs[1:]] + [len(text)]
        found = []
        for sync, end in zip(syncs, ends, strict=False):
            line = text.count("\n", 0, sync.start()) + 1
            for name, words in _paragraphs(_END.sub("", text[sync.end() : end])):
                found.append((name.upper(), int(sync.group(1)) / 1000, words, line))
        texts = Counter(name for name, _, words, _ in found if words)
        if len(texts) > 1:
            report.add("several languages", 0, f"{texts.most_common(1)[0][0]} taken of {', '.join(texts)}")
        main = texts.most_common(1)[0][0] if texts else ""
        tags = {name.upper(): tag for name, tag in _LANGUAGE.findall(text)}
        report.language = language_of_tag(tags.get(main, ""))
        own = sorted((one for one in found if one[0] == main), key=lambda one: one[1])
        starts = [start_s for _, start_s, _, _ in own[1:]]
        return [
            Draft(start_s, starts[k] if k < len(starts) else start_s + _LAST_S, words, line=line)
            for k, (_, start_s, words, line) in enumerate(own)
            if words
        ]


def _paragraphs(text: str) -> list[tuple[str, str]]:
    """`(class, words)` of each paragraph. A blank paragraph has empty words. Line ends count as spaces, as in HTML."""
    starts = list(_PARAGRAPH.finditer(text))
    if not starts:
        return [("", _words(text))]
    ends = [start.start() for start in starts[1:]] + [len(text)]
    return [(start.group(1) or "", _words(text[start.end() : end])) for start, end in zip(starts, ends, strict=True)]


def _words(text: str) -> str:
    lines = _BREAK.sub("\x1f", " ".join(text.split())).split("\x1f")
    plain = (" ".join(html.unescape(_TAG.sub("", line)).replace("\xa0", " ").split()) for line in lines)
    return "\n".join(line for line in plain if line)
