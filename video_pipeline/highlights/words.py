"""Clips in words: a title from the transcript, a sentence on why, and a sentence where there is nothing."""

from __future__ import annotations

import math

from video_pipeline.core.labels import Sound, counted
from video_pipeline.core.span import Span
from video_pipeline.core.timecode import clock
from video_pipeline.highlights.base import Evidence, HighlightOptions

_TITLE_LENGTH = 60
REACTIONS = (Sound.LAUGHTER, Sound.APPLAUSE, Sound.CHEER)


def title(span: Span, evidence: Evidence) -> str:
    """What was said right before the first reaction: in a joke, the punchline."""
    first_s = min((e.start_s for e in evidence.events if e.label in REACTIONS and e.overlaps(span)), default=span.end_s)
    for segment in reversed(evidence.segments):
        tokens = segment.tokens or (segment,)
        text = " ".join("".join(t.text for t in tokens if span.start_s <= t.start_s < first_s).split())
        if text:
            return _last_words(text)
    return f"Reaction at {clock(first_s)}"


def _last_words(text: str) -> str:
    """The last sentence, or as much of the end as a title holds, cut at a word."""
    body = text.rstrip(".!?。！？… ")
    start = max(body.rfind(mark) for mark in ".!?。！？") + 1
    sentence = body[start:].strip()
    if len(sentence) <= _TITLE_LENGTH:
        return sentence
    end = sentence[-_TITLE_LENGTH:]
    return "…" + (end.partition(" ")[2] or end)


def why(span: Span, evidence: Evidence) -> str:
    """For instance "3 laughs of 7.2 s, the longest 3.1 s, then 1 round of applause of 5.0 s"."""
    parts = []
    inside = [e for e in evidence.events if e.label in REACTIONS and e.overlap_s(span) > 0]
    for label in sorted({e.label for e in inside}, key=lambda sound: min(e.start_s for e in inside if e.label is sound)):
        lengths_s = [e.overlap_s(span) for e in inside if e.label is label]
        longest = f", the longest {max(lengths_s):.1f} s" if len(lengths_s) > 1 else ""
        parts.append(f"{counted(len(lengths_s), label)} of {sum(lengths_s):.1f} s{longest}")
    return ", then ".join(parts)


def nothing_found(evidence: Evidence, strongest: float, options: HighlightOptions) -> str:
    """Why there is no clip, and what would let something through: `strongest` is the weight of the strongest reaction."""
    minutes = evidence.duration_s / 60
    if strongest <= 0:
        return f"no laughter, applause or cheering was heard in {minutes:.1f} minutes, so there is no clip to recommend"
    if strongest >= options.least_evidence:
        return f"reactions were heard in {minutes:.1f} minutes, but no clip of {options.least_s:.0f} s or more fits around them"
    return (
        f"the strongest reaction in {minutes:.1f} minutes counts {strongest:.2f} weighted seconds, too little for a clip; "
        f"highlights.least_evidence = {math.floor(strongest * 100) / 100:.2f} (now {options.least_evidence}) would let it through"
    )
