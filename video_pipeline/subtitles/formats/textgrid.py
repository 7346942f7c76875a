"""Praat TextGrid (`.TextGrid`): intervals with texts, in tiers. Read only."""

from __future__ import annotations

import re
from dataclasses import dataclass

from video_pipeline.core.transcript import Token
from video_pipeline.subtitles.formats.base import Draft, Match, Report, Unreadable

_SIGNATURE = re.compile(r'^\s*(?:File type\s*=\s*)?"ooTextFile"')
_VALUE = re.compile(r'"((?:[^"]|"")*)"|<(exists|absent)>|(?<![\w\[])(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)(?![\w\]])')
_WORD_TIER = re.compile(r"words?|tokens?", re.IGNORECASE)
_FINE_TIER = re.compile(r"phon|segments?|syll", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Tier:
    name: str
    intervals: list[tuple[float, float, str]]


class TextGridFormat:
    """Reads the tiers with sentences; tiers of words, syllables and sounds only if there is nothing else.

    Several tiers of sentences are several speakers, named as the tiers are. A tier of words gives the times of words.
    """

    suffixes = ("textgrid",)
    resolution_ms = 1

    def match(self, text: str) -> Match:
        return Match.SIGNATURE if _SIGNATURE.match(text) and "TextGrid" in text[:500] else Match.NONE

    def read(self, text: str, report: Report) -> list[Draft]:
        tiers = [tier for tier in _tiers(text) if any(words.strip() for _, _, words in tier.intervals)]
        if not tiers:
            raise Unreadable("it has no interval with a text")
        words = [tier for tier in tiers if _WORD_TIER.search(tier.name)]
        spoken = [tier for tier in tiers if tier not in words and not _FINE_TIER.search(tier.name)] or words or tiers[:1]
        for tier in tiers:
            if tier not in spoken and tier not in words:
                report.add("tier left out", 0, tier.name)
        tokens = [
            Token(a, b, f" {text.strip()}") for tier in words if words != spoken for a, b, text in tier.intervals if text.strip()
        ]
        return sorted(
            (
                Draft(
                    start_s,
                    end_s,
                    sentence,
                    speaker=tier.name if len(spoken) > 1 else None,
                    tokens=tuple(token for token in tokens if start_s <= (token.start_s + token.end_s) / 2 < end_s),
                )
                for tier in spoken
                for start_s, end_s, sentence in tier.intervals
                if sentence.strip()
            ),
            key=lambda draft: draft.start_s,
        )


def _tiers(text: str) -> list[_Tier]:
    """Interval tiers of the long or the short form: both list the same values in the same order."""
    values: list[str | float] = [
        found[1].replace('""', '"') if found[1] is not None else found[2] or float(found[3]) for found in _VALUE.finditer(text)
    ]
    at = next((k for k, value in enumerate(values) if value in ("IntervalTier", "TextTier")), len(values))
    tiers = []
    while at + 4 < len(values):
        kind, name, count = values[at], values[at + 1], values[at + 4]
        if kind not in ("IntervalTier", "TextTier") or not isinstance(name, str) or not isinstance(count, float):
            break
        at += 5
        size = 3 if kind == "IntervalTier" else 2
        rows = [values[at + k * size : at + (k + 1) * size] for k in range(int(count))]
        at += int(count) * size
        if kind == "IntervalTier":
            tiers.append(_Tier(name, [(a, b, c) for a, b, c in _whole(rows)]))
    return tiers


def _whole(rows: list[list[str | float]]) -> list[tuple[float, float, str]]:
    return [
        (a, b, c)
        for a, b, c in (row for row in rows if len(row) == 3)
        if isinstance(a, float) and isinstance(b, float) and isinstance(c, str)
    ]
