"""Clips in words: a title from the transcript, a sentence on why, and a sentence where there is nothing."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from video_pipeline.core.clip import Reason
from video_pipeline.core.labels import Sound
from video_pipeline.core.span import Span
from video_pipeline.core.timecode import clock
from video_pipeline.core.transcript import AudioEvent, Segment
from video_pipeline.highlights.base import LEAST_HEARD_S, Evidence, HighlightOptions
from video_pipeline.highlights.phrases import Phrases
from video_pipeline.highlights.score import LIFT
from video_pipeline.highlights.sentences import sentences

_TITLE_LENGTH = 60
_SHORT_TITLE = 12
_NAMED_LIFT = 1.0
"""Doublings from which it is worth saying that a clip stands out."""

_ROUNDED_S = 0.001
"""Clips' edges are written in milliseconds."""


@dataclass(frozen=True, slots=True)
class Lower:
    """A lower threshold that would have let something through: which sounds, and when the first of them is heard."""

    onset: float
    sounds: tuple[Sound, ...]
    at_s: float


def title(span: Span, evidence: Evidence, phrases: Phrases) -> str:
    """What was said right before the first reaction: in a joke, the punchline. A very short one takes along what came before."""
    first_s = min((event.start_s for event in evidence.reactions() if event.overlaps(span)), default=span.end_s)
    said = ""
    for sentence in reversed(sentences(_said_in(Span(span.start_s, max(span.start_s, first_s)), evidence))):
        said = f"{sentence.text} {said}".strip()
        if len(said) >= _SHORT_TITLE:
            break
    return _shortened(said) or phrases.untitled.format(clock=clock(first_s))


def _said_in(span: Span, evidence: Evidence) -> list[Segment]:
    """The words that begin in a span."""
    out = []
    for segment in (segment for segment in evidence.segments if segment.start_s < span.end_s and segment.end_s > span.start_s):
        tokens = tuple(token for token in segment.tokens if span.holds(token.start_s))
        if tokens or (not segment.tokens and span.holds(segment.start_s)):
            out.append(dataclasses.replace(segment, tokens=tokens))
    return out


def _shortened(text: str) -> str:
    """As much of the end as a title holds, from the start of a word."""
    text = " ".join(text.split()).rstrip(".。… ")
    if len(text) <= _TITLE_LENGTH:
        return text
    end = text[-_TITLE_LENGTH:]
    return "…" + (end.partition(" ")[2] or end)


def why(span: Span, reasons: Sequence[Reason], evidence: Evidence, phrases: Phrases) -> str:
    """For instance "3 laughs in 12 s, the longest 3.1 s, then applause of 5.0 s"."""
    heard = [event for event in evidence.reactions() if event.overlap_s(span) >= min(LEAST_HEARD_S, event.duration_s / 2)]
    labels = list(dict.fromkeys(event.label for event in heard))
    told = [_told([event for event in heard if event.label is label], span, phrases) for label in labels]
    return phrases.then.join(told) + "".join(_remarks(heard, span, reasons, phrases))


def _told(events: Sequence[AudioEvent], span: Span, phrases: Phrases) -> str:
    """Events of one kind: how many, in which time, and how long."""
    within_s = Span(events[0].start_s, max(event.end_s for event in events)).overlap_s(span)
    return phrases.told(events[0].label, len(events), within_s, max(event.overlap_s(span) for event in events))


def _remarks(heard: Sequence[AudioEvent], span: Span, reasons: Sequence[Reason], phrases: Phrases) -> Iterator[str]:
    """What else a person would want to know before choosing this clip."""
    by_name = {reason.signal: reason for reason in reasons}
    if any(event.end_s > span.end_s + _ROUNDED_S for event in heard):
        yield phrases.goes_on
    if LIFT in by_name and by_name[LIFT].value >= _NAMED_LIFT:
        yield phrases.lift.format(times=f"{2 ** by_name[LIFT].value:.1f}")
    if any("canned" in event.marks for event in heard):
        yield phrases.canned
    if "music" in by_name:
        yield phrases.music


def nothing_found(evidence: Evidence, strongest: float, lower: Lower | None, options: HighlightOptions, phrases: Phrases) -> str:
    """What was heard, why that is no clip, and what would let something through.

    `strongest` is the weight of the strongest group of reactions, `lower` the thresholds at which there would have been a clip.
    """
    minutes = f"{evidence.duration_s / 60:.1f}"
    if strongest <= 0:
        sounds = [event.label for event in evidence.events]
        counts = [f"{phrases.sounds[sound]} ({sounds.count(sound)})" for sound in Sound if sound in sounds]
        heard = phrases.besides.format(sounds=", ".join(counts)) if counts else ""
        return phrases.nothing.format(minutes=minutes, heard=heard) + (_advice(lower, phrases) if lower else "")
    if strongest >= options.least_evidence:
        return phrases.no_room.format(minutes=minutes, least=f"{options.least_s:.0f}")
    least = f"{math.floor(strongest * 100) / 100:.2f}"
    return phrases.too_little.format(minutes=minutes, strongest=f"{strongest:.2f}", least=least, now=options.least_evidence)


def _advice(lower: Lower, phrases: Phrases) -> str:
    keys = ", ".join(f"events.rules.{sound}.onset = {lower.onset}" for sound in lower.sounds)
    return phrases.lower.format(keys=keys, clock=clock(lower.at_s), sounds=", ".join(phrases.sounds[s] for s in lower.sounds))
